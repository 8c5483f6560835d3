/* SPDX-License-Identifier: MIT */
/*
 * What an attack measures, and what must hold. Every figure is kept for the
 * table at the end, whether it holds or not; row_end fails the test when one
 * did not.
 */
#ifndef ATTACK_FIGURE_H
#define ATTACK_FIGURE_H

#include <stdbool.h>

/* The folder of this run: figures, logs. Set by main before any test. */
extern char run_dir[64];

/*
 * Whether times are judged, or only shown: a machine that does other work
 * meanwhile is slow, and that is no fault of the server. From TIMES=shown.
 */
bool figure_judges_times(void);

/* row_begin: the figures from here on belong to ROW, a line of the table. */
void row_begin(const char *row);

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
 * figure_time: MILLISECONDS, under LIMIT; where times are only shown, under 50
 * times as much.
 */
void figure_time(const char *what, double milliseconds, double limit);

/* figure_note: measured, and nothing is demanded of it. */
void figure_note(const char *what, double value, const char *unit);

/* figure_skip: WHAT cannot be looked at here, for this REASON. */
void figure_skip(const char *what, const char *reason);

/* figures_print: the table of this run, on standard output. */
void figures_print(void);

#endif
