/* SPDX-License-Identifier: MIT */
/* The main program for a single test: an hour of load, or a benchmark. */
#ifndef TESTS_SUPPORT_SINGLE_TEST_H
#define TESTS_SUPPORT_SINGLE_TEST_H

#include <check.h>

/*
 * single_test_run: runs TEST for at most SECONDS between figures_begin and
 * figures_end. Returns the exit code for main. TEST must end with
 * exit(EXIT_SUCCESS): otherwise Check counts its time in microseconds, and an
 * hour overflows.
 */
int single_test_run(const char *name, const TTest *test, int seconds);

#endif
