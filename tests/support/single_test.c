/* SPDX-License-Identifier: MIT */
#include "tests/support/single_test.h"

#include <stdlib.h>
#include <sysexits.h>

#include "tests/support/figure.h"
#include "tests/support/suites.h"

int single_test_run(const char *name, const TTest *test, int seconds)
{
    Suite *suite = suite_create(name);
    TCase *tcase = suite_case(suite, name, seconds, NULL, NULL);
    SRunner *runner = srunner_create(suite);
    int failed;

    if (figures_begin(name) != 0)
        return EX_OSERR;
    tcase_add_exit_test(tcase, test, EXIT_SUCCESS);
    failed = suites_run(runner);
    figures_end();
    return failed;
}
