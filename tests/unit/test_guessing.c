/* SPDX-License-Identifier: MIT */
/* Guessing passwords: five wrong ones a minute, and nobody is locked out. */
#include <string.h>

#include "lib/json.h"
#include "tests/support/suites.h"
#include "tests/unit/embedded_server.h"

#define GOOD "{\"username\":\"alice\",\"password\":\"apple\"}"
#define BAD  "{\"username\":\"alice\",\"password\":\"pear\"}"

START_TEST(five_failures_a_minute)
{
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(embedded_login(BAD), 401);
    ck_assert_int_eq(embedded_login(BAD), 429);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"slow_down\"}");
    ck_assert_int_eq(embedded.reply.retry_after, 12);

    /* Not even the right password is looked at now. */
    ck_assert_int_eq(embedded_login(GOOD), 429);

    /* Another name and another address are not affected. */
    ck_assert_int_eq(embedded_login_as("bob", "banana"), 200);
    embedded.ip = "192.0.2.8";
    ck_assert_int_eq(embedded_login(GOOD), 200);

    /* And nobody is locked out for good. */
    embedded.ip = EMBEDDED_IP;
    embedded.ticks += 12000;
    ck_assert_int_eq(embedded_login(GOOD), 200);
}
END_TEST

/* One machine has all addresses of a /64. */
START_TEST(network_of_ipv6)
{
    static const char *const ips[] = {"2001:db8::1",          "2001:db8::2",
                                      "2001:db8::ffff:0:0:3", "2001:db8::4",
                                      "2001:db8::5",          "2001:db8::6"};

    for (int i = 0; i < 6; i++) {
        embedded.ip = ips[i];
        ck_assert_int_eq(embedded_login(BAD), i < 5 ? 401 : 429);
    }
    embedded.ip = "2001:db8:0:1::1";
    ck_assert_int_eq(embedded_login(GOOD), 200);
}
END_TEST

START_TEST(successes_do_not_count)
{
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(embedded_login(GOOD), 200);
    ck_assert_int_eq(embedded_login(BAD), 401);
}
END_TEST

/* Fifty guesses at the same moment: five are hashed. */
START_TEST(attempts_in_flight_count)
{
    cJSON *body = kit_json_object(BAD, strlen(BAD));
    struct request request = {body, EMBEDDED_IP, EMBEDDED_NOW, 1};
    static struct login logins[50];
    struct reply reply;
    int hashed = 0;

    for (int i = 0; i < 50; i++) {
        memset(&reply, 0, sizeof reply);
        login_begin(&reply, &logins[i], embedded.service, &request);
        hashed += reply.status == 0;
    }
    ck_assert_int_eq(hashed, 5);

    /* One that nobody looked at did not count. */
    memset(&reply, 0, sizeof reply);
    login_finish(&reply, &logins[0], embedded.service, EMBEDDED_NOW);
    ck_assert_int_eq(reply.status, 503);
    ck_assert_int_gt(reply.retry_after, 0);
    ck_assert_str_eq(reply.json, "{\"error\":\"busy\"}");
    ck_assert_int_eq(embedded_login(BAD), 401);
    ck_assert_int_eq(embedded_login(BAD), 429);
    kit_json_free(body);
}
END_TEST

TEST_SUITE(guessing)
{
    Suite *suite = suite_create("guessing");
    TCase *tc = suite_add_case(suite, "guessing");

    tcase_add_checked_fixture(tc, embedded_begin, embedded_end);
    tcase_add_tests(tc, five_failures_a_minute, network_of_ipv6,
                    successes_do_not_count, attempts_in_flight_count);
    return suite;
}
