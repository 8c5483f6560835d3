/* SPDX-License-Identifier: MIT */
/* What the same request took, each time that it was made. */
#ifndef TESTS_SUPPORT_TIMES_H
#define TESTS_SUPPORT_TIMES_H

#include <stddef.h>

/* Zero: none yet. */
struct times {
    double *ms; /* COUNT of them, in milliseconds */
    size_t count, room;
};

/* times_add: one more. times_free: forgets all of them. */
void times_add(struct times *times, double ms);
void times_free(struct times *times);

/*
 * times_quantile: the time that FRACTION of them did not exceed: 0.5 is the
 * median, 1 the slowest. INFINITY when there are none.
 */
double times_quantile(const struct times *times, double fraction);

/* percentile: the same of COUNT VALUES, which it sorts. */
double percentile(double *values, size_t count, double fraction);

#endif
