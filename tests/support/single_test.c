/* SPDX-License-Identifier: MIT */
/* A folder, one test, a table. */
#include "tests/support/single_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/figure.h"
#include "tests/support/suites.h"
#include "tests/support/tree.h"

static int make_folder(const char *name)
{
    char logs[96];

    snprintf(run_dir, sizeof run_dir, "/tmp/%.20s-XXXXXX", name);
    if (mkdtemp(run_dir) == NULL)
        return -1;
    snprintf(logs, sizeof logs, "%s/logs", run_dir);
    return mkdir(logs, 0700);
}

int single_test_run(const char *name, const TTest *test, int seconds)
{
    Suite *suite = suite_create(name);
    TCase *tc = suite_add_case(suite, name);
    SRunner *runner = srunner_create(suite);
    int failed;

    if (make_folder(name) != 0) {
        perror("a folder for the figures");
        return EX_OSERR;
    }
    tcase_set_timeout(tc, seconds);
    tcase_add_exit_test(tc, test, EXIT_SUCCESS);
    failed = suites_run(runner);
    figures_print();
    if (tree_remove(run_dir) != 0)
        perror(run_dir);
    return failed;
}
