/* SPDX-License-Identifier: MIT */
/* Message 4 and the sender: bad answers and errors, which it must refuse. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "tests/grade/checks.h"
#include "tests/grade/placeholders.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

/* --- Answers with a bad member -------------------------------------------- */

/* A member of message 4 that makes the answer invalid. */
struct bad_member {
    const char *name;
    char *json; /* its JSON text in harness.m4 */
    size_t size;
    /* A format for the JSON text; "": the member is left out. $name is the
       member's name, and $receiver the receiver's; $initial is the first letter
       of that, $capitals has it in capitals, and $similar has another last
       character. */
    const char *value;
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
         "you asked for (kit_json_same_or_missing compares them)."},
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
    /* A sender that drops the upper bits would connect to the right port. */
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
        fail("The server answered %d, but your sender continued: check the "
             "status before the body.",
             status);
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
