/* SPDX-License-Identifier: MIT */
/* Which suites a run has, and whether it passed. */
#ifndef TESTS_SUPPORT_SUITES_H
#define TESTS_SUPPORT_SUITES_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

/* The suite of a file test_NAME.c; suite_table.h lists those of a folder. */
struct suite {
    const char *name;
    Suite *(*make)(void);
};

/*
 * suites_chosen: whether the variable KIT_ONLY of the environment, names with
 * commas between them, has NAME. Without KIT_ONLY every suite is chosen.
 */
bool suites_chosen(const char *name);

/*
 * suites_check: exits with an error if KIT_ONLY has a name that none of the
 * COUNT suites ALL has.
 */
void suites_check(const struct suite *all, size_t count);

/*
 * suites_run: runs RUNNER and frees it. Returns EXIT_SUCCESS; or EXIT_FAILURE
 * if a test failed, or if none ran: a misspelt name must not look like success.
 */
int suites_run(SRunner *runner);

/*
 * suites_run_chosen: runs those of the COUNT suites ALL that are chosen, as
 * suites_run.
 */
int suites_run_chosen(const struct suite *all, size_t count);

#endif
