/* SPDX-License-Identifier: MIT */
/* Buckets of tokens, by a clock that the test moves. */
#include <check.h>
#include <stdio.h>

#include "server/rate.h"

static struct rate rate; /* large: not on the stack */

static void setup(void)
{
    rate = (struct rate){.burst = 5, .interval = 12000};
}

/* Takes until there are none; returns how many there were. */
static int take_all(const char *key, int64_t now)
{
    int taken = 0;

    while (rate_take(&rate, key, now) == 0)
        taken++;
    return taken;
}

START_TEST(burst_and_refill)
{
    ck_assert_int_eq(take_all("a", 1000), 5);
    ck_assert_int_eq(rate_take(&rate, "a", 1000), 12);
    ck_assert_int_eq(rate_take(&rate, "a", 12999), 1);
    ck_assert_int_eq(take_all("a", 13000), 1);
    ck_assert_int_eq(take_all("a", 13000 + 3 * 12000), 3);

    /* A day later it is full, and no fuller. */
    ck_assert_int_eq(take_all("a", 86400000), 5);
}
END_TEST

START_TEST(asking_costs_nothing)
{
    ck_assert_int_eq(take_all("a", 0), 5);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(rate_take(&rate, "a", 5000), 7);
    ck_assert_int_eq(rate_take(&rate, "a", 12000), 0);
}
END_TEST

START_TEST(keys_are_apart)
{
    ck_assert_int_eq(take_all("alice 127.0.0.1", 0), 5);
    ck_assert_int_eq(take_all("alice 127.0.0.2", 0), 5);
    ck_assert_int_eq(take_all("alice", 0), 5);
}
END_TEST

START_TEST(given_back)
{
    ck_assert_int_eq(take_all("a", 0), 5);
    rate_give_back(&rate, "a");
    rate_give_back(&rate, "a");
    ck_assert_int_eq(take_all("a", 0), 2);

    /* Too much given back is not kept, nor is what nobody took. */
    for (int i = 0; i < 20; i++)
        rate_give_back(&rate, "a");
    rate_give_back(&rate, "unknown");
    ck_assert_int_eq(take_all("a", 1), 5);
}
END_TEST

START_TEST(bounded)
{
    char key[RATE_KEY_SIZE];

    /* One that has failed often stays, however many others come. */
    ck_assert_int_eq(take_all("guesser", 0), 5);
    for (int i = 0; i < 3 * RATE_ROWS * RATE_ROW; i++) {
        snprintf(key, sizeof key, "other%d", i);
        ck_assert_int_eq(rate_take(&rate, key, 1), 0);
    }
    ck_assert_int_gt(rate_take(&rate, "guesser", 1), 0);
}
END_TEST

START_TEST(longest_key)
{
    char a[RATE_KEY_SIZE], b[RATE_KEY_SIZE];

    snprintf(a, sizeof a, "%032d %045d", 1, 1);
    snprintf(b, sizeof b, "%032d %045d", 1, 2);
    ck_assert_int_eq(take_all(a, 0), 5);
    ck_assert_int_eq(take_all(b, 0), 5);
}
END_TEST

Suite *rate_suite(void);

Suite *rate_suite(void)
{
    Suite *suite = suite_create("rate");
    TCase *tc = tcase_create("rate");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, burst_and_refill);
    tcase_add_test(tc, asking_costs_nothing);
    tcase_add_test(tc, keys_are_apart);
    tcase_add_test(tc, given_back);
    tcase_add_test(tc, bounded);
    tcase_add_test(tc, longest_key);
    suite_add_tcase(suite, tc);
    return suite;
}
