/* SPDX-License-Identifier: MIT */
/* Answers that are no message 2 or 4: the sender connects nowhere. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/json.h"
#include "tests/e2e/fake_receiver.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

/* No message 2: another status, or no object with a token. */
static const struct {
    int status;
    const char *body;
    int code;
} answers[] = {
    {401, "{\"error\":\"bad_login\"}", EX_NOPERM},
    {404, "{\"error\":\"no_receiver\"}", EX_NOUSER},
    {429, "{\"error\":\"slow_down\"}", EX_TEMPFAIL},
    {500, "{\"error\":\"internal\"}", EX_UNAVAILABLE},
    {503, "{\"error\":\"busy\"}", EX_TEMPFAIL},
    {302, "{}", EX_PROTOCOL},
    {200, "<html>", EX_PROTOCOL},
    {200, "[]", EX_PROTOCOL},
    {200, "{}", EX_PROTOCOL},
};

START_TEST(other_answers)
{
    struct process *alice;

    http_server_open(&fake_receiver.oracle, answers[_i].status,
                     answers[_i].body);
    alice = start_alice();
    process_write(alice, "never\n", 6);
    process_exits(alice, answers[_i].code);
    ck_assert_uint_gt(alice->err.len, 0);
    ck_assert(!tcp_waits(fake_receiver.listener));
    process_end(alice);
    http_server_close(&fake_receiver.oracle);
}
END_TEST

/* What is put in place of one member of message 4. */
static const struct {
    const char *member, *value; /* NULL: the member is left out */
} spoils[] = {
    {"ip_addr", NULL},
    {"ip_addr", "7"},
    {"ip_addr", "\"localhost\""},
    {"ip_addr", "\"127.1\""},
    {"ip_addr", "\"127.0.0.1 \""},
    {"secret", NULL},
    {"secret", "\"short\""},
    {"secret", "12345678901234567890"},
    {"senderinfo", NULL},
    {"senderinfo", "\"\""},
    {"senderinfo", "\"AAAA\""},
    {"senderinfo", "{}"},
    {"port", "0"},
    {"port", "65536"},
    {"port", "\"4444\""},
    {"port", "4444.0"},
    {"receiver", "\"carol\""},
    {"receiver", "null"},
};

START_TEST(spoiled)
{
    static char body[4096];
    struct process *alice;
    cJSON *m4 = cJSON_Parse(fake_receiver.m4);

    cJSON_DeleteItemFromObject(m4, spoils[_i].member);
    if (spoils[_i].value != NULL)
        cJSON_AddRawToObject(m4, spoils[_i].member, spoils[_i].value);
    ck_assert(cJSON_PrintPreallocated(m4, body, sizeof body, 0));
    cJSON_Delete(m4);
    http_server_open(&fake_receiver.oracle, 200, body);
    alice = start_alice();
    process_write(alice, "never\n", 6);
    process_exits(alice, EX_PROTOCOL);
    ck_assert_uint_gt(alice->err.len, 0);
    ck_assert(!tcp_waits(fake_receiver.listener));
    process_end(alice);
    http_server_close(&fake_receiver.oracle);
}
END_TEST

/* Far too long members, and an answer without an end. */
START_TEST(oversized)
{
    static char body[70000];
    static const char *const members[] = {"ip_addr", "secret", "senderinfo",
                                          "receiver", "more"};
    struct process *alice;
    int len;

    len = snprintf(body, sizeof body, "{\"token\":\"" TOKEN "\",\"%s\":\"",
                   members[_i]);
    memset(body + len, 'A', sizeof body - 3 - (size_t)len);
    memcpy(body + sizeof body - 3, "\"}", 3);
    http_server_open(&fake_receiver.oracle, 200, body);
    alice = start_alice();
    ck_assert_int_ne(process_wait(alice), EX_OK);
    ck_assert_uint_gt(alice->err.len, 0);
    ck_assert(!tcp_waits(fake_receiver.listener));
    process_end(alice);
    http_server_close(&fake_receiver.oracle);
}
END_TEST

TEST_SUITE(answers)
{
    Suite *suite = suite_create("answers");
    TCase *tcase = suite_add_case(suite, "answers");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, fake_receiver_begin, fake_receiver_end);
    tcase_add_loop_test(tcase, other_answers, 0,
                        sizeof answers / sizeof answers[0]);
    tcase_add_loop_test(tcase, spoiled, 0, sizeof spoils / sizeof spoils[0]);
    tcase_add_loop_test(tcase, oversized, 0, 5);
    return suite;
}
