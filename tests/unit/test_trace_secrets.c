/* SPDX-License-Identifier: MIT */
/* Secrets where they do not belong: a trace without --trace-keys hides them. */
#include <stdio.h>
#include <string.h>

#include "lib/say.h"
#include "lib/show.h"
#include "tests/support/suites.h"
#include "tests/unit/tracing.h"

/* A program with mistakes, which puts TOKEN or a key into every event. */
START_TEST(secrets_elsewhere)
{
    const struct kit_key key = tracing_key();
    struct kit_box box = {.len = 0};
    char hex[2 * KIT_KEY_LEN + 1], line[256];

    kit_hex(hex, key.bytes, sizeof key.bytes);
    tracing_begin();
    kit_trace_derived(&key, TOKEN, "message");
    kit_trace_derived(&key, "message", TOKEN);
    tracing_send(NULL, 0, "x" TOKEN "x");
    tracing_send(NULL, 0, "{\"a\":[\"" TOKEN "\"],\"" TOKEN "\":1}");
    /* TOKEN again, with its first character escaped. */
    tracing_send(NULL, 0, "{\"message\":\"\\u0030123456789abcdef-token\"}");
    snprintf(line, sizeof line, "{\"message\":\"%s\"}", hex);
    tracing_send(NULL, 0, line);
    tracing_send("/userinfo", 200, "{\"ip_addr\":\"" TOKEN "\"}");
    ck_assert_int_eq(kit_box_seal(&box, &key, TOKEN, TOKEN, strlen(TOKEN)), 0);
    kit_refused(TOKEN);
    kit_trace_shown("alice", "my token is " TOKEN);
    ck_assert_ptr_nonnull(tracing_event(10));
    ck_assert(!tracing_has(TOKEN) && !tracing_has("123456789abcdef-token"));
    ck_assert(!tracing_has(hex));
    tracing_expect(4, "\"event\":\"sent\",\"message\":5,\"peer\":\"x\","
                      "\"line\":{\"hidden\":59},"
                      "\"fields\":{\"a\":[{\"hidden\":22}],\"hidden\":1}}");
}
END_TEST

/* A secret is remembered from the first message or ticket that has it. */
static const struct {
    const char *path, *line;
} sources[] = {
    {"/login", "{\"token\":\"" TOKEN "\"}"},
    {"/userinfo", "{\"secret\":\"" TOKEN "\"}"},
    {"/login", "{\"password\":\"" TOKEN "\"}"},
    {NULL, "{\"secret\":\"" TOKEN "\"}"},
};

START_TEST(secrets_are_learned)
{
    const struct kit_key key = tracing_key();
    struct kit_box box = {.len = 0};

    tracing_begin();
    kit_trace_shown("alice", TOKEN); /* TOKEN is not known yet */
    ck_assert(tracing_has(TOKEN));
    tracing_discard();

    tracing_begin();
    if (sources[_i].path != NULL)
        tracing_send(sources[_i].path, 200, sources[_i].line);
    else
        kit_trace_box("opened", &key, &box, "senderinfo>bob", sources[_i].line,
                      strlen(sources[_i].line));
    kit_trace_shown("alice", TOKEN);
    ck_assert_ptr_nonnull(tracing_event(2));
    ck_assert(!tracing_has(TOKEN));
}
END_TEST

TEST_SUITE(trace_secrets, 60, tracing_setup, tracing_teardown)
{
    tcase_add_test(tcase, secrets_elsewhere);
    tcase_add_rows(tcase, secrets_are_learned, sources);
}
