/* SPDX-License-Identifier: MIT */
/* The arithmetic of make bench, with numbers that the test makes up. */
#include <math.h>
#include <unistd.h>

#include "tests/support/proc.h"
#include "tests/support/rounds.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

static void expect(const double *ratios, size_t count, double median,
                   double low, double high)
{
    struct round_spread spread = round_spread(ratios, count);

    ck_assert_double_eq_tol(spread.median, median, 1e-9);
    ck_assert_double_eq_tol(spread.low, low, 1e-9);
    ck_assert_double_eq_tol(spread.high, high, 1e-9);
}

START_TEST(median_and_spread)
{
    static const double odd[] = {3, 1, 2}, even[] = {4, 1, 2, 3}, one[] = {7};

    expect(odd, 3, 2, 1, 3);
    expect(even, 4, 2.5, 1, 4);
    expect(one, 1, 7, 7, 7);
    ck_assert(isnan(round_spread(odd, 0).median));
    ck_assert(isnan(round_spread(odd, ROUNDS_MOST + 1).median));

    /* The order of the rounds is kept: they are printed in it. */
    ck_assert_double_eq_tol(odd[0], 3, 1e-9);
}
END_TEST

static const struct {
    double low, high;
    size_t quiet;
    enum round_goal goal;
    double limit;
    enum round_verdict verdict;
} judged[] = {
    {1.0, 1.2, 5, ROUND_AT_MOST, 1.5, ROUND_OK},
    {1.0, 1.5, 5, ROUND_AT_MOST, 1.5, ROUND_OK},
    {1.4, 1.6, 5, ROUND_AT_MOST, 1.5, ROUND_UNDECIDED},
    {1.5, 1.6, 5, ROUND_AT_MOST, 1.5, ROUND_UNDECIDED},
    {1.6, 1.7, 5, ROUND_AT_MOST, 1.5, ROUND_MISSED},
    {0.9, 1.0, 5, ROUND_AT_LEAST, 0.8, ROUND_OK},
    {0.8, 1.0, 5, ROUND_AT_LEAST, 0.8, ROUND_OK},
    {0.7, 0.9, 5, ROUND_AT_LEAST, 0.8, ROUND_UNDECIDED},
    {0.7, 0.8, 5, ROUND_AT_LEAST, 0.8, ROUND_UNDECIDED},
    {0.6, 0.7, 5, ROUND_AT_LEAST, 0.8, ROUND_MISSED},
    /* Four undisturbed rounds prove nothing, good or bad. */
    {1.0, 1.2, 4, ROUND_AT_MOST, 1.5, ROUND_UNDECIDED},
    {1.6, 1.7, 4, ROUND_AT_MOST, 1.5, ROUND_UNDECIDED},
    {1.0, 1.2, 0, ROUND_AT_LEAST, 0.8, ROUND_UNDECIDED},
    {9.0, 9.9, 5, ROUND_SHOWN, 0, ROUND_NO_GOAL},
    /* The other side took no time, so there is no ratio. */
    {NAN, NAN, 5, ROUND_AT_MOST, 1.5, ROUND_UNDECIDED},
    {NAN, NAN, 5, ROUND_AT_LEAST, 0.8, ROUND_UNDECIDED},
};

START_TEST(verdicts)
{
    struct round_spread spread = {.low = judged[_i].low,
                                  .high = judged[_i].high};

    spread.median = (spread.low + spread.high) / 2;
    ck_assert_int_eq(round_judge(&spread, judged[_i].quiet, judged[_i].goal,
                                 judged[_i].limit),
                     judged[_i].verdict);
}
END_TEST

static const struct {
    struct round_load load;
    double other;
    bool disturbed;
} loads[] = {
    /* wall, ours, busy, cores, grain, spun, spinners */
    {{1000, 1900, 1920, 2, 0, 0, 0}, 0.02, false},
    {{1000, 1900, 1990, 2, 0, 0, 0}, 0.09, true},
    {{1000, 1000, 2000, 2, 0, 0, 0}, 1.00, true},
    /* If a whole processor stayed idle, no process had to wait. */
    {{1000, 1000, 2500, 4, 0, 0, 0}, 1.50, false},
    {{1000, 1000, 3500, 4, 0, 0, 0}, 2.50, true},
    {{1000, 900, 1000, 1, 0, 0, 0}, 0.10, true},
    {{1000, 990, 1000, 1, 0, 0, 0}, 0.01, false},
    /* The kernel counts in ticks, so BUSY may be less than our own time. */
    {{1000, 1905, 1890, 2, 0, 0, 0}, 0.00, false},
    /* In a short time, a difference of a tick is not other work. */
    {{200, 200, 218, 2, 20, 0, 0}, 0.09, false},
    {{200, 200, 232, 2, 20, 0, 0}, 0.16, true},
    {{1000, 1000, 1060, 2, 20, 0, 0}, 0.06, false},
    {{1000, 1000, 1080, 2, 20, 0, 0}, 0.08, true},
    /* BUSY is unknown; one or two threads never wait. */
    {{1000, 900, -1, 2, 0, 990, 1}, 0.01, false},
    {{1000, 900, -1, 2, 0, 900, 1}, 0.10, true},
    {{1000, 900, -1, 2, 0, 1990, 2}, 0.01, false},
    {{1000, 900, -1, 2, 0, 1001, 1}, 0.00, false},
    {{1000, 900, -1, 2, 0, 0, 0}, -1, true},
    {{0, 0, 0, 2, 0, 0, 0}, -1, true},
};

START_TEST(disturbance)
{
    ck_assert_double_eq_tol(round_other(&loads[_i].load), loads[_i].other,
                            1e-9);
    ck_assert_int_eq(round_disturbed(&loads[_i].load), loads[_i].disturbed);
}
END_TEST

/* How often COUNT rounds that are always disturbed are measured. */
static int count_all(int count)
{
    int repeated = 0;

    for (int i = 0; i < count; i++) {
        for (int tries = 0; round_repeated(true, tries, repeated, count);)
            tries++, repeated++;
    }
    return count + repeated;
}

START_TEST(repeats)
{
    ck_assert(!round_repeated(false, 0, 0, 5));
    ck_assert(round_repeated(true, 0, 0, 5));
    ck_assert(round_repeated(true, 1, 4, 5));
    ck_assert(!round_repeated(true, 2, 2, 5));
    ck_assert(!round_repeated(true, 0, 5, 5));

    /* On a machine that is never quiet, a benchmark takes twice as long. */
    ck_assert_int_eq(count_all(5), 10);
}
END_TEST

START_TEST(kept)
{
    static const double ratios[] = {1, 2, 3, 4, 5, 6, 7};
    static const bool some[7] = {[1] = true, [4] = true};
    static const bool many[7] = {true, true, true};
    double out[7];

    /* Without the two that were disturbed, five are left: enough. */
    ck_assert_uint_eq(round_kept(out, ratios, some, 7), 5);
    expect(out, 5, 4, 1, 7);
    ck_assert_double_eq_tol(out[1], 3, 1e-9);

    /* If only four are left, all are kept. */
    ck_assert_uint_eq(round_kept(out, ratios, many, 7), 7);
    expect(out, 7, 4, 1, 7);
}
END_TEST

/* Uses a processor for MS milliseconds. */
static void spin(double ms)
{
    double began = proc_cpu(getpid());

    while (proc_cpu(getpid()) - began < ms)
        ;
}

START_TEST(processors)
{
    int cores;
    double before = proc_busy(&cores), after;

    if (before < 0)
        return;
    ck_assert_int_ge(cores, 1);
    spin(100);
    after = proc_busy(&cores);

    /* The kernel counts in ticks of 10 ms. */
    ck_assert_double_ge(after - before, 50);
}
END_TEST

TEST_SUITE(rounds, 20, NULL, NULL)
{
    tcase_add_tests(tcase, median_and_spread, repeats, kept, processors);
    tcase_add_rows(tcase, verdicts, judged);
    tcase_add_rows(tcase, disturbance, loads);
}
