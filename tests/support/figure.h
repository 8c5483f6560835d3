/* SPDX-License-Identifier: MIT */
/*
 * Figures: what a test measures, each with its limit. All of them are printed
 * in a table at the end of the run. row_end fails the test if a figure of its
 * row is outside its limit.
 */
#ifndef TESTS_SUPPORT_FIGURE_H
#define TESTS_SUPPORT_FIGURE_H

#include <stdbool.h>

#include "tests/support/times.h"

enum {
    /* Added to every limit that is a ratio: after a wake-up, a process may have
       to wait until another one's time slice ends, 4 ms on Linux. */
    FIGURE_GRAIN_MS = 5,
    /* Added to a timeout: the programs check theirs once a second, and closing
       a thousand connections takes time. */
    FIGURE_SLACK_MS = 2000,
};

/* The folder of this run. */
extern char run_dir[64];

/*
 * figure_judges_times: whether times have limits. With TIMES=shown in the
 * environment they have none and are only shown: a busy machine is slow.
 */
bool figure_judges_times(void);

/*
 * figure_scaled: returns COUNT, a number of requests or seconds; or a quarter
 * of it if times are only shown, because then a quarter of the load is enough.
 */
int figure_scaled(int count);

/*
 * row_begin: starts a row, a group of figures. The table prints its name,
 * formatted as by printf, as a heading, and each figure as a line under it.
 */
void row_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* row_end: ends the row; fails the test if a figure is outside its limit. */
void row_end(void);

/* figure_is: VALUE of WHAT, a count, must be exactly WANTED. */
void figure_is(const char *what, long value, long wanted);

/* figure_most: VALUE in UNIT must be at most LIMIT. figure_least: at least. */
void figure_most(const char *what, double value, const char *unit,
                 double limit);
void figure_least(const char *what, double value, const char *unit,
                  double limit);

/*
 * figure_times: the median and the 99th percentile of TIMES. Each must be at
 * most RATIO times that of BASELINE, plus FIGURE_GRAIN_MS. BASELINE has the
 * times of ordinary requests, made alternately with the others, so the speed of
 * the machine cancels out. One late answer in a thousand does not matter. There
 * is a limit only if figure_judges_times.
 *
 * figure_quantile: the same for one quantile, FRACTION, plus WAIT milliseconds
 * for a timer that may delay the request.
 */
void figure_times(const char *what, const struct times *times,
                  const struct times *baseline, double ratio);
void figure_quantile(const char *what, const struct times *times,
                     const struct times *baseline, double fraction,
                     double ratio, double wait);

/*
 * figure_wait: MILLISECONDS until a timeout of the program: at most TIMER plus
 * FIGURE_SLACK_MS. Timeouts do not depend on the speed of the machine, so this
 * limit is constant. There is a limit only if figure_judges_times.
 */
void figure_wait(const char *what, double milliseconds, double timer);

/* figure_note: adds VALUE without a limit. */
void figure_note(const char *what, double value, const char *unit);

/* figure_skip: WHAT cannot be measured here, because of REASON. */
void figure_skip(const char *what, const char *reason);

/*
 * figures_begin: makes run_dir, a folder in TMPDIR whose name begins with NAME.
 * In it are logs/ for the programs and out/ for the output of suites. Returns
 * 0, or -1 after printing an error. figures_end: prints the table and removes
 * the folder.
 */
int figures_begin(const char *name);
void figures_end(void);

#endif
