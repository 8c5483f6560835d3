/* SPDX-License-Identifier: MIT */
/*
 * The sandbox: what keeps a stranger's code, and the compiler and linker that
 * work on it, away from the machine, the kit, other submissions and the grader.
 * There are three layers:
 *
 * bubblewrap  The grader runs in a network namespace with nothing but the
 *             loopback device, and in a process namespace that takes everything
 *             along when it ends. Each compiler and each program runs in
 *             namespaces of its own inside it: it sees the system's libraries,
 *             one folder, and no process but itself. What the programs talk to,
 *             and who writes the report, is outside their namespaces.
 * setpriv     For root in containers that allow no namespaces: compiler and
 *             programs run as a user that only this grading has, and Landlock
 *             allows them the same files.
 * none        The limits of spawn.c alone: for one's own work.
 */
#ifndef GRADE_SANDBOX_H
#define GRADE_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/grade/args.h"

/*
 * sandbox_choose: chooses the layer ASKED for ("bubblewrap", "setpriv",
 * "none"), or the best one that works here if it is NULL. OWN_WORK: the
 * submission is starter/ or solution/ in this kit, so no sandbox is needed.
 * Returns an exit code: EX_UNAVAILABLE, with an error, if the layer does not
 * work here, or if none does and the work is a stranger's.
 */
int sandbox_choose(const char *asked, bool own_work);

/*
 * sandbox_enter: if the layer is bubblewrap, runs this program again, with the
 * arguments ARGV and --inside FOLDER, in the outer namespaces; returns only on
 * failure, with an exit code and an error. FOLDER will be an empty folder in
 * memory. AVOID are COUNT paths that must not be below it. With another layer
 * it returns EX_OK.
 */
int sandbox_enter(char **argv, const char *const *avoid, int count);

/*
 * sandbox_inside: this program is inside already, and FOLDER is that folder.
 * Limits its size. Returns an exit code.
 */
int sandbox_inside(const char *folder);

/* sandbox_name: "bubblewrap", "setpriv" or "none". */
const char *sandbox_name(void);

/* sandbox_folder: the folder of sandbox_inside, or NULL. */
const char *sandbox_folder(void);

/*
 * sandbox_open_home: makes the empty folder HOME one with little room, where
 * the layer can. sandbox_close_home frees that room.
 */
void sandbox_open_home(const char *home);
void sandbox_close_home(const char *home);

/*
 * sandbox_add_program, sandbox_add_compiler: append to COMMAND what runs the
 * program of a submission, or the compiler, inside the sandbox; the caller then
 * appends the program and its arguments. FOLDER is its current folder, the only
 * one that it can write to (with setpriv, only a compiler can write), and it
 * can also read the folder READABLE. ARGV is the compiler with its arguments,
 * which name other folders that it has to read. REPORT is the pipe of
 * exec_report.h. If the layer is none, nothing is appended.
 */
void sandbox_add_program(struct args *command, const char *folder,
                         const char *readable, int report);
void sandbox_add_compiler(struct args *command, const char *folder,
                          const char *readable, const struct args *argv,
                          int report);

/* sandbox_is_used: whether the layer is not none. */
bool sandbox_is_used(void);

/*
 * sandbox_find_process: the process that was started in the sandbox, if PID is
 * the process around it; PID itself if there is none.
 */
pid_t sandbox_find_process(pid_t pid);

/*
 * sandbox_status: what waitpid would tell of the program, if STATUS is that of
 * the process around it, which exits with 128 + N if signal N ended the
 * program.
 */
int sandbox_status(int status);

#endif
