/* SPDX-License-Identifier: MIT */
/* Running checks: each in a process of its own, what it stands on first. */
#ifndef GRADE_RUN_H
#define GRADE_RUN_H

#include <stdbool.h>

#include "tests/grade/result.h"

/*
 * run_ladder: runs the checks marked in NEEDED, at most JOBS at once, and sets
 * RESULTS to what came of them, in the order of the ladder, in shared memory.
 * A check whose foundation did not pass is SKIPPED and names the one to mend.
 * One that the machine has broken is tried again, alone. Returns 0; or an exit
 * code, with an error, when there are no results: after SIGINT or SIGTERM, or
 * where the machine goes on breaking a check.
 */
int run_ladder(struct result **results, const bool *needed, int jobs);

/*
 * run_machine: runs a program that is known to be right, with each backend.
 * Sets lab.no_leaks where memory leaks cannot be looked for. Returns 0; or an
 * exit code, with an error, when no verdict of this machine would be fair.
 */
int run_machine(void);

#endif
