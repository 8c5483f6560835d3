/* SPDX-License-Identifier: MIT */
/* Message 4 as the sender reads it: what is right, and what is missing. */
#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "tests/grade/chance.h"
#include "tests/grade/chat.h"
#include "tests/grade/checks.h"
#include "tests/grade/transcript.h"

static struct chat chat;

void m4_connects(void)
{
    chat_begin(&chat);
    chat_knock(&chat);
}

/* Fails the check unless message 3, which is JSON, has NAME with VALUE. */
static void expect_member(const cJSON *m3, const char *name, const char *value)
{
    const char *is = kit_json_string(m3, name);

    if (is != NULL && strcmp(is, value) == 0)
        return;
    expected("\"%s\": \"%s\"", name, value);
    got("%s", is != NULL ? shown(is, strlen(is)) : "no such string");
    fail("Message 3 has the wrong \"%s\": it names you, your token and the "
         "receiver.",
         name);
}

/* "port" in message 1 would have the server send others' chats here. */
static void note_port(void)
{
    const char *text = chat.arbiter.login.asked[0];

    if (kit_json_has(kit_json_object(text, strlen(text)), "port"))
        note("Message 1 of your sender names a port: that marks a session "
             "that listens for chats.");
}

void m4_request(void)
{
    const char *text;
    cJSON *m3;

    chat_begin(&chat);
    chat_knock(&chat);
    text = chat.arbiter.userinfo.asked[0];
    step("Message 3 was:");
    detail("%s", shown(text, strlen(text)));
    if (strstr(text, chat.password) != NULL) {
        expected("username, token and receiver");
        got("the password too");
        fail("M3 carries the password; only the token belongs there.");
    }
    m3 = kit_json_object(text, strlen(text));
    expect_member(m3, "username", chat.sender);
    expect_member(m3, "token", chat.token);
    expect_member(m3, "receiver", chat.receiver);
    note_port();
}

void m4_optional(void)
{
    chat_prepare(&chat);
    step("Message 4 has no \"receiver\".");
    chat.m4.receiver[0] = '\0';
    chat_serve(&chat);
    chat_start(&chat);
    chat_knock(&chat);
    chat_renew(&chat);
    step("Message 2 has no \"expires_in\".");
    arbiter_say(&chat.arbiter, &chat.arbiter.login, 200, "{\"token\":\"%s\"}",
                chat.token);
    chat_start(&chat);
    chat_knock(&chat);
    chat_renew(&chat);
    step("Message 4 has no \"port\".");
    if (chat.door.usual < 0)
        chat.door.usual = socket_listen(chat.door.ip, KIT_PORT_DEFAULT, 0);
    if (chat.door.usual < 0)
        fail_as(REFUSED, "Port 4444 is in use on this machine: end your own "
                         "receiver and grade again.");
    chat.m4.port[0] = '\0';
    chat_serve(&chat);
    chat_start(&chat);
    chat_knock(&chat);
}

void m4_asks_anew(void)
{
    struct m5 m5;
    char text[64];

    chat_begin(&chat);
    chance_text(text);
    chat_say(&m5, &chat, text, strlen(text));
    chat_exits(&chat, true);
    step("Another run, for which the server has another secret:");
    chat_renew(&chat);
    chat_start(&chat);
    chance_text(text);
    chat_type(&chat, text, strlen(text));
    chat_take(&chat);
    if (arbiter_count(&chat.arbiter, &chat.arbiter.userinfo) < 2) {
        expected("a second message 3");
        got("none: the server was asked once, for two runs");
        fail("No new secret was asked for: an old key is used again.");
    }
    chat_read(&m5, &chat);
    m5_open(&m5, &chat.secrets, text, strlen(text));
}

/* --- What must not be acted upon ------------------------------------------ */

void m4_missing(void)
{
    char cause[128];

    chat_prepare(&chat);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"ip_addr", "secret", "senderinfo"};
        char *const values[] = {chat.m4.ip_addr, chat.m4.secret,
                                chat.m4.senderinfo};

        program_while("M4 has no \"%s\"", names[i]);
        values[i][0] = '\0';
        chat_serve(&chat);
        snprintf(cause, sizeof cause,
                 "M4 had no \"%s\", and your sender went on all the same.",
                 names[i]);
        chat_refuses(&chat, "an answer that lacks a member", cause);
        chat_renew(&chat);
    }
    chat_accepts(&chat);
}

/* Members that are there and are not what they should be. */
static const struct {
    size_t member; /* its place in struct m4 */
    size_t size;
    const char *name, *value, *cause;
} malformed[] = {
#define BAD(member, value, cause)                                              \
    {                                                                          \
        offsetof(struct m4, member), sizeof(((struct m4 *)0)->member),         \
            #member, value, cause                                              \
    }
    BAD(ip_addr, "\"localhost\"",
        "ip_addr is an address; a name is never looked up (inet_pton)."),
    BAD(ip_addr, "\"127.1\"",
        "ip_addr is read with inet_pton, which knows no short forms."),
    BAD(ip_addr, "\"\"", "ip_addr is empty, and your sender went on."),
    BAD(ip_addr, "2130706433", "ip_addr is a number and no string."),
    BAD(secret, "\"\"", "secret is empty, and your sender went on."),
    BAD(secret, "1234567890123456", "secret is a number and no string."),
    BAD(secret, "null", "secret is null, and your sender went on."),
    BAD(senderinfo, "\"\"", "senderinfo is empty, and your sender went on."),
    BAD(senderinfo, "{\"username\":\"x\"}",
        "senderinfo is an object and no string."),
#undef BAD
};

void m4_malformed(void)
{
    int usual;

    chat_prepare(&chat);
    /* Where somebody knocks who looks up "localhost". */
    usual = chat.door.usual;
    chat.door.usual = door_beside(&chat.door);
    chat_renew(&chat);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        program_while("%s is %s", malformed[i].name, malformed[i].value);
        snprintf((char *)&chat.m4 + malformed[i].member, malformed[i].size,
                 "%s", malformed[i].value);
        chat_serve(&chat);
        chat_refuses(&chat,
                     "an answer with a member that is not what it "
                     "should be",
                     malformed[i].cause);
        chat_renew(&chat);
    }
    chat.door.usual = usual;
    chat_accepts(&chat);
}

/* What a port may not be: then it is refused, or not looked at at all. */
void m4_bad_port(void)
{
    static const struct {
        const char *format;
        long more;
    } all[] = {{"%ld", 65536}, {"%ld", -65536}, {"\"%ld\"", 0}, {"%ld.5", 0}};

    chat_prepare(&chat);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        snprintf(chat.m4.port, sizeof chat.m4.port, all[i].format,
                 (long)chat.door.port + all[i].more);
        step("Message 4 says port %s.", chat.m4.port);
        chat_serve(&chat);
        chat_start(&chat);
        program_write(chat.program, "nobody\n", 7);
        program_close_input(chat.program);
        if (chat_knocks(&chat)) {
            chat_take(&chat);
            expected("a refusal, or a connection to 4444");
            got("a connection to port %u", (unsigned)chat.door.port);
            if (!chat.visit.by_usual)
                fail("port %s is no number from 1 to 65535, and was taken for "
                     "one.",
                     chat.m4.port);
            door_leave(&chat.visit);
        }
        program_end(chat.program);
        chat_renew(&chat);
    }
}

void m4_other_receiver(void)
{
    static const char *const formats[] = {"\"not-%s\"", "\"%sx\"", "\"%.1s\"",
                                          "\"\"",       "5",       "null"};

    chat_prepare(&chat);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        snprintf(chat.m4.receiver, sizeof chat.m4.receiver, formats[i],
                 chat.receiver);
        chat_serve(&chat);
        chat_refuses(
            &chat, "an answer about another receiver",
            "The answer was for someone else than the user asked "
            "for: where \"receiver\" is given it is the name asked for, "
            "and a string.");
    }
    chat_accepts(&chat);
}

void m4_oversized(void)
{
    const struct {
        char *value;
        const char *name;
        size_t length;
    } all[] = {
        {chat.m4.ip_addr, "ip_addr", 1000},
        {chat.m4.ip_addr, "ip_addr", 14000},
        {chat.m4.secret, "secret", 250},
        {chat.m4.senderinfo, "senderinfo", KIT_TICKET_MAX + 4},
        {chat.m4.senderinfo, "senderinfo", 14000},
        {chat.m4.receiver, "receiver", 250},
    };

    chat_prepare(&chat);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        program_while("%s has %zu characters", all[i].name, all[i].length);
        chance_fill(all[i].value + 1, all[i].length);
        all[i].value[0] = '"';
        strcpy(all[i].value + 1 + all[i].length, "\"");
        chat_serve(&chat);
        chat_refuses(&chat, "a member that is far too long",
                     "A member of M4 is longer than section 2 allows, and "
                     "your sender went on.");
        chat_renew(&chat);
    }
    chat_accepts(&chat);
}
