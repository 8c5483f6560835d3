/* SPDX-License-Identifier: MIT */
/* Writing suites with Check, choosing some of them, running them. */
#ifndef TESTS_SUPPORT_SUITES_H
#define TESTS_SUPPORT_SUITES_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

/* TEST_SUITE: the head of the function that makes the suite of test_NAME.c. */
#define TEST_SUITE(name)                                                       \
    Suite *name##_suite(void);                                                 \
    Suite *name##_suite(void)

/* suite_add_case: a new test case NAME of SUITE. */
TCase *suite_add_case(Suite *suite, const char *name);

/* tcase_add_tests: tcase_add_test for each of the tests after TCASE. */
#define tcase_add_tests(tcase, ...)                                            \
    suites_add_tests(tcase, (const TTest *const[]){__VA_ARGS__, NULL})

/* tcase_add_rows: adds TEST once for each element of the array ROWS. */
#define tcase_add_rows(tcase, test, rows)                                      \
    tcase_add_loop_test(tcase, test, 0, (int)COUNT(rows))

/* COUNT: the number of elements of an array. */
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

void suites_add_tests(TCase *tcase, const TTest *const *tests);

/*
 * suite_make: a suite NAME with one test case: the TESTS, each of them between
 * SETUP and TEARDOWN, either of which may be NULL, and for at most SECONDS.
 */
#define suite_make(name, seconds, setup, teardown, ...)                        \
    suites_make(name, seconds, setup, teardown,                                \
                (const TTest *const[]){__VA_ARGS__, NULL})

Suite *suites_make(const char *name, double seconds, SFun setup, SFun teardown,
                   const TTest *const *tests);

/* The suite of a file test_NAME.c; suite_table.h lists those of a folder. */
struct suite {
    const char *name;
    Suite *(*make)(void);
};

/*
 * suites_chosen: whether NAME is in KIT_ONLY, an environment variable with
 * names separated by commas. Without KIT_ONLY every suite is chosen.
 */
bool suites_chosen(const char *name);

/*
 * suites_check: exits with an error if KIT_ONLY has a name that is not one of
 * the COUNT suites ALL.
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
