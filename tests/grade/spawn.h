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
