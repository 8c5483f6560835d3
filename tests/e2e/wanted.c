/* SPDX-License-Identifier: MIT */
/* A list with commas. */
#include "tests/e2e/wanted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool wanted_is(const char *name)
{
    const char *only = getenv("KIT_ONLY");
    size_t len = strlen(name);

    while (only != NULL && *only != '\0') {
        if (strncmp(only, name, len) == 0 && strchr(",", only[len]) != NULL)
            return true;
        only += strcspn(only, ",");
        only += *only == ',';
    }
    return only == NULL;
}

int wanted_run(SRunner *runner)
{
    int failed, ran;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    ran = srunner_ntests_run(runner);
    srunner_free(runner);
    if (ran == 0)
        fprintf(stderr, "no test ran: KIT_ONLY, CK_RUN_SUITE, CK_RUN_CASE or "
                        "a tag names none\n");
    return failed == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
