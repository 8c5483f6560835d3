/* SPDX-License-Identifier: MIT */
/* An import that is interrupted while it hashes passwords. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/stage.h"

enum { CLASS = 24 };

static struct stage stage;

/* Starts to import CLASS accounts at this COST into the stage's database. */
static struct process *start_import(const char *cost, const char *list)
{
    char roster[32 * CLASS] = "name,password\n";

    for (int i = 0; i < CLASS; i++)
        snprintf(roster + strlen(roster), sizeof roster - strlen(roster),
                 "student%d,\n", i);
    char *argv[] = {stage_path(&stage, stage_builds[0], "chat-server"),
                    "import",
                    "--db",
                    stage.db,
                    "--list",
                    (char *)list,
                    "--scrypt-ln",
                    (char *)cost,
                    stage_file(&stage, "class.csv", roster),
                    NULL};
    return process_start(argv);
}

/* How many students have an account. */
static int count_students(void)
{
    char *argv[] = {stage_path(&stage, stage_builds[0], "chat-server"), "users",
                    "--db", stage.db, NULL};
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

    stage_open(&stage);
    list = stage_path(&stage, stage.dir, "my list.csv");
    aside = stage_path(&stage, stage.dir, "my list.csv.new");
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
    stage_close(&stage);
}
END_TEST

Suite *import_suite(void);

Suite *import_suite(void)
{
    Suite *suite = suite_create("import");
    TCase *tcase = tcase_create("import");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, interrupted, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
