/* SPDX-License-Identifier: MIT */
/* An array that grows, and its quantiles. */
#include "tests/support/times.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void times_add(struct times *times, double ms)
{
    if (times->count == times->room) {
        times->room = times->room > 0 ? 2 * times->room : 256;
        times->ms = realloc(times->ms, times->room * sizeof times->ms[0]);
        ck_assert_ptr_nonnull(times->ms);
    }
    times->ms[times->count++] = ms;
}

void times_free(struct times *times)
{
    free(times->ms);
    *times = (struct times){.ms = NULL};
}

static int by_value(const void *a, const void *b)
{
    const double *one = a, *two = b;

    return (*one > *two) - (*one < *two);
}

double percentile(double *values, size_t count, double fraction)
{
    if (count == 0)
        return INFINITY;
    qsort(values, count, sizeof values[0], by_value);
    return values[(size_t)((double)(count - 1) * fraction)];
}

double times_quantile(const struct times *times, double fraction)
{
    double *sorted, result;

    if (times->count == 0)
        return INFINITY;
    sorted = malloc(times->count * sizeof sorted[0]);
    ck_assert_ptr_nonnull(sorted);
    memcpy(sorted, times->ms, times->count * sizeof sorted[0]);
    result = percentile(sorted, times->count, fraction);
    free(sorted);
    return result;
}
