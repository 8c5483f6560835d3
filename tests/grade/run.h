/* SPDX-License-Identifier: MIT */
/* Running checks: each in a process of its own, what it stands on first. */
#ifndef GRADE_RUN_H
#define GRADE_RUN_H

#include <stdbool.h>

#include "tests/grade/result.h"

/*
 * run_ladder: runs the checks marked in NEEDED, at most JOBS at once, and
 * returns their results in the order of the ladder, in shared memory. A check
 * whose foundation did not pass is SKIPPED and says which one to mend. NULL
 * when there is no memory, or SIGINT or SIGTERM has ended it.
 */
struct result *run_ladder(const bool *needed, int jobs);

#endif
