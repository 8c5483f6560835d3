/* SPDX-License-Identifier: MIT */
/* The events of messages, of a sender and of a server. */
#include <stdio.h>
#include <string.h>

#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/unit/embedded_server.h"
#include "tests/unit/tracing.h"

/* A message, and what follows "event":"sent" in its event. */
static const struct {
    const char *path;
    int status;
    const char *line, *hidden, *with_keys;
} messages[] = {
    {"/login", 0, "{\"username\":\"alice\",\"password\":\"apple\"}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/"
     "login\",\"line\":{\"hidden\":39},"
     "\"fields\":{\"username\":\"alice\",\"password\":{\"hidden\":5}}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/login\","
     "\"line\":\"{\\\"username\\\":\\\"alice\\\",\\\"password\\\":"
     "\\\"apple\\\"}"
     "\",\"fields\":{\"username\":\"alice\",\"password\":\"apple\"}}"},
    {"/login", 200, "{\"token\":\"" TOKEN "\",\"expires_in\":43200}",
     "\"message\":2,\"peer\":\"x\",\"path\":\"/login\",\"status\":200,"
     "\"line\":{\"hidden\":53},"
     "\"fields\":{\"token\":{\"hidden\":22},\"expires_in\":43200}}",
     "\"message\":2,\"peer\":\"x\",\"path\":\"/login\",\"status\":200,"
     "\"line\":\"{\\\"token\\\":\\\"" TOKEN "\\\",\\\"expires_in\\\":43200}\","
     "\"fields\":{\"token\":\"" TOKEN "\",\"expires_in\":43200}}"},
    {"/userinfo", 0, "{\"receiver\":\"bob\"}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":\"{\\\"receiver\\\":\\\"bob\\\"}\","
     "\"fields\":{\"receiver\":\"bob\"}}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":\"{\\\"receiver\\\":\\\"bob\\\"}\","
     "\"fields\":{\"receiver\":\"bob\"}}"},
    {"/userinfo", 429, "{\"error\":\"slow_down\"}",
     "\"message\":4,\"peer\":\"x\",\"path\":\"/userinfo\",\"status\":429,"
     "\"line\":\"{\\\"error\\\":\\\"slow_down\\\"}\","
     "\"fields\":{\"error\":\"slow_down\"}}",
     "\"message\":4,\"peer\":\"x\",\"path\":\"/userinfo\",\"status\":429,"
     "\"line\":\"{\\\"error\\\":\\\"slow_down\\\"}\","
     "\"fields\":{\"error\":\"slow_down\"}}"},
    {NULL, 0, "{\"seq\":1,\"more\":[true,false,null,1.5,{\"a\":\"\\u0041\"}]}",
     "\"message\":5,\"peer\":\"x\",\"line\":\"{\\\"seq\\\":1,\\\"more\\\":"
     "[true,false,null,1.5,{\\\"a\\\":\\\"\\\\u0041\\\"}]}\","
     "\"fields\":{\"seq\":1,\"more\":[true,false,null,null,{\"a\":\"A\"}]}}",
     "\"message\":5,\"peer\":\"x\",\"line\":\"{\\\"seq\\\":1,\\\"more\\\":"
     "[true,false,null,1.5,{\\\"a\\\":\\\"\\\\u0041\\\"}]}\","
     "\"fields\":{\"seq\":1,\"more\":[true,false,null,null,{\"a\":\"A\"}]}}"},
    {NULL, 0, "no <json>",
     "\"message\":5,\"peer\":\"x\","
     "\"line\":\"no \\u003cjson\\u003e\"}",
     "\"message\":5,\"peer\":\"x\",\"line\":\"no \\u003cjson\\u003e\"}"},
    {NULL, 0, "\xff", "\"message\":5,\"peer\":\"x\",\"line_hex\":\"ff\"}",
     "\"message\":5,\"peer\":\"x\",\"line_hex\":\"ff\"}"},
    /* A body that is not JSON, or has members that the protocol does not have.
     */
    {"/login", 0, "\"password\":\"apple\"",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/"
     "login\",\"line\":{\"hidden\":18}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/login\","
     "\"line\":\"\\\"password\\\":\\\"apple\\\"\"}"},
    {"/login", 0, "{\"Password\":\"apple\",\"pin\":1234,\"port\":{\"a\":1}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/"
     "login\",\"line\":{\"hidden\":46},"
     "\"fields\":{\"Password\":{\"hidden\":5},\"pin\":{\"hidden\":4},\"port\":{"
     "\"hidden\":7}}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/login\","
     "\"line\":\"{\\\"Password\\\":\\\"apple\\\",\\\"pin\\\":1234,\\\"port\\\":"
     "{\\\"a\\\":1}}\","
     "\"fields\":{\"Password\":\"apple\",\"pin\":1234,\"port\":{\"a\":1}}}"},
    /* A token in the place of a name, but a ticket where it belongs. */
    {"/userinfo", 0,
     "{\"username\":\"" TOKEN TOKEN "\",\"senderinfo\":\"" TOKEN TOKEN "\"}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":{\"hidden\":119},"
     "\"fields\":{\"username\":{\"hidden\":44},"
     "\"senderinfo\":\"" TOKEN TOKEN "\"}}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":\"{\\\"username\\\":\\\"" TOKEN TOKEN "\\\","
     "\\\"senderinfo\\\":\\\"" TOKEN TOKEN "\\\"}\","
     "\"fields\":{\"username\":\"" TOKEN TOKEN "\","
     "\"senderinfo\":\"" TOKEN TOKEN "\"}}"},
    {NULL, 0, "{\"seq\":1,\"a\":{\"key\":\"k\"}}",
     "\"message\":5,\"peer\":\"x\",\"line\":{\"hidden\":25},"
     "\"fields\":{\"seq\":1,\"a\":{\"key\":{\"hidden\":1}}}}",
     "\"message\":5,\"peer\":\"x\","
     "\"line\":\"{\\\"seq\\\":1,\\\"a\\\":{\\\"key\\\":\\\"k\\\"}}\","
     "\"fields\":{\"seq\":1,\"a\":{\"key\":\"k\"}}}"},
};

START_TEST(message)
{
    for (int keys = 0; keys < 2; keys++) {
        char expected[1024];

        tracing_begin_with(keys);
        tracing_send(messages[_i].path, messages[_i].status, messages[_i].line);
        snprintf(expected, sizeof expected, "\"event\":\"sent\",%s",
                 keys ? messages[_i].with_keys : messages[_i].hidden);
        tracing_expect(1, expected);
        tracing_discard();
    }
}
END_TEST

/* Only the two paths of the protocol have messages. */
START_TEST(another_path)
{
    tracing_begin();
    tracing_send("/", 0, "{}");
    ck_assert_ptr_null(tracing_event(1));
}
END_TEST

/* The names of all events in the trace, each with a space after it. */
static const char *event_names(void)
{
    static char out[1024];
    const char *at = file_read(tracing_path, NULL);

    out[0] = '\0';
    while ((at = strstr(at, "\"event\":\"")) != NULL) {
        size_t used = strlen(out);

        at += strlen("\"event\":\"");
        snprintf(out + used, sizeof out - used, "%.*s ", (int)strcspn(at, "\""),
                 at);
    }
    return out;
}

/*
 * A server traces what it received, refused and sent. The peer is the user if
 * the request names one, and otherwise the address.
 */
START_TEST(server)
{
    embedded_begin();
    embedded_serve();
    tracing_begin();
    ck_assert_int_eq(
        embedded_finish(embedded_post("/login", "{\"username\":\"alice\"}")),
        400);
    ck_assert_int_eq(embedded_finish(embedded_post("/", "{}")), 404);
    ck_assert_int_eq(embedded_finish(embedded_post("/userinfo", "[]")), 400);
    embedded_unserve();
    ck_assert_str_eq(event_names(),
                     "received refused sent refused received refused "
                     "sent ");
    tracing_expect(
        1, "\"event\":\"received\",\"message\":1,\"peer\":\"alice\","
           "\"path\":\"/login\",\"line\":\"{\\\"username\\\":\\\"alice\\\"}"
           "\",\"fields\":{\"username\":\"alice\"}}");
    tracing_expect(4, "\"event\":\"refused\",\"step\":\"no_path\"}");
    tracing_expect(
        5, "\"event\":\"received\",\"message\":3,\"peer\":\"127.0.0.1\","
           "\"path\":\"/userinfo\",\"line\":{\"hidden\":2}}");
    tracing_expect(7, "\"event\":\"sent\",\"message\":4,\"peer\":\"127.0.0.1\","
                      "\"path\":\"/userinfo\",\"status\":400,"
                      "\"line\":\"{\\\"error\\\":\\\"bad_request\\\"}\","
                      "\"fields\":{\"error\":\"bad_request\"}}");
    embedded_end();
}
END_TEST

TEST_SUITE(trace_messages, 60, tracing_setup, tracing_teardown)
{
    tcase_add_tests(tcase, another_path, server);
    tcase_add_rows(tcase, message, messages);
}
