/* SPDX-License-Identifier: MIT */
/* Starting programs under test with limits, and killing all they started. */
#ifndef GRADE_SPAWN_H
#define GRADE_SPAWN_H

#include <sys/types.h>

/*
 * spawn: runs ARGV in a new process group, with limits, and with an environment
 * of PATH, HOME, library paths and sanitizer options, to which OPTIONS are
 * added. IN (non-blocking), OUT and ERR become the ends of pipes to its
 * standard streams. Returns its process id.
 */
pid_t spawn(int *in, int *out, int *err, char *const argv[],
            const char *options);

/*
 * How a child reports that exec, or a step before it, failed: through a pipe
 * that exec closes. spawn_pipe makes the pipe. In the child, spawn_report sends
 * errno and the step that failed ("run", "change the user of") and exits. In
 * the parent, spawn_confirm closes the pipe, and ends the check without a
 * verdict if the child could not run PROGRAM.
 */
void spawn_pipe(int report[2]);
_Noreturn void spawn_report(int report, const char *step);
void spawn_confirm(int report[2], const char *program);

/*
 * spawn_sigchld_fd: a descriptor that becomes readable when a child ends
 * (SIGCHLD). spawn_sigchld_clear makes it unreadable again.
 */
int spawn_sigchld_fd(void);
void spawn_sigchld_clear(void);

/*
 * spawn_become_subreaper: from now on, orphaned descendants become children of
 * this process. Linux only.
 */
void spawn_become_subreaper(void);

/* spawn_kill_all: kills COUNT process GROUPS and all children. */
void spawn_kill_all(const pid_t *groups, int count);

/*
 * spawn_set_undumpable: other processes of this user can no longer read this
 * process's memory or descriptors through /proc or ptrace. Linux only.
 */
void spawn_set_undumpable(void);

#endif
