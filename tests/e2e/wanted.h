/* SPDX-License-Identifier: MIT */
/* Which tests a run is for, and whether it was a good one. */
#ifndef E2E_WANTED_H
#define E2E_WANTED_H

#include <check.h>
#include <stdbool.h>

/*
 * wanted_is: whether NAME stands in KIT_ONLY of the environment, a list with
 * commas; all do without it.
 */
bool wanted_is(const char *name);

/*
 * wanted_run: runs RUNNER to its end and frees it. Returns EXIT_SUCCESS, or
 * EXIT_FAILURE where a test failed or where there was none: a run for tests
 * that do not exist must not look like a good one.
 */
int wanted_run(SRunner *runner);

#endif
