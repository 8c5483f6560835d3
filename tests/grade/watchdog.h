/* SPDX-License-Identifier: MIT */
/*
 * A process that cleans up if the grader is killed. Inside bubblewrap the
 * kernel does that: all processes end with the grader, and its folder was in
 * memory.
 */
#ifndef GRADE_WATCHDOG_H
#define GRADE_WATCHDOG_H

/*
 * watchdog_start: starts a process that waits for the end of this one. If this
 * one is killed, it kills the processes of the separate user (user.h) and
 * removes FOLDER. Returns 0, or -1 with errno.
 */
int watchdog_start(const char *folder);

/* watchdog_stop: this process ends normally. It has cleaned up. */
void watchdog_stop(void);

/*
 * watchdog_leave: each child that does not call exec must call this. Otherwise,
 * the watchdog waits for the end of that child, too.
 */
void watchdog_leave(void);

#endif
