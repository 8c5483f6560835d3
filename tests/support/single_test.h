/* SPDX-License-Identifier: MIT */
/* A program of one test only: an hour's load, a benchmark. */
#ifndef TESTS_SUPPORT_SINGLE_TEST_H
#define TESTS_SUPPORT_SINGLE_TEST_H

#include <check.h>

/*
 * single_test_run: runs TEST, for at most SECONDS, with a folder for its
 * figures and logs, and prints the figures. Returns the exit code for main.
 * TEST ends with exit(EXIT_SUCCESS): how long it took, Check counts in
 * microseconds, and an hour of them does not fit.
 */
int single_test_run(const char *name, const TTest *test, int seconds);

#endif
