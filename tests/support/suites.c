/* SPDX-License-Identifier: MIT */
#include "tests/support/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TCase *suite_case(Suite *suite, const char *name, double seconds, SFun setup,
                  SFun teardown)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, seconds);
    suite_add_tcase(suite, tcase);
    return tcase;
}

void suites_add_tests(TCase *tcase, const TTest *const *tests)
{
    for (; *tests != NULL; tests++)
        tcase_add_test(tcase, *tests);
}

/* Whether LIST, up to its first comma, is NAME. */
static bool begins_with(const char *list, const char *name)
{
    size_t len = strlen(name);

    return strncmp(list, name, len) == 0 && strchr(",", list[len]) != NULL;
}

/* The rest of LIST after its first comma, or NULL if it has no comma. */
static const char *next(const char *list)
{
    list = strchr(list, ',');
    return list != NULL ? list + 1 : NULL;
}

bool suites_chosen(const char *name)
{
    const char *only = getenv("KIT_ONLY");

    if (only == NULL)
        return true;
    while (only != NULL && !begins_with(only, name))
        only = next(only);
    return only != NULL;
}

void suites_check(const struct suite *all, size_t count)
{
    const char *only = getenv("KIT_ONLY");

    for (; only != NULL && *only != '\0'; only = next(only)) {
        size_t i = 0;

        while (i < count && !begins_with(only, all[i].name))
            i++;
        if (i == count) {
            fprintf(
                stderr,
                "KIT_ONLY=%s: there is no test_%.*s.c: check the spelling\n",
                getenv("KIT_ONLY"), (int)strcspn(only, ","), only);
            exit(EXIT_FAILURE);
        }
    }
}

int suites_run(SRunner *runner)
{
    int failed, ran;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    ran = srunner_ntests_run(runner);
    srunner_free(runner);
    if (ran == 0)
        fprintf(stderr, "no test ran: KIT_ONLY, CK_RUN_SUITE, CK_RUN_CASE or "
                        "a tag matches none: unset it or correct it\n");
    return failed == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int suites_run_chosen(const struct suite *all, size_t count)
{
    SRunner *runner = srunner_create(NULL);

    suites_check(all, count);
    for (size_t i = 0; i < count; i++) {
        if (suites_chosen(all[i].name))
            srunner_add_suite(runner, all[i].make());
    }
    return suites_run(runner);
}
