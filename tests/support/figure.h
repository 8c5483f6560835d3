/* SPDX-License-Identifier: MIT */
/*
 * What an attack measures, and what must hold. Every figure is kept for the
 * table at the end, whether it holds or not; row_end fails the test when one
 * did not.
 */
#ifndef TESTS_SUPPORT_FIGURE_H
#define TESTS_SUPPORT_FIGURE_H

#include <stdbool.h>

#include "tests/support/times.h"

enum {
    /* Beside any ratio: a process that is woken may find another one in its
       place, and waits for the end of its slice, of 4 ms with Linux. */
    FIGURE_GRAIN_MS = 5,
    /* After the end of a timer: the programs look at theirs once a second,
       and a thousand connections take a while to close. */
    FIGURE_SLACK_MS = 2000,
};

/* The folder of this run. */
extern char run_dir[64];

/*
 * Whether times are judged, or only shown: a machine that does other work
 * meanwhile is slow, and that is no fault of the server. From TIMES=shown.
 */
bool figure_judges_times(void);

/*
 * figure_scaled: COUNT requests, or seconds of them. Where times are only
 * shown a quarter: what is counted shows in a quarter of the time, too.
 */
int figure_scaled(int count);

/*
 * row_begin: the figures from here on belong to this row of the table, whose
 * name is made as by printf.
 */
void row_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* row_end: the row is complete; the test fails if a figure does not hold. */
void row_end(void);

/* figure_is: WHAT was counted, and must be exactly WANTED. */
void figure_is(const char *what, long value, long wanted);

/* figure_most, figure_least: VALUE, in UNIT, with a limit that must hold. */
void figure_most(const char *what, double value, const char *unit,
                 double limit);
void figure_least(const char *what, double value, const char *unit,
                  double limit);

/*
 * figure_times: the median and the 99th percentile of TIMES, each at most
 * RATIO times that of INNOCENT, a request of the same row made in turn with
 * them, plus FIGURE_GRAIN_MS. So the speed of the machine cancels out, and
 * one late answer of a thousand does not matter. Judged only where
 * figure_judges_times.
 *
 * figure_quantile: the same for one FRACTION, and WAIT milliseconds more: of a
 * timer that the request may meet.
 */
void figure_times(const char *what, const struct times *times,
                  const struct times *innocent, double ratio);
void figure_quantile(const char *what, const struct times *times,
                     const struct times *innocent, double fraction,
                     double ratio, double wait);

/*
 * figure_wait: MILLISECONDS spent until a timer of the program ended the
 * wait: at most TIMER, plus FIGURE_SLACK_MS. A timer runs by the clock on
 * every machine, so its limit is a constant. Judged as times are.
 */
void figure_wait(const char *what, double milliseconds, double timer);

/* figure_note: measured, and nothing is demanded of it. */
void figure_note(const char *what, double value, const char *unit);

/* figure_skip: WHAT cannot be looked at here, for this REASON. */
void figure_skip(const char *what, const char *reason);

/*
 * figures_begin: makes run_dir, a folder in TMPDIR that begins with NAME; in it
 * are logs/ for the programs and out/ for the output of suites. Returns 0, or
 * -1 with an error. figures_end: prints the table and removes the folder.
 */
int figures_begin(const char *name);
void figures_end(void);

#endif
