/* SPDX-License-Identifier: MIT */
/*
 * Runs the suites of this folder. The Makefile lists them, one for each file
 * test_NAME.c. KIT_ONLY=base64,json runs these alone.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/streams.h"
#include "tests/e2e/wanted.h"

#define SUITE(name) Suite *name##_suite(void);
#include "unit_suites.inc"
#undef SUITE

static const struct {
    const char *name;
    Suite *(*suite)(void);
} suites[] = {
#define SUITE(name) {#name, name##_suite},
#include "unit_suites.inc"
#undef SUITE
};

enum { SUITES = sizeof suites / sizeof suites[0] };

/* Adds suite NAME to RUNNER; a name that nobody has is an error. */
static void add(SRunner *runner, const char *name)
{
    for (size_t i = 0; i < SUITES; i++) {
        if (strcmp(suites[i].name, name) == 0) {
            srunner_add_suite(runner, suites[i].suite());
            return;
        }
    }
    fprintf(stderr, "KIT_ONLY: there is no tests/unit/test_%s.c\n", name);
    exit(EXIT_FAILURE);
}

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    char *only = getenv("KIT_ONLY");

    kit_streams_open();
    /* Nothing here measures time, and a busy machine may be slow. */
    setenv("CK_DEFAULT_TIMEOUT", "60", 0);
    if (only != NULL) {
        for (char *n = strtok(only, ","); n != NULL; n = strtok(NULL, ","))
            add(runner, n);
    } else {
        for (size_t i = 0; i < SUITES; i++)
            srunner_add_suite(runner, suites[i].suite());
    }
    return wanted_run(runner);
}
