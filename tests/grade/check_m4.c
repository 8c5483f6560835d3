/* SPDX-License-Identifier: MIT */
/* Message 4 and the sender: good answers, bad answers, errors, and TLS. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/placeholders.h"
#include "tests/grade/port_owner.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/tls.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"

static struct sender_harness harness;

/*
 * Runs the sender again. Message 4 has VALUE, which is JSON, as "receiver"; "":
 * it has none. Returns whether the sender connects.
 */
static bool connects_with_receiver(const char *value)
{
    bool connects;

    if (value[0] == '\0')
        step("The sender runs again. Message 4 has no \"receiver\".");
    else
        step("The sender runs again. Message 4 has \"receiver\": %s.", value);
    strcpy(harness.m4.receiver, value);
    sender_set_answer(&harness);
    sender_start(&harness);
    sender_type(&harness, "hello", 5);
    connects = sender_connects(&harness);
    if (connects)
        sender_accept(&harness);
    program_free(harness.program);
    if (connects)
        mock_receiver_hang_up(&harness.connection);
    return connects;
}

/*
 * FIRST, a sender that has exited, refused a good message 4. Fails the check if
 * the reason is "receiver": without it, the sender connects.
 */
static void try_other_receivers(const struct program *first)
{
    char own[40];

    if (!connects_with_receiver(""))
        return;
    see_todo("1");
    expected("a connection to the receiver");
    got("one only with another \"receiver\", or none, in message 4; otherwise: "
        "%s",
        program_stderr_tail(first));
    if (connects_with_receiver("\"someone-else\""))
        fail("An answer about another receiver is accepted, and one about the "
             "right receiver is not. strcmp returns 0 if the names are the "
             "same, and kit_json_same if all is well.");
    snprintf(own, sizeof own, "\"%s\"", harness.sender);
    if (connects_with_receiver(own))
        fail(
            "\"receiver\" in message 4 is compared with the sender's own name. "
            "Compare it with chat->receiver, not with chat->sender.");
    fail("Only an answer without \"receiver\" is accepted. Compare the name "
         "with kit_json_same, which returns 0 if all is well, or with strcmp: "
         "== compares addresses.");
}

/*
 * The sender has exited. Fails the check if it has refused message 4, which is
 * good, with a word of its own.
 */
static void explain_refusal(void)
{
    struct program *first = harness.program;
    const char *words = first->err.bytes;
    const char *refused = strstr(words, "refused: ");

    if (strstr(words, "message 4 was not understood") == NULL ||
        strstr(words, "refused: TODO") != NULL)
        return;
    try_other_receivers(first);
    harness.program = first;
    if (refused == NULL || strstr(words, ": kit_") != NULL)
        return;
    program_check_sanitizer(first);
    see_todo("1");
    expected("a connection to the receiver");
    got("it exits; its last words: %s", program_stderr_tail(first));
    fail("Your sender refuses a good message 4 (\"%s\"): its ip_addr is an "
         "address, and its other members are valid, too. The functions that "
         "read them return 0 for success: refuse the message only if one "
         "returns something else. Check the spelling of the members, too.",
         printable(refused, strcspn(refused, "\n")));
}

void m4_connects(void)
{
    sender_setup_and_start(&harness);
    sender_type(&harness, "hello", 5);
    if (!sender_connects(&harness) && harness.program->pid == 0)
        explain_refusal();
    sender_accept(&harness);
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

/* Runs the sender, which must accept the answers of the server. */
static void expect_run(void)
{
    sender_start(&harness);
    sender_type_and_accept(&harness);
    sender_new_secrets(&harness);
}

void m4_optional(void)
{
    sender_setup(&harness);
    step("Message 4 has no \"receiver\".");
    program_set_activity("message 4 has no \"receiver\", which is optional");
    harness.m4.receiver[0] = '\0';
    sender_set_answer(&harness);
    expect_run();
    step("Message 2 has no \"expires_in\".");
    program_set_activity("message 2 has no \"expires_in\", which is optional");
    mock_server_set_answer(&harness.server, &harness.server.login, 200,
                           "{\"token\":\"%s\"}", harness.token);
    expect_run();
    step("Message 4 has no \"port\".");
    program_set_activity("message 4 has no \"port\", which is optional");
    if (harness.receiver_side.default_fd < 0)
        mock_receiver_open_default(&harness.receiver_side, 0);
    if (harness.receiver_side.default_fd < 0 && user_is_separate() &&
        !port_is_of(user_id(), harness.receiver_side.ip, KIT_PORT_DEFAULT))
        no_verdict("another program uses port %d", KIT_PORT_DEFAULT);
    if (harness.receiver_side.default_fd < 0)
        fail_as(REFUSED, "Port 4444 is in use on this machine: stop your own "
                         "receiver and grade again.");
    harness.m4.port[0] = '\0';
    sender_set_answer(&harness);
    expect_run();
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

/* A member of message 4 that makes the answer invalid. */
struct bad_member {
    const char *name;
    char *json; /* where the harness has it */
    size_t size;
    /* A format. It can use $name, and $receiver: its first letter is $initial;
       $capitals has it in capitals; the last character of $similar differs. */
    const char *value; /* "": it is left out */
    const char *cause; /* if the sender continues; NULL: as in the row before */
};

#define MEMBER(name) #name, harness.m4.name, sizeof harness.m4.name

/* The sender must refuse each of these answers. WHAT describes them all. */
static void expect_refusals(const char *what, const struct bad_member *all,
                            size_t count)
{
    const char *format = "";
    char cause[256], capitals[33], similar[33];

    for (size_t i = 0; i < sizeof capitals; i++)
        capitals[i] = (char)toupper((unsigned char)harness.receiver[i]);
    snprintf(similar, sizeof similar, "%s", harness.receiver);
    similar[strlen(similar) - 1] ^= 1;
    for (size_t i = 0; i < count; i++) {
        const struct bad_member *m = &all[i];
        const struct placeholder values[] = {{"name", m->name, 0},
                                             {"receiver", harness.receiver, 0},
                                             {"initial", harness.receiver, 1},
                                             {"capitals", capitals, 0},
                                             {"similar", similar, 0},
                                             {"json", m->json, 0},
                                             {0}};
        size_t len = placeholders_expand(m->json, m->size, m->value, values);

        if (len == 0)
            program_set_activity("message 4 has no \"%s\"", m->name);
        else if (strcmp(m->name, "more") == 0)
            program_set_activity("message 4 ends with \"more\":%s}", m->json);
        else if (len > 100)
            program_set_activity("%s has %zu characters", m->name, len - 2);
        else
            program_set_activity("%s is %s", m->name, m->json);
        format = m->cause != NULL ? m->cause : format;
        placeholders_expand(cause, sizeof cause, format, values);
        sender_set_answer(&harness);
        sender_expect_refusal(&harness, what, cause);
        sender_new_secrets(&harness);
    }
}

#define EXPECT_REFUSALS(what, all)                                             \
    expect_refusals(what, all, sizeof(all) / sizeof(all)[0])

/* Message 4 has "SECRET" in place of "secret", and so on. */
static void expect_capitals_refused(void)
{
    struct m4 *m4 = &harness.m4;
    char *const members[] = {m4->ip_addr, m4->secret, m4->senderinfo};
    static const char *const names[] = {"Ip_addr", "SECRET", "senderInfo"};
    char cause[256];

    for (int i = 0; i < 3; i++) {
        snprintf(m4->more, sizeof m4->more, "1,\"%s\":%.450s", names[i],
                 members[i]);
        members[i][0] = '\0';
        sender_set_answer(&harness);
        program_set_activity("message 4 has a member \"%s\"", names[i]);
        snprintf(cause, sizeof cause,
                 "Your sender accepted \"%s\" in message 4, but names are "
                 "case-sensitive: read members with the kit_json_ functions "
                 "(cJSON_GetObjectItem ignores case).",
                 names[i]);
        sender_expect_refusal(&harness, "an answer with a wrong member", cause);
        sender_new_secrets(&harness);
    }
}

void m4_missing(void)
{
    static const struct bad_member all[] = {
        {MEMBER(ip_addr), "",
         "Message 4 had no \"$name\", but your sender continued."},
        {MEMBER(secret), "", NULL},
        {MEMBER(senderinfo), "", NULL},
        {MEMBER(ip_addr), "\"localhost\"",
         "ip_addr must be an address: never resolve a host name (inet_pton)."},
        {MEMBER(secret), "1234567890123456",
         "A bad \"$name\" in message 4 was accepted: check what each kit_json_ "
         "function returns."},
        {MEMBER(secret), "\"\"", NULL},
        {MEMBER(secret), "\"$250\"", NULL},
        {MEMBER(senderinfo), "{\"username\":\"x\"}", NULL},
        {MEMBER(senderinfo), "\"\"", NULL},
        {MEMBER(senderinfo), "\"$1028\"", NULL},
        {MEMBER(more), "1,\"secret\":\"$64\"",
         "Message 4 with the same member twice was accepted: use the object "
         "that kit_http_ask parses. Do not search the text (strstr) or parse "
         "it with cJSON_Parse."},
        {MEMBER(more), "1} {\"x\":1",
         "Message 4 with text after its object was accepted: use the object "
         "that kit_http_ask parses. Do not search the text (strstr) or parse "
         "it with cJSON_Parse."},
    };
    int default_fd;

    sender_setup(&harness);
    /* Catch a sender that resolves "localhost". */
    default_fd = harness.receiver_side.default_fd;
    harness.receiver_side.default_fd =
        mock_receiver_open_localhost(&harness.receiver_side);
    sender_new_secrets(&harness);
    EXPECT_REFUSALS("an answer with a missing or bad member", all);
    expect_capitals_refused();
    harness.receiver_side.default_fd = default_fd;
    sender_expect_accepted(&harness);
}

void m4_other_receiver(void)
{
    static const struct bad_member all[] = {
        {MEMBER(receiver), "\"not-$receiver\"",
         "The answer was not about the user that your sender asked for, but "
         "about $json: if \"receiver\" is present, it must be the name that "
         "you asked for (kit_json_same compares them)."},
        {MEMBER(receiver), "\"${receiver}x\"", NULL},
        {MEMBER(receiver), "\"$initial\"", NULL},
        {MEMBER(receiver), "\"$capitals\"", NULL},
        {MEMBER(receiver), "\"$similar\"", NULL},
        {MEMBER(receiver), "\"$receiver \"", NULL},
        {MEMBER(receiver), "[\"$receiver\"]", NULL},
        {MEMBER(receiver), "\"\"", NULL},
        {MEMBER(receiver), "5", NULL},
        {MEMBER(receiver), "null", NULL},
    };

    sender_setup(&harness);
    EXPECT_REFUSALS("an answer about another receiver", all);
    sender_expect_accepted(&harness);
}

void m4_bad_port(void)
{
    char over[16], under[16];
    const struct bad_member all[] = {
        {MEMBER(port), "65536",
         "port $json was accepted: if \"port\" is present, it must be an "
         "integer from 1 to 65535."},
        {MEMBER(port), "0", NULL},
        {MEMBER(port), "-1", NULL},
        {MEMBER(port), "\"4444\"", NULL},
        {MEMBER(port), "4444.5", NULL},
        {MEMBER(port), "null", NULL},
        {MEMBER(port), over, NULL},
        {MEMBER(port), under, NULL},
    };

    sender_setup(&harness);
    /* A sender that cuts off the upper bits gets the right port. */
    snprintf(over, sizeof over, "%ld", 65536L + harness.receiver_side.port);
    snprintf(under, sizeof under, "%ld", harness.receiver_side.port - 65536L);
    EXPECT_REFUSALS("an answer with a bad port", all);
    sender_expect_accepted(&harness);
}

/* --- Errors of the server ------------------------------------------------- */

/* Each error has a valid message 4 as its body, which must be ignored. */
void m4_errors(void)
{
    static const int statuses[] = {404, 401, 403, 500, 302};
    char what[64], cause[128];

    sender_setup(&harness);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        snprintf(what, sizeof what, "status %d", statuses[i]);
        snprintf(cause, sizeof cause,
                 "The server answered %d, but your sender continued: check the "
                 "status before the body.",
                 statuses[i]);
        program_set_activity("the server answers %d", statuses[i]);
        mock_server_set_answer(&harness.server, &harness.server.userinfo,
                               statuses[i], NULL);
        step("The server answers message 3 with status %d.", statuses[i]);
        sender_expect_refusal(&harness, what, cause);
    }
    mock_server_set_answer(&harness.server, &harness.server.userinfo, 200,
                           NULL);
    sender_expect_accepted(&harness);
}

enum { REQUESTS_MAX = 3, WATCHED_MS = 1500 };

static void expect_few_retries(int status)
{
    struct route *route = &harness.server.userinfo;
    int64_t end = kit_ticks() + WATCHED_MS;
    enum event event = EVENT_OUTPUT;
    int before = mock_server_count(&harness.server, route), count = 0;

    mock_server_set_answer(&harness.server, route, status, NULL);
    route->retry_after = 3600;
    step("The server answers message 3 with %d and Retry-After: 3600.", status);
    sender_start(&harness);
    while (event == EVENT_OUTPUT && count <= REQUESTS_MAX) {
        event = program_poll_one(harness.program, -1, 0, end);
        count = mock_server_count(&harness.server, route) - before;
    }
    if (mock_receiver_has_peer(&harness.receiver_side)) {
        expected("no connection");
        got("a connection to the receiver, after status %d", status);
        fail("The server answered %d, but your sender continued.", status);
    }
    count = mock_server_count(&harness.server, route) - before;
    detail("%d requests", count);
    if (event == EVENT_EXITED)
        program_check_sanitizer(harness.program);
    program_free(harness.program);
    if (count <= REQUESTS_MAX)
        return;
    expected("one request, or no retry before the time in Retry-After");
    got("%d requests in %.1f s", count, WATCHED_MS / 1000.0);
    fail("%d requests in %.1f s after %d: do not retry before the time in "
         "Retry-After.",
         count, WATCHED_MS / 1000.0, status);
}

void m4_no_hot_retry(void)
{
    sender_setup(&harness);
    expect_few_retries(429);
    expect_few_retries(503);
}

/* --- TLS ------------------------------------------------------------------ */

/* The server has a certificate for HOST, from a CA that the sender trusts. */
static void set_up_tls(const char *host)
{
    harness.tls = tls_new(host);
    harness.cacert = "ca.pem";
    tls_save(harness.tls, harness.cacert);
    sender_setup(&harness);
}

void tls_works(void)
{
    set_up_tls("127.0.0.1");
    sender_start(&harness);
    sender_type_and_accept(&harness);
}

/* The sender must exit without sending its password. */
static void expect_no_login(const char *cause)
{
    int code;

    sender_start(&harness);
    program_close_input(harness.program);
    code = program_wait_exit(harness.program);
    detail("exit code %d; standard error: %s", code,
           program_stderr_tail(harness.program));
    expected("a message on standard error, and no password sent");
    if (mock_server_count(&harness.server, &harness.server.login) > 0) {
        got("message 1 with the password");
        fail("%s", cause);
    }
    if (code == 0 || mock_receiver_has_peer(&harness.receiver_side)) {
        got("exit code %d", code);
        fail("Your sender could not log in, but exited as if it had.");
    }
}

void tls_unknown(void)
{
    harness.tls = tls_new("127.0.0.1");
    sender_setup(&harness);
    step("The server has a self-signed certificate that the sender does not "
         "know.");
    expect_no_login(
        "The password was sent to a server with an unknown certificate.");
}

void tls_wrong_name(void)
{
    set_up_tls("other.example");
    step("The server's certificate is valid, but for other.example.");
    expect_no_login("The password was sent to a server whose certificate is "
                    "for other.example, not for 127.0.0.1.");
}

void tls_no_fallback(void)
{
    char url[64];

    sender_setup(&harness);
    snprintf(url, sizeof url, "https%s", strchr(harness.server.url, ':'));
    strcpy(harness.server.url, url);
    step("The sender uses https, but the server speaks only http.");
    expect_no_login("TLS failed and the password was sent in the clear.");
}
