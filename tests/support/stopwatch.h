/* SPDX-License-Identifier: MIT */
/* Measuring time, waiting for a moment, and how long to wait for anything. */
#ifndef TESTS_SUPPORT_STOPWATCH_H
#define TESTS_SUPPORT_STOPWATCH_H

/* On an idle machine, whatever a test waits for comes within this time. */
enum { STOPWATCH_SECONDS = 20 };

/* stopwatch_now: milliseconds on a monotonic clock. */
double stopwatch_now(void);

/*
 * stopwatch_wait_until: sleeps until that clock shows MS. It paces load, and
 * looks at what sends no event, such as /proc. To wait for a program, use
 * process_line and process_ready.
 */
void stopwatch_wait_until(double ms);

/*
 * stopwatch_patience: STOPWATCH_SECONDS in milliseconds, multiplied by Check's
 * CK_TIMEOUT_MULTIPLIER, which is set for a slow or busy machine.
 */
int stopwatch_patience(void);

#endif
