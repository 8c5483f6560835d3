/* SPDX-License-Identifier: MIT */
/* What is said is one line, in the program's name, and harmless. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/terminal.h"

static void setup(void)
{
    capture(STDERR_FILENO);
}

START_TEST(name_comes_first)
{
    kit_say_as("sender");
    kit_error("no %s since %d", "answer", 12);
    kit_note("by the way");
    ck_assert_str_eq(captured(),
                     "sender: no answer since 12\nsender: by the way\n");
}
END_TEST

START_TEST(without_a_name)
{
    kit_error("early");
    ck_assert_str_eq(captured(), "early\n");
}
END_TEST

START_TEST(refused_is_one_word_and_minus_one)
{
    kit_say_as("receiver");
    ck_assert_int_eq(kit_refused("replay"), -1);
    ck_assert_str_eq(captured(), "refused: replay\n");
}
END_TEST

/* What a server or a peer sent can neither steer a terminal nor add a line. */
START_TEST(foreign_bytes_are_shown)
{
    kit_say_as("sender");
    kit_error("the server says %s", "\033[2Jhello\nsender: all is well \xff");
    ck_assert_str_eq(captured(), "sender: the server says \\x1b[2Jhello"
                                 "\\x0asender: all is well \\xff\n");
}
END_TEST

START_TEST(utf8_stays_readable)
{
    kit_error("%s", "Zoë schläft");
    ck_assert_str_eq(captured(), "Zoë schläft\n");
}
END_TEST

/* However long the text: one line, cut, with its newline. */
START_TEST(long_text_is_cut)
{
    char text[5000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    kit_error("%s", text);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_uint_ge(strlen(captured()), 1000);
    ck_assert_uint_le(strlen(captured()), 1100);
}
END_TEST

/* The longest text, all of it bytes that need four characters. */
START_TEST(worst_text_fits)
{
    char text[5000];

    memset(text, 1, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    kit_error("%s", text);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_uint_eq(strlen(captured()), 4 * 1024 + 1);
}
END_TEST

START_TEST(no_colour_in_a_file)
{
    unsetenv("NO_COLOR");
    kit_error("plain");
    ck_assert(!captured_has("\033"));
}
END_TEST

/* Says something with standard error on a terminal; gives what came there. */
static const char *said_on_terminal(const char *no_color)
{
    static struct terminal terminal;

    terminal = terminal_open();
    if (no_color == NULL)
        unsetenv("NO_COLOR");
    else
        setenv("NO_COLOR", no_color, 1);
    kit_say_as("sender");
    ck_assert_int_eq(dup2(terminal.program, STDERR_FILENO), STDERR_FILENO);
    kit_error("oh \033");
    return terminal_wait(&terminal, "\n");
}

START_TEST(colour_on_a_terminal)
{
    ck_assert_str_eq(said_on_terminal(NULL),
                     "\033[31msender: \033[0moh \\x1b\r\n");
}
END_TEST

START_TEST(no_color_is_obeyed)
{
    ck_assert_str_eq(said_on_terminal("1"), "sender: oh \\x1b\r\n");
}
END_TEST

/* no-color.org: the variable counts when it is not empty. */
START_TEST(empty_no_color_is_none)
{
    ck_assert_ptr_nonnull(strstr(said_on_terminal(""), "\033[31m"));
}
END_TEST

TEST_SUITE(say)
{
    Suite *suite = suite_create("say");
    TCase *tcase = suite_add_case(suite, "say");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_tests(tcase, name_comes_first, without_a_name,
                    refused_is_one_word_and_minus_one, foreign_bytes_are_shown,
                    utf8_stays_readable, long_text_is_cut, worst_text_fits,
                    no_colour_in_a_file, colour_on_a_terminal,
                    no_color_is_obeyed, empty_no_color_is_none);
    return suite;
}
