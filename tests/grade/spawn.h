/* SPDX-License-Identifier: MIT */
/* Starting programs under test with limits, and killing all they started. */
#ifndef GRADE_SPAWN_H
#define GRADE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

/* The ends of pipes to the standard streams of a program. */
struct spawn_ends {
    int in; /* non-blocking */
    int out, err;
};

/*
 * spawn: runs ARGV in a new process group, with limits, and with an environment
 * of PATH, HOME, library paths and sanitizer options, to which OPTIONS are
 * added. IN_SANDBOX: it is a program of the submission, see sandbox.h. Returns
 * the id of the process to wait for.
 */
pid_t spawn(struct spawn_ends *ends, char *const argv[], const char *options,
            bool in_sandbox);

/*
 * spawn_pipe: makes the pipe of exec_report.h. spawn_confirm closes it, and
 * ends the check without a verdict if the child could not run PROGRAM. If the
 * submission has started too many processes, the check fails. ERR is the
 * standard error of the child, where the sandbox prints what stopped it.
 */
void spawn_pipe(int report[2]);
void spawn_confirm(int report[2], const char *program, int err);

/*
 * spawn_exec: in a child, becomes the program ARGV, as the user of programs
 * under test. ENV is its environment; NULL: that of this process, for a
 * compiler. IN_SANDBOX: ARGV comes from sandbox_command.h, so confine reports
 * to the pipe REPORT.
 */
_Noreturn void spawn_exec(char *const argv[], char *const env[], int report,
                          bool in_sandbox);

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

/*
 * spawn_die_with_parent: this process, until it changes its user, is killed
 * when its parent ends. Linux only.
 */
void spawn_die_with_parent(void);

/* spawn_kill_all: kills COUNT process GROUPS and all children. */
void spawn_kill_all(const pid_t *groups, int count);

/*
 * spawn_set_undumpable: other processes of this user can no longer read this
 * process's memory or descriptors through /proc or ptrace. Linux only.
 */
void spawn_set_undumpable(void);

#endif
