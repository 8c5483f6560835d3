/* SPDX-License-Identifier: MIT */
/* Token buckets, with a clock that the test sets. */
#include <stdio.h>
#include <string.h>

#include "server/chat/rate.h"
#include "tests/support/suites.h"

enum { KEY_SIZE = 96, BURST = 5 };

static struct rate rate; /* large: not on the stack */
static struct rate_token token;

static void setup(void)
{
    ck_assert_int_eq(rate_init(&rate, BURST, 12000), 0);
}

static int take(const char *key, int64_t now)
{
    return rate_take(&token, &rate, key, now);
}

/* Takes all tokens. Returns how many there were. */
static int take_all(const char *key, int64_t now)
{
    int taken = 0;

    while (take(key, now) == 0)
        taken++;
    return taken;
}

START_TEST(burst_and_refill)
{
    ck_assert_int_eq(take_all("a", 1000), 5);
    ck_assert_int_eq(take("a", 1000), 12);
    ck_assert_int_eq(take("a", 12999), 1);
    ck_assert_int_eq(take_all("a", 13000), 1);
    ck_assert_int_eq(take_all("a", 13000 + 3 * 12000), 3);

    /* A day later there are as many as at first. */
    ck_assert_int_eq(take_all("a", 86400000), 5);
}
END_TEST

START_TEST(rejected_takes_cost_nothing)
{
    ck_assert_int_eq(take_all("a", 0), 5);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(take("a", 5000), 7);
    ck_assert_int_eq(take("a", 12000), 0);
}
END_TEST

START_TEST(keys_are_separate)
{
    ck_assert_int_eq(take_all("alice 127.0.0.1", 0), 5);
    ck_assert_int_eq(take_all("alice 127.0.0.2", 0), 5);
    ck_assert_int_eq(take_all("alice", 0), 5);
}
END_TEST

START_TEST(given_back)
{
    struct rate_token first;

    ck_assert_int_eq(take("a", 0), 0);
    first = token;
    ck_assert_int_eq(take_all("a", 0), 4);
    rate_give_back(&rate, &first);
    rate_give_back(&rate, &first);
    ck_assert_int_eq(take_all("a", 0), 2);

    /* There are never more than at first. */
    for (int i = 0; i < 20; i++)
        rate_give_back(&rate, &first);
    ck_assert_int_eq(take_all("a", 1), 5);
}
END_TEST

/* Thousands of other keys must not give a guesser new tokens. */
START_TEST(debt_is_kept)
{
    char key[KEY_SIZE];
    long taken = 0;

    ck_assert_int_eq(take_all("guesser", 0), 5);
    for (int i = 0; i < 4 * RATE_ROWS * RATE_ROW_BUCKETS; i++) {
        snprintf(key, sizeof key, "other%d", i);
        taken += take_all(key, 1);
    }
    ck_assert_int_eq(take("guesser", 1), 12);
    ck_assert_int_eq(take_all("guesser", 12000), 1);

    /* In a full table new keys share a bucket for each row. */
    ck_assert_int_ge(taken, BURST * RATE_ROWS * RATE_ROW_BUCKETS / 2);
    ck_assert_int_le(taken, BURST * RATE_ROWS * (RATE_ROW_BUCKETS + 1) - BURST);

    /* A minute later all buckets are free again. */
    ck_assert_int_eq(take_all("newcomer", 60001), 5);
}
END_TEST

/* A token from a shared bucket returns there, and another key can take it. */
START_TEST(shared_is_given_back)
{
    char key[KEY_SIZE], neighbour[KEY_SIZE];
    struct rate_token shared = {.shared = false};

    for (int i = 0; !shared.shared; i++) {
        snprintf(key, sizeof key, "key%d", i);
        ck_assert_int_eq(take(key, 0), 0);
        shared = token;
    }
    while (take(key, 0) == 0)
        ck_assert(token.shared);
    rate_give_back(&rate, &shared);
    for (int i = 0;; i++) {
        snprintf(neighbour, sizeof neighbour, "neighbour%d", i);
        if (take(neighbour, 0) == 0 && token.shared &&
            token.tag.words[0] % RATE_ROWS == shared.tag.words[0] % RATE_ROWS)
            break;
    }
    ck_assert_int_gt(take(key, 0), 0);
}
END_TEST

/* The row of KEY if there were no secret: FNV-1a, which anyone can compute. */
static uint32_t computed_row(const char *key)
{
    uint32_t hash = 2166136261u;

    for (; *key != '\0'; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    return hash % RATE_ROWS;
}

/* Keys computed for the row of a victim do not fill it: its row is secret. */
START_TEST(computed_keys)
{
    static const char victim[] = "victim 127.0.0.1";
    char key[KEY_SIZE];
    int found = 0;

    for (int i = 0; found < 2 * RATE_ROW_BUCKETS; i++) {
        snprintf(key, sizeof key, "n%d 127.0.0.1", i);
        if (computed_row(key) == computed_row(victim)) {
            take_all(key, 0);
            found++;
        }
    }
    ck_assert_int_eq(take(victim, 0), 0);
    ck_assert(!token.shared);
    ck_assert_int_eq(take_all(victim, 0), BURST - 1);
}
END_TEST

/* After each start of the server, the keys have other rows. */
START_TEST(tables_differ)
{
    struct rate_token first;

    ck_assert_int_eq(take("a", 0), 0);
    first = token;
    setup();
    ck_assert_int_eq(take("a", 0), 0);
    ck_assert_mem_ne(&first.tag, &token.tag, sizeof first.tag);
}
END_TEST

START_TEST(longest_key)
{
    char a[KEY_SIZE], b[KEY_SIZE];

    snprintf(a, sizeof a, "%032d %045d", 1, 1);
    snprintf(b, sizeof b, "%032d %045d", 1, 2);
    ck_assert_int_eq(take_all(a, 0), 5);
    ck_assert_int_eq(take_all(b, 0), 5);
}
END_TEST

TEST_SUITE(rate, 60, setup, NULL)
{
    tcase_add_tests(tcase, burst_and_refill, rejected_takes_cost_nothing,
                    keys_are_separate, given_back, debt_is_kept,
                    shared_is_given_back, computed_keys, tables_differ,
                    longest_key);
}
