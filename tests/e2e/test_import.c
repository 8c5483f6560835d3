/* SPDX-License-Identifier: MIT */
/* An import that is interrupted while it hashes passwords. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/fixture.h"
#include "tests/support/suites.h"

enum { CLASS = 24 };

static struct fixture fixture;

/* Starts to import CLASS accounts at this COST into the stage's database. */
static struct process *start_import(const char *cost, const char *list)
{
    char roster[32 * CLASS] = "name,password\n";

    for (int i = 0; i < CLASS; i++)
        snprintf(roster + strlen(roster), sizeof roster - strlen(roster),
                 "student%d,\n", i);
    char *argv[] = {fixture_path(&fixture, fixture_builds[0], "chat-server"),
                    "import",
                    "--db",
                    fixture.db,
                    "--list",
                    (char *)list,
                    "--scrypt-ln",
                    (char *)cost,
                    fixture_file(&fixture, "class.csv", roster),
                    NULL};
    return process_start(argv);
}

/* How many students have an account. */
static int count_students(void)
{
    char *argv[] = {fixture_path(&fixture, fixture_builds[0], "chat-server"),
                    "users", "--db", fixture.db, NULL};
    struct process *p = process_start(argv);
    const char *line;
    int count = 0;

    while ((line = process_line(p, &p->out)) != NULL)
        count += strncmp(line, "student", 7) == 0;
    process_exits(p, 0);
    process_end(p);
    return count;
}

/* Ctrl-C, a closed terminal, kill -9: as if it had not been started. */
START_TEST(interrupted)
{
    static const int signals[] = {SIGINT, SIGHUP, SIGTERM, SIGKILL};
    char *list, *aside;
    struct process *p;

    fixture_open(&fixture);
    list = fixture_path(&fixture, fixture.dir, "my list.csv");
    aside = fixture_path(&fixture, fixture.dir, "my list.csv.new");
    p = start_import("16", list);
    ck_assert_ptr_nonnull(process_line(p, &p->err)); /* it hashes */
    ck_assert_int_eq(process_kill(p, signals[_i]), -signals[_i]);
    process_end(p);
    ck_assert_int_eq(count_students(), 0);
    ck_assert_int_eq(access(list, F_OK), -1);
    ck_assert_int_eq(access(aside, F_OK), -1);

    p = start_import("10", list);
    process_exits(p, 0);
    process_end(p);
    ck_assert_int_eq(count_students(), CLASS);
    ck_assert_int_eq(access(list, F_OK), 0);
    fixture_close(&fixture);
}
END_TEST

TEST_SUITE(import)
{
    Suite *suite = suite_create("import");
    TCase *tcase = suite_add_case(suite, "import");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, interrupted, 0, 4);
    return suite;
}
