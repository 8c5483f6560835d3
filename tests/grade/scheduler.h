/* SPDX-License-Identifier: MIT */
/* Running checks, each in its own process, after those that it needs. */
#ifndef GRADE_SCHEDULER_H
#define GRADE_SCHEDULER_H

#include <stdbool.h>

#include "tests/grade/result.h"

/*
 * scheduler_observer: called after a check has finished. DONE[i] is whether
 * check i has; only then are its RESULTS final. ARG is that of scheduler_run.
 */
typedef void scheduler_observer(void *arg, const struct result *results,
                                const bool *done);

/*
 * scheduler_run: runs the checks marked in NEEDED, at most JOBS at the same
 * time. Sets RESULTS to an array in the order of the ladder. If a check needs
 * one that did not pass, it is SKIPPED and its result names the one to fix. If
 * this machine failed during a check, it runs again, alone. Returns 0. Returns
 * an exit code, with an error, if there are no results: after SIGINT, SIGTERM
 * or SIGHUP, or if this machine keeps failing. OBSERVER can be NULL.
 */
int scheduler_run(struct result **results, const bool *needed, int jobs,
                  scheduler_observer *observer, void *arg);

/*
 * scheduler_test_machine: runs a correct program (selftest.c) with each
 * backend. Sets config.no_leak_check if LeakSanitizer does not work here.
 * Returns 0; or an exit code, with an error, if this machine cannot grade.
 */
int scheduler_test_machine(void);

/*
 * scheduler_test_compiler: compiles and links that program. Returns 0; or an
 * exit code, with an error, if this fails or takes too long.
 */
int scheduler_test_compiler(void);

#endif
