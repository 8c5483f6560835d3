/* SPDX-License-Identifier: MIT */
/* Processes of students: begun with limits, and ended with all they began. */
#ifndef GRADE_SPAWN_H
#define GRADE_SPAWN_H

#include <sys/types.h>

/*
 * spawn: runs ARGV in a process group of its own, with limits, with an
 * environment of PATH, HOME and sanitizer options (OPTIONS are more of them),
 * and with pipes to its streams, whose ends come in IN (never blocks), OUT and
 * ERR. Returns its process id.
 */
pid_t spawn(int *in, int *out, int *err, char *const argv[],
            const char *options);

/*
 * A child that cannot become its program tells its parent through a pipe that
 * exec closes. spawn_pipe makes it. In the child, spawn_report sends errno
 * and the step that failed ("run", "change the user"), and ends the child. In
 * the parent, spawn_confirm closes both ends and ends the check without a
 * verdict if PROGRAM was not run.
 */
void spawn_pipe(int report[2]);
_Noreturn void spawn_report(int report, const char *step);
void spawn_confirm(int report[2], const char *program);

/* spawn_ended_fd: readable when a child has ended, until it is cleared. */
int spawn_ended_fd(void);
void spawn_ended_clear(void);

/* spawn_adopt: from here on this process inherits lost grandchildren. */
void spawn_adopt(void);

/* spawn_reap: ends COUNT process GROUPS and every child of this process. */
void spawn_reap(const pid_t *groups, int count);

/* spawn_hide: other processes of this user may not look into this one. */
void spawn_hide(void);

#endif
