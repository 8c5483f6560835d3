/* SPDX-License-Identifier: MIT */
/* How long each of many equal requests took. */
#ifndef TESTS_SUPPORT_TIMES_H
#define TESTS_SUPPORT_TIMES_H

#include <stddef.h>

/* Zero it to begin with none. */
struct times {
    double *ms; /* COUNT of them, in milliseconds */
    size_t count, room;
};

/* times_add: adds one. times_free: frees all of them. */
void times_add(struct times *times, double ms);
void times_free(struct times *times);

/*
 * times_quantile: the time that FRACTION of them did not exceed: 0.5 for the
 * median, 1 for the slowest. INFINITY if there are none.
 */
double times_quantile(const struct times *times, double fraction);

/* percentile: the same of COUNT VALUES, which it sorts. */
double percentile(double *values, size_t count, double fraction);

#endif
