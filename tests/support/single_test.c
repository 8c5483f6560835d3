/* SPDX-License-Identifier: MIT */
#include "tests/support/single_test.h"

#include <stdlib.h>
#include <sysexits.h>

#include "tests/support/figure.h"
#include "tests/support/suites.h"

int single_test_run(const char *name, const TTest *test, int seconds)
{
    Suite *suite = suite_create(name);
    TCase *tc = suite_add_case(suite, name);
    SRunner *runner = srunner_create(suite);
    int failed;

    if (figures_begin(name) != 0)
        return EX_OSERR;
    tcase_set_timeout(tc, seconds);
    tcase_add_exit_test(tc, test, EXIT_SUCCESS);
    failed = suites_run(runner);
    figures_end();
    return failed;
}
