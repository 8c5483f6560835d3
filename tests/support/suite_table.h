/* SPDX-License-Identifier: MIT */
/*
 * The table of the suites of a folder. Define SUITES_FILE before including
 * this: the file that the Makefile makes, "unit_suites.inc", with a line
 * SUITE(NAME) for each test_NAME.c.
 */
#include "tests/support/suites.h"

#define SUITE(name) Suite *name##_suite(void);
#include SUITES_FILE
#undef SUITE

static const struct suite suites[] = {
#define SUITE(name) {#name, name##_suite},
#include SUITES_FILE
#undef SUITE
};

enum { SUITES = sizeof suites / sizeof suites[0] };
