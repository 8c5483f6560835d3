/* SPDX-License-Identifier: MIT */
/*
 * Noticing that this machine was suspended or that its clock was set. Such a
 * check gets no verdict and is run again.
 */
#ifndef GRADE_CLOCK_WATCH_H
#define GRADE_CLOCK_WATCH_H

#include <stdint.h>

/*
 * clock_watch_start: until clock_watch_stop, a signal interrupts blocking calls
 * of this process, such as waitpid, about once a second. Forked children do not
 * get that signal.
 */
void clock_watch_start(void);
void clock_watch_stop(void);

/*
 * clock_watch_check: compares the clocks. Call it after each such call. It
 * notices a gap that is longer than a running machine needs, and a jump of the
 * clock.
 */
void clock_watch_check(void);

/*
 * clock_watch_last_jump: when clock_watch_check last noticed something, on the
 * clock of kit_ticks; 0 for never.
 */
int64_t clock_watch_last_jump(void);

#endif
