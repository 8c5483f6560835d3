/* SPDX-License-Identifier: MIT */
/* chat-server slips: a page with a name and a password for each account. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/unit/subcommand.h"

#define HEAD "name,password\n"

/* The slips of the list TEXT. */
static int slips(const char *text)
{
    char *list = temp_file(text, strlen(text));
    int rc = subcommand_run(command_slips,
                            WORDS("slips", "--server", "https://h:1", list));

    temp_remove(list);
    return rc;
}

/* How often TEXT is in what was printed. */
static int count_of(const char *text)
{
    int found = 0;

    fflush(stdout);
    for (const char *p = captured(); (p = strstr(p, text)) != NULL; p++)
        found++;
    return found;
}

/* 13 accounts need a second page. What is special in HTML is escaped. */
START_TEST(slips_of_class)
{
    capture(STDOUT_FILENO);
    ck_assert_int_eq(slips(HEAD "a,\"<&\"\"\"\nb,1\nc,1\nd,1\ne,1\nf,1\ng,1\n"
                                "h,1\ni,1\nj,1\nk,1\nl,1\nm,\xc3\xa4\n"),
                     EX_OK);
    ck_assert_int_eq(count_of("<table>"), 2);
    ck_assert_int_eq(count_of("<tr>"), 7);
    ck_assert_int_eq(count_of("<td>"), 14);
    ck_assert_int_eq(count_of("<dd>&#60;&#38;&#34;\n"), 1);
    ck_assert_int_eq(count_of("<dd>\xc3\xa4\n"), 1);
    ck_assert_int_eq(count_of("<dd>https://h:1\n"), 13);
}
END_TEST

/* A roster instead of the list: some accounts have no password. */
START_TEST(slips_of_roster)
{
    ck_assert_int_eq(slips(HEAD "alice,a\nbob,\n"), EX_DATAERR);
    ck_assert(captured_has("line 3: bob has no password"));
    ck_assert_int_eq(slips("junk\n"), EX_DATAERR);
    ck_assert_int_eq(
        subcommand_run(command_slips, WORDS("slips", "/nowhere/at/all")),
        EX_NOINPUT);
    ck_assert(subcommand_is_silent());
}
END_TEST

TEST_SUITE(slips, 60, subcommand_begin, subcommand_end)
{
    tcase_add_tests(tcase, slips_of_class, slips_of_roster);
}
