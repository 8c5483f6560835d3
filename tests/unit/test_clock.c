/* SPDX-License-Identifier: MIT */
/* The clock goes forward only, even when the system's is set back. */
#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "lib/clock.h"

/*
 * The same source once more, under other names, with a time of day that the
 * test sets: nobody may set the clock of the machine for a test.
 */
static _Atomic long long wall;

static time_t time_of_wall(time_t *unused)
{
    return (time_t)wall;
}

long long now_of_wall(void);
int64_t ticks_of_wall(void);

#define time      time_of_wall
#define kit_now   now_of_wall
#define kit_ticks ticks_of_wall
#include "lib/clock.c"
#undef time
#undef kit_now
#undef kit_ticks

START_TEST(set_back)
{
    static const struct {
        long long wall, now;
    } steps[] = {
        {1000, 1000}, {1001, 1001}, {1001, 1001},
        {900, 1001},  {-1, 1001},   {1000, 1001},
        {1002, 1002}, {0, 1002},    {5000000000, 5000000000},
    };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        wall = steps[i].wall;
        ck_assert_int_eq(now_of_wall(), steps[i].now);
    }
}
END_TEST

/* Pushes the wall clock to and fro; what kit_now gives must only grow. */
static void *push(void *went_back)
{
    long long before = 0;

    for (int i = 0; i < 20000; i++) {
        wall = i % 7 == 0 ? i - 500 : i;
        long long now = now_of_wall();
        if (now < before)
            *(bool *)went_back = true;
        before = now;
    }
    return NULL;
}

START_TEST(several_threads)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    bool went_back[THREADS] = {false};

    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, push, &went_back[i]),
                         0);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert(!went_back[i]);
    }
}
END_TEST

/* The real one is the time of day, in seconds. */
START_TEST(now)
{
    long long before = (long long)time(NULL);
    long long given = kit_now();
    long long after = (long long)time(NULL);

    ck_assert_int_ge(given, before);
    ck_assert_int_le(given, after);
}
END_TEST

/* Milliseconds: measured against the processor's own idea of 30 of them. */
START_TEST(ticks)
{
    struct timespec from, to;
    int64_t before, after;

    clock_gettime(CLOCK_MONOTONIC, &from);
    before = kit_ticks();
    do {
        ck_assert_int_ge(kit_ticks(), before);
        clock_gettime(CLOCK_MONOTONIC, &to);
    } while ((to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec -
                 from.tv_nsec <
             30000000);
    after = kit_ticks();
    ck_assert_int_ge(after - before, 29);
    ck_assert_int_lt(after - before, 10000);
}
END_TEST

Suite *clock_suite(void);

Suite *clock_suite(void)
{
    Suite *suite = suite_create("clock");
    TCase *tests = tcase_create("clock");

    tcase_add_test(tests, set_back);
    tcase_add_test(tests, several_threads);
    tcase_add_test(tests, now);
    tcase_add_test(tests, ticks);
    suite_add_tcase(suite, tests);
    return suite;
}
