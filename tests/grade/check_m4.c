/* SPDX-License-Identifier: MIT */
/* Message 4 and the sender: valid answers, and invalid members. */
#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

void m4_connects(void)
{
    sender_setup_and_start(&harness);
    sender_type_and_accept(&harness);
}

/* Fails the check unless message 3, which is JSON, has NAME with VALUE. */
static void expect_member(const cJSON *m3, const char *name, const char *value)
{
    const char *is = kit_json_string(m3, name);

    if (is != NULL && strcmp(is, value) == 0)
        return;
    expected("\"%s\": \"%s\"", name, value);
    got("%s", is != NULL ? printable(is, strlen(is)) : "no such string");
    fail("Message 3 has the wrong \"%s\": it must contain your name, your "
         "token and the receiver.",
         name);
}

/* With "port" in message 1, the server would direct chats to the sender. */
static void note_port(void)
{
    const char *text = harness.server.login.requests[0];

    if (kit_json_has(kit_json_object(text, strlen(text)), "port"))
        note("Message 1 of your sender contains a port: only a receiver, which "
             "listens, sends one.");
}

void m4_request(void)
{
    const char *text;
    cJSON *m3;

    sender_setup_and_start(&harness);
    sender_type_and_accept(&harness);
    text = harness.server.userinfo.requests[0];
    step("Message 3 was:");
    detail("%s", printable(text, strlen(text)));
    if (strstr(text, harness.password) != NULL) {
        expected("username, token and receiver");
        got("the password too");
        fail(
            "Message 3 contains the password: it must contain only the token.");
    }
    m3 = kit_json_object(text, strlen(text));
    expect_member(m3, "username", harness.sender);
    expect_member(m3, "token", harness.token);
    expect_member(m3, "receiver", harness.receiver);
    note_port();
}

void m4_optional(void)
{
    sender_setup(&harness);
    step("Message 4 has no \"receiver\".");
    harness.m4.receiver[0] = '\0';
    sender_set_answer(&harness);
    sender_start(&harness);
    sender_type_and_accept(&harness);
    sender_new_secrets(&harness);
    step("Message 2 has no \"expires_in\".");
    mock_server_set_answer(&harness.server, &harness.server.login, 200,
                           "{\"token\":\"%s\"}", harness.token);
    sender_start(&harness);
    sender_type_and_accept(&harness);
    sender_new_secrets(&harness);
    step("Message 4 has no \"port\".");
    if (harness.receiver_side.default_fd < 0)
        harness.receiver_side.default_fd =
            socket_listen(harness.receiver_side.ip, KIT_PORT_DEFAULT, 0);
    if (harness.receiver_side.default_fd < 0)
        fail_as(REFUSED, "Port 4444 is in use on this machine: stop your own "
                         "receiver and grade again.");
    harness.m4.port[0] = '\0';
    sender_set_answer(&harness);
    sender_start(&harness);
    sender_type_and_accept(&harness);
}

void m4_new_secret_each_run(void)
{
    struct m5 m5;
    char text[64];

    sender_setup_and_start(&harness);
    random_text(text);
    sender_type_and_open(&m5, &harness, text, strlen(text));
    sender_expect_exit(&harness, true);
    step("The sender runs again, and the server has another secret for it:");
    sender_new_secrets(&harness);
    sender_start(&harness);
    random_text(text);
    sender_type(&harness, text, strlen(text));
    sender_accept(&harness);
    if (mock_server_count(&harness.server, &harness.server.userinfo) < 2) {
        expected("a second message 3");
        got("only one request for two runs");
        fail("Your sender did not ask for a new secret: it uses an old key "
             "again.");
    }
    sender_read_m5(&m5, &harness);
    m5_open(&m5, &harness.inputs, text, strlen(text));
}

/* --- Answers that must be refused ----------------------------------------- */

void m4_missing(void)
{
    char cause[128];

    sender_setup(&harness);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"ip_addr", "secret", "senderinfo"};
        char *const values[] = {harness.m4.ip_addr, harness.m4.secret,
                                harness.m4.senderinfo};

        program_set_activity("message 4 has no \"%s\"", names[i]);
        values[i][0] = '\0';
        sender_set_answer(&harness);
        snprintf(cause, sizeof cause,
                 "Message 4 had no \"%s\", but your sender continued.",
                 names[i]);
        sender_expect_refusal(&harness, "an answer without a required member",
                              cause);
        sender_new_secrets(&harness);
    }
    sender_expect_accepted(&harness);
}

/* Members with an invalid value. */
static const struct {
    size_t member; /* its offset in struct m4 */
    size_t size;
    const char *name, *value, *cause;
} malformed[] = {
#define BAD(member, value, cause)                                              \
    {                                                                          \
        offsetof(struct m4, member), sizeof(((struct m4 *)0)->member),         \
            #member, value, cause                                              \
    }
    BAD(ip_addr, "\"localhost\"",
        "ip_addr must be an address: never resolve a host name (inet_pton)."),
    BAD(ip_addr, "\"127.1\"",
        "ip_addr must be a full IPv4 address: inet_pton rejects short forms."),
    BAD(ip_addr, "\"\"", "ip_addr is empty, but your sender continued."),
    BAD(ip_addr, "2130706433",
        "ip_addr is a number, not a string, but your sender continued."),
    BAD(secret, "\"\"", "secret is empty, but your sender continued."),
    BAD(secret, "1234567890123456",
        "secret is a number, not a string, but your sender continued."),
    BAD(secret, "null", "secret is null, but your sender continued."),
    BAD(senderinfo, "\"\"", "senderinfo is empty, but your sender continued."),
    BAD(senderinfo, "{\"username\":\"x\"}",
        "senderinfo is an object, not a string, but your sender continued."),
#undef BAD
};

void m4_malformed(void)
{
    int default_fd;

    sender_setup(&harness);
    /* Catch a sender that resolves "localhost". */
    default_fd = harness.receiver_side.default_fd;
    harness.receiver_side.default_fd =
        mock_receiver_open_localhost(&harness.receiver_side);
    sender_new_secrets(&harness);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        program_set_activity("%s is %s", malformed[i].name, malformed[i].value);
        snprintf((char *)&harness.m4 + malformed[i].member, malformed[i].size,
                 "%s", malformed[i].value);
        sender_set_answer(&harness);
        sender_expect_refusal(&harness, "an answer with an invalid member",
                              malformed[i].cause);
        sender_new_secrets(&harness);
    }
    harness.receiver_side.default_fd = default_fd;
    sender_expect_accepted(&harness);
}

/* An invalid port must be refused or ignored (then the sender uses 4444). */
void m4_bad_port(void)
{
    static const struct {
        const char *format;
        long more;
    } all[] = {{"%ld", 65536}, {"%ld", -65536}, {"\"%ld\"", 0}, {"%ld.5", 0}};

    sender_setup(&harness);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        snprintf(harness.m4.port, sizeof harness.m4.port, all[i].format,
                 (long)harness.receiver_side.port + all[i].more);
        step("Message 4 has port %s.", harness.m4.port);
        sender_set_answer(&harness);
        sender_start(&harness);
        program_write(harness.program, "nobody\n", 7);
        program_close_input(harness.program);
        if (sender_connects(&harness)) {
            sender_accept(&harness);
            expected("a refusal, or a connection to 4444");
            got("a connection to port %u",
                (unsigned)harness.receiver_side.port);
            if (!harness.connection.via_default_port)
                fail("port %s was accepted: a port must be an integer from 1 "
                     "to 65535.",
                     harness.m4.port);
            mock_receiver_hang_up(&harness.connection);
        }
        program_free(harness.program);
        sender_new_secrets(&harness);
    }
}

void m4_other_receiver(void)
{
    static const char *const formats[] = {"\"not-%s\"", "\"%sx\"", "\"%.1s\"",
                                          "\"\"",       "5",       "null"};

    sender_setup(&harness);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        snprintf(harness.m4.receiver, sizeof harness.m4.receiver, formats[i],
                 harness.receiver);
        sender_set_answer(&harness);
        sender_expect_refusal(
            &harness, "an answer about another receiver",
            "The answer was about another user than your sender asked for: if "
            "\"receiver\" is present, it must be that name, as a string.");
    }
    sender_expect_accepted(&harness);
}

void m4_oversized(void)
{
    const struct {
        char *value;
        const char *name;
        size_t length;
    } all[] = {
        {harness.m4.ip_addr, "ip_addr", 1000},
        {harness.m4.ip_addr, "ip_addr", 14000},
        {harness.m4.secret, "secret", 250},
        {harness.m4.senderinfo, "senderinfo", KIT_TICKET_MAX + 4},
        {harness.m4.senderinfo, "senderinfo", 14000},
        {harness.m4.receiver, "receiver", 250},
    };

    sender_setup(&harness);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        program_set_activity("%s has %zu characters", all[i].name,
                             all[i].length);
        random_letters(all[i].value + 1, all[i].length);
        all[i].value[0] = '"';
        strcpy(all[i].value + 1 + all[i].length, "\"");
        sender_set_answer(&harness);
        sender_expect_refusal(&harness, "a member that is far too long",
                              "A member of message 4 is longer than section 2 "
                              "allows, but your sender continued.");
        sender_new_secrets(&harness);
    }
    sender_expect_accepted(&harness);
}
