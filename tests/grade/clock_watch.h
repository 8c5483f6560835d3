/* SPDX-License-Identifier: MIT */
/* Notices that this machine was suspended, or that its clock was set. */
#ifndef GRADE_CLOCK_WATCH_H
#define GRADE_CLOCK_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * clock_watch_start: until clock_watch_stop, a signal interrupts blocking calls
 * of this process, such as waitpid, every quarter of a second. Forked children
 * have no such timer.
 */
void clock_watch_start(void);
void clock_watch_stop(void);

/*
 * clock_watch_check: compares the clocks after such a call. Notices a gap that
 * is longer than a running machine needs, and a jump of the clock.
 */
void clock_watch_check(void);

/* clock_watch_jumped: whether one was noticed after SINCE, as kit_ticks. */
bool clock_watch_jumped(int64_t since);

#endif
