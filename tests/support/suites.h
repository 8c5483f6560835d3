/* SPDX-License-Identifier: MIT */
/* Writing suites with Check, choosing some of them, running them. */
#ifndef TESTS_SUPPORT_SUITES_H
#define TESTS_SUPPORT_SUITES_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * TEST_SUITE: the suite of test_NAME.c, with one test case. The block after it
 * adds the tests to TCASE. Each runs between SETUP and TEARDOWN, either of
 * which may be NULL, and for at most SECONDS.
 */
#define TEST_SUITE(name, seconds, setup, teardown)                             \
    static void name##_tests(TCase *tcase);                                    \
    TEST_CASES(name)                                                           \
    {                                                                          \
        name##_tests(suite_case(suite, #name, seconds, setup, teardown));      \
    }                                                                          \
    static void name##_tests(TCase *tcase)

/* TEST_CASES: the same, but the block adds several test cases to SUITE. */
#define TEST_CASES(name)                                                       \
    static void name##_cases(Suite *suite);                                    \
    Suite *name##_suite(void);                                                 \
    Suite *name##_suite(void)                                                  \
    {                                                                          \
        Suite *suite = suite_create(#name);                                    \
        name##_cases(suite);                                                   \
        return suite;                                                          \
    }                                                                          \
    static void name##_cases(Suite *suite)

/* suite_case: a new test case NAME of SUITE, whose tests run as above. */
TCase *suite_case(Suite *suite, const char *name, double seconds, SFun setup,
                  SFun teardown);

/* tcase_add_tests: tcase_add_test for each of the tests after TCASE. */
#define tcase_add_tests(tcase, ...)                                            \
    suites_add_tests(tcase, (const TTest *const[]){__VA_ARGS__, NULL})

/* tcase_add_rows: adds TEST once for each element of the array ROWS. */
#define tcase_add_rows(tcase, test, rows)                                      \
    tcase_add_loop_test(tcase, test, 0, (int)COUNT(rows))

/* COUNT: the number of elements of an array. */
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

void suites_add_tests(TCase *tcase, const TTest *const *tests);

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
