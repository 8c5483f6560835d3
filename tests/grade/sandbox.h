/* SPDX-License-Identifier: MIT */
/*
 * The sandbox: what keeps a stranger's code, and the compiler and linker that
 * work on it, away from the machine, the kit, other submissions and the grader.
 * There are three kinds:
 *
 * bubblewrap  The grader runs in outer namespaces: a network with only the
 *             loopback device, and a process namespace. When the grader ends,
 *             the kernel kills every process in it. Each compiler and each
 *             program runs in separate inner namespaces. There it sees the
 *             system's libraries, one folder, and only its own processes. The
 *             mock servers and the process that writes the report are not in
 *             there, so it cannot reach their memory, files or processes.
 * setpriv     For root in containers that do not allow namespaces: compiler and
 *             programs run as a user that no other grading uses. Landlock lets
 *             them read the same files.
 * none        Only the limits of spawn.c. For one's own work.
 */
#ifndef GRADE_SANDBOX_H
#define GRADE_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/grade/path.h"

enum sandbox_kind { SANDBOX_NONE, SANDBOX_SETPRIV, SANDBOX_BUBBLEWRAP };

/* The kind that was chosen, and the paths of its tools. */
struct sandbox {
    enum sandbox_kind kind;
    char bwrap[PATH_SIZE], setpriv[PATH_SIZE];
};

extern struct sandbox sandbox;

/*
 * sandbox_choose: chooses the kind ASKED for ("bubblewrap", "setpriv",
 * "none"), or the best one that works here if it is NULL. OWN_WORK: the
 * submission is starter/ or solution/ in this kit, so no sandbox is needed.
 * Returns an exit code: EX_UNAVAILABLE, with an error, if that kind does not
 * work here, or if none does and the work is a stranger's.
 */
int sandbox_choose(const char *asked, bool own_work);

/*
 * sandbox_enter: if the kind is bubblewrap, runs this program again, with the
 * arguments ARGV and --inside FOLDER, in the outer namespaces; returns only on
 * failure, with an exit code and an error. FOLDER will be an empty folder in
 * memory. AVOID are COUNT paths that must not be below it. With another kind
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
 * sandbox_open_home: limits the size of HOME, an empty folder, if the kind is
 * bubblewrap. sandbox_close_home removes what was written there.
 */
void sandbox_open_home(const char *home);
void sandbox_close_home(const char *home);

/* sandbox_is_used: whether the kind is not none. */
bool sandbox_is_used(void);

/*
 * sandbox_find_process: the process of the program, if PID is the bubblewrap
 * that runs it. With the other kinds the program is PID itself.
 */
pid_t sandbox_find_process(pid_t pid);

/*
 * sandbox_status: the status of the program, as from waitpid. STATUS is that of
 * its bubblewrap, which exits with 128 + N if signal N ended the program. With
 * the other kinds it is STATUS itself.
 */
int sandbox_status(int status);

#endif
