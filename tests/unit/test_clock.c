/* SPDX-License-Identifier: MIT */
/* The clock only goes forward, even if the system's clock is set back. */
#include <stdatomic.h>
#include <time.h>

#include "lib/clock.h"
#include "tests/support/suites.h"

/* The system's clocks, which the test sets. */
static long long wall;
static struct timespec monotonic;

/* The time that another thread returns meanwhile; 0: none. */
static long long meanwhile;

static time_t time_of_wall(time_t *unused)
{
    return (time_t)wall;
}

static int get_monotonic(clockid_t id, struct timespec *t)
{
    ck_assert_int_eq(id, CLOCK_MONOTONIC);
    *t = monotonic;
    return 0;
}

/* The other thread runs between our load and our store. */
static long long load_then_other_thread(_Atomic long long *p)
{
    long long value = *p;

    if (meanwhile != 0)
        *p = meanwhile;
    meanwhile = 0;
    return value;
}

/*
 * The source file is compiled again with these clocks and other names: a test
 * may not set the clocks of the machine.
 */
long long now_of_wall(void);
int64_t ticks_of_monotonic(void);

#undef atomic_load
#define atomic_load   load_then_other_thread
#define time          time_of_wall
#define clock_gettime get_monotonic
#define kit_now       now_of_wall
#define kit_ticks     ticks_of_monotonic
#include "lib/clock.c"
#undef time
#undef clock_gettime
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

    for (size_t i = 0; i < COUNT(steps); i++) {
        wall = steps[i].wall;
        ck_assert_int_eq(now_of_wall(), steps[i].now);
    }
}
END_TEST

/* Another thread returns a later second between our load and our store. */
START_TEST(overtaken)
{
    wall = 6000000000;
    ck_assert_int_eq(now_of_wall(), 6000000000);

    wall = 6000000001;
    meanwhile = 6000000005;
    ck_assert_int_eq(now_of_wall(), 6000000005);
    ck_assert_int_eq(now_of_wall(), 6000000005);

    /* An earlier one does not matter. */
    wall = 6000000009;
    meanwhile = 6000000007;
    ck_assert_int_eq(now_of_wall(), 6000000009);
    wall = 0;
    ck_assert_int_eq(now_of_wall(), 6000000009);
}
END_TEST

/* Unix time, in seconds. */
START_TEST(now)
{
    long long before = (long long)time(NULL);
    long long given = kit_now();
    long long after = (long long)time(NULL);

    ck_assert_int_ge(given, before);
    ck_assert_int_le(given, after);
}
END_TEST

/* Milliseconds since an arbitrary moment: only differences matter. */
START_TEST(milliseconds)
{
    static const struct {
        struct timespec t;
        int64_t since_start;
    } steps[] = {
        {{10, 0}, 0},       {{10, 999999}, 0},
        {{10, 1000000}, 1}, {{10, 999999999}, 999},
        {{11, 0}, 1000},    {{3000010, 2000000}, 3000000002},
    };

    monotonic = steps[0].t;
    int64_t start = ticks_of_monotonic();
    for (size_t i = 0; i < COUNT(steps); i++) {
        monotonic = steps[i].t;
        ck_assert_int_eq(ticks_of_monotonic() - start, steps[i].since_start);
    }
}
END_TEST

START_TEST(ticks)
{
    int64_t before = kit_ticks();

    for (int i = 0; i < 1000; i++) {
        int64_t next = kit_ticks();

        ck_assert_int_ge(next, before);
        before = next;
    }
}
END_TEST

TEST_SUITE(clock, 60, NULL, NULL)
{
    tcase_add_tests(tcase, set_back, overtaken, now, milliseconds, ticks);
}
