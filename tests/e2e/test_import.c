/* SPDX-License-Identifier: MIT */
/* An import that is interrupted while it hashes passwords. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/chat.h"

enum { CLASS = 24 };

/* Starts to import CLASS accounts at this COST, and to write LIST. */
static struct process *start_import(const char *cost, const char *list)
{
    char roster[32 * CLASS] = "name,password\n";

    for (int i = 0; i < CLASS; i++)
        snprintf(roster + strlen(roster), sizeof roster - strlen(roster),
                 "student%d,\n", i);
    return fixture_command(&chat, fixture_builds[0], "import", "--list", list,
                           "--scrypt-ln", cost,
                           fixture_file(&chat, "class.csv", roster), NULL);
}

/* How many students have an account. */
static int count_students(void)
{
    struct process *p =
        fixture_command(&chat, fixture_builds[0], "users", NULL);
    const char *line;
    int count = 0;

    while ((line = process_line(p, &p->out)) != NULL)
        count += strncmp(line, "student", 7) == 0;
    process_succeeds(p);
    return count;
}

/* Ctrl-C, a closed terminal or kill -9 leave the database unchanged. */
START_TEST(interrupted)
{
    static const int signals[] = {SIGINT, SIGHUP, SIGTERM, SIGKILL};
    char *list = fixture_path(&chat, chat.dir, "my list.csv");
    struct process *p = start_import("16", list);

    ck_assert_ptr_nonnull(process_line(p, &p->err)); /* it hashes */
    ck_assert_int_eq(process_kill(p, signals[_i]), -signals[_i]);
    process_end(p);
    ck_assert_int_eq(count_students(), 0);
    ck_assert_int_eq(access(list, F_OK), -1);
    ck_assert_int_eq(
        access(fixture_path(&chat, chat.dir, "my list.csv.new"), F_OK), -1);

    p = start_import("10", list);
    process_succeeds(p);
    ck_assert_int_eq(count_students(), CLASS);
    ck_assert_int_eq(access(list, F_OK), 0);
}
END_TEST

TEST_SUITE(import, 60, chat_begin, chat_end)
{
    tcase_add_loop_test(tcase, interrupted, 0, 4);
}
