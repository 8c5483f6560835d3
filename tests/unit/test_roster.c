/* SPDX-License-Identifier: MIT */
/* A class as CSV: its accounts, and the errors for mistakes. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/commands/roster.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

static struct roster roster;

static void setup(void)
{
    capture(STDERR_FILENO);
}

static void teardown(void)
{
    roster_free(&roster);
}

static const struct {
    const char *text;
    int count;
    const char *name, *password; /* of the last row */
    int line;
} good[] = {
    {"name,password\nalice,apple\n", 1, "alice", "apple", 2},
    {"name,password\nalice,apple", 1, "alice", "apple", 2},
    {"name,password\nalice,apple\nbob,\n", 2, "bob", "", 3},
    {"name,password\n\nalice,apple\n\n\n", 1, "alice", "apple", 3},
    {"name,password\nalice,\"a,b\"\n", 1, "alice", "a,b", 2},
    {"name,password\nalice,\"a\"\"b\"\n", 1, "alice", "a\"b", 2},
    {"name,password\nalice,\"\"\"\"\n", 1, "alice", "\"", 2},
    {"name,password\n\"alice\",\"\"\n", 1, "alice", "", 2},
    {"\"name\",\"password\"\nalice, a b \n", 1, "alice", " a b ", 2},
    {"name,password\nalice,p\xc3\xa4ss\n", 1, "alice", "p\xc3\xa4ss", 2},
    {"name,password\n", 0, "", "", 0},
    /* Exports: the column SIS Login ID of Canvas, whose second line has points
       and whose last one is the test student; then Moodle's. */
    {"Student,ID,SIS Login ID,Section,A very long title of an assignment (7)\n"
     "    Points Possible,,,,10\n\"Doe, Jane\",5,JDoe42,\"A, \"\"B\"\"\",9\n"
     "\"Student, Test\",9,0123456789012345678901234567890123456789,A,\n",
     1, "jdoe42", "", 3},
    {"\"First name\",Surname,\"Email address\"\nJane,Doe,Jane.Doe@x.example\n",
     1, "jane-doe", "", 2},
    {"Email address;username;Password\nx@y.example;jane;a,b\n", 1, "jane",
     "a,b", 2},
    {"username\nalice\nbob\n", 2, "bob", "", 3},
    {"username\tlastname\nalice\tA\n", 1, "alice", "", 2},
};

START_TEST(good_files)
{
    const struct roster_row *last;

    ck_assert_int_eq(roster_parse(&roster, "f.csv", good[_i].text), 0);
    ck_assert_int_eq(captured_lines(), 0);
    ck_assert_uint_eq(roster.count, (size_t)good[_i].count);
    if (roster.count == 0)
        return;
    last = &roster.rows[roster.count - 1];
    ck_assert_str_eq(last->name, good[_i].name);
    ck_assert_str_eq(last->password, good[_i].password);
    ck_assert_int_eq(last->line, good[_i].line);
}
END_TEST

static const struct {
    const char *text, *error;
} bad[] = {
    {"", "line 1: the first line must be"},
    {"\n", "line 1: "},
    {"alice,apple\n", "line 1: the first line must be"},
    {"Name,Password\n", "line 1: the first line must be"},
    {"name,password,x\n", "line 1: the first line must be"},
    {"name,password\nalice\n", "line 2: there is no comma"},
    {"name,password\nalice,a,b\n", "line 2: there are more than two"},
    {"name,password\n,apple\n", "line 2: the user name is"},
    {"name,password\nAlice,apple\n", "line 2: the user name is"},
    {"name,password\n alice,apple\n", "line 2: the user name is"},
    {"name,password\nabcdefghijklmnopqrstuvwxyz0123456,a\n", "too long"},
    {"name,password\nalice,a\nbob,b\nalice,c\n", "line 4: an earlier"},
    {"name,password\nalice,\"a\n", "line 2: a quote is not closed"},
    {"name,password\nalice,\"a\"\"\n", "line 2: a quote is not closed"},
    {"name,password\nalice,\"\n", "line 2: a quote is not closed"},
    {"name,password\nalice,\"a\nb\"\n", "line 2: a quote is not closed"},
    {"name,password\nalice,\"a\"b\n", "line 2: text after a"},
    {"name,password\nalice,a\"b\n", "line 2: a quote inside"},
    {"name,password\nalice,p\xe4ss\n", "line 2: the password is"},
    {"username\n\"a\nb\n", "line 2: a quote is not closed"},
    {"username\nj\xc3\xb6rg\n", "line 2: the user name is"},
    {"username\nabcdefghijklmnopqrstuvwxyz0123456\n", "too long"},
    {"username\nJane.Doe\njane-doe\n", "line 3: an earlier"},
};

START_TEST(bad_files)
{
    ck_assert_int_eq(roster_parse(&roster, "f.csv", bad[_i].text), EX_DATAERR);
    ck_assert_msg(captured_has(bad[_i].error), "printed: %s", captured());
    ck_assert(captured_has("f.csv, line"));
}
END_TEST

START_TEST(every_mistake_has_a_line)
{
    ck_assert_int_eq(
        roster_parse(&roster, "f.csv", "name,password\nA,a\nbob,b\nC,c\nd\n"),
        EX_DATAERR);
    ck_assert_int_eq(captured_lines(), 3);
    ck_assert(captured_has("line 2:"));
    ck_assert(captured_has("line 4:"));
    ck_assert(captured_has("line 5:"));
}
END_TEST

/* For two hundred mistakes, a few lines and their number are printed. */
START_TEST(many_mistakes)
{
    char text[4096] = "name,password\n";

    for (int i = 0; i < 200; i++)
        strcat(text, "Alice,a\n");
    ck_assert_int_eq(roster_parse(&roster, "f.csv", text), EX_DATAERR);
    ck_assert_int_eq(captured_lines(), ROSTER_MISTAKES + 1);
    ck_assert(captured_has("200 invalid lines in all"));
}
END_TEST

/* For the wrong file, one error line describes the right one. */
START_TEST(another_file)
{
    ck_assert_int_eq(
        roster_parse(&roster, "f.csv", "Group,Room\nA,1\nB,2\nC,3\n"),
        EX_DATAERR);
    captured_one_line("alice,secret");
    ck_assert(captured_has("Canvas"));
}
END_TEST

/* Lines without a username are skipped, and counted. */
START_TEST(skipped_lines)
{
    ck_assert_int_eq(
        roster_parse(&roster, "f.csv", "ID,username\n1,a\n2,\n3\n4,b\n"), 0);
    ck_assert_uint_eq(roster.count, 2);
    ck_assert_uint_eq(roster.skipped, 2);
}
END_TEST

START_TEST(longest_password)
{
    char text[256] = "name,password\nalice,";

    memset(text + strlen(text), 'x', 128);
    ck_assert_int_eq(roster_parse(&roster, "f.csv", text), 0);
    ck_assert_uint_eq(strlen(roster.rows[0].password), 128);
    roster_free(&roster);
    text[strlen(text)] = 'x';
    ck_assert_int_eq(roster_parse(&roster, "f.csv", text), EX_DATAERR);
}
END_TEST

START_TEST(generated_passwords)
{
    int seen[256] = {0};
    char out[KIT_PASSWORD_SIZE];

    for (int i = 0; i < 2000; i++) {
        ck_assert_int_eq(roster_generate_password(out), 0);
        ck_assert_uint_eq(strlen(out), 12);
        for (const char *p = out; *p != '\0'; p++)
            seen[(unsigned char)*p]++;
    }
    /* 24,000 letters, of 31 kinds: each about 774 times, and no others. */
    for (int c = 0; c < 256; c++) {
        bool in = (c >= 'a' && c <= 'z' && strchr("ilo", c) == NULL) ||
                  (c >= '2' && c <= '9');

        ck_assert_int_ge(seen[c], in ? 600 : 0);
        ck_assert_int_le(seen[c], in ? 950 : 0);
    }
}
END_TEST

START_TEST(quoting)
{
    char out[ROSTER_FIELD_SIZE], longest[KIT_PASSWORD_SIZE];

    roster_quote(out, "plain");
    ck_assert_str_eq(out, "plain");
    roster_quote(out, "a,b");
    ck_assert_str_eq(out, "\"a,b\"");
    roster_quote(out, "a\"b");
    ck_assert_str_eq(out, "\"a\"\"b\"");
    memset(longest, '"', KIT_PASSWORD_MAX);
    longest[KIT_PASSWORD_MAX] = '\0';
    roster_quote(out, longest);
    ck_assert_uint_eq(strlen(out), ROSTER_FIELD_SIZE - 1);
}
END_TEST

TEST_SUITE(roster, 60, setup, teardown)
{
    tcase_add_rows(tcase, good_files, good);
    tcase_add_rows(tcase, bad_files, bad);
    tcase_add_tests(tcase, every_mistake_has_a_line, many_mistakes,
                    another_file, skipped_lines, longest_password,
                    generated_passwords, quoting);
}
