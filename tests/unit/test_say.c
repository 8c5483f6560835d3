/* SPDX-License-Identifier: MIT */
/* Errors and notes: one line each, with the program's name, safe to print. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/terminal.h"

START_TEST(name_comes_first)
{
    kit_say_as("sender");
    kit_error("no %s since %d", "answer", 12);
    kit_note("by the way");
    ck_assert_str_eq(captured(),
                     "sender: no answer since 12\nsender: by the way\n");
}
END_TEST

START_TEST(refused_prints_one_word)
{
    kit_say_as("receiver");
    ck_assert_int_eq(kit_refused("replay"), -1);
    ck_assert_str_eq(captured(), "refused: replay\n");
}
END_TEST

START_TEST(fail_returns_the_code)
{
    kit_say_as("sender");
    ck_assert_int_eq(kit_fail(76, "message %d has no %s", 2, "token"), 76);
    ck_assert_int_eq(kit_fail(0, "nothing"), 0);
    ck_assert_str_eq(captured(),
                     "sender: message 2 has no token\nsender: nothing\n");
}
END_TEST

/* Wrong arguments are reported only if KIT_DEBUG is set, even if empty. */
static const struct {
    const char *debug, *printed;
} misuses[] = {
    {NULL, ""},
    {"1", "sender: kit_f: len is 0: set it\n"},
    {"", "sender: kit_f: len is 0: set it\n"},
};

START_TEST(misuse)
{
    unsetenv("KIT_DEBUG");
    if (misuses[_i].debug != NULL)
        setenv("KIT_DEBUG", misuses[_i].debug, 1);
    kit_say_as("sender");
    ck_assert_int_eq(kit_misuse("kit_f: len is %d: set %s", 0, "it"), -1);
    ck_assert_str_eq(captured(), misuses[_i].printed);
}
END_TEST

/* Bytes from a server or a peer must not control the terminal or add a line. */
static const struct {
    const char *name, *text, *printed;
} texts[] = {
    {NULL, "early", "early\n"},
    {NULL, "Zoë schläft", "Zoë schläft\n"},
    {"sender", "\033[2Jhello\nsender: all is well \xff",
     "sender: \\x1b[2Jhello\\x0asender: all is well \\xff\n"},
};

START_TEST(text_is_shown_safely)
{
    if (texts[_i].name != NULL)
        kit_say_as(texts[_i].name);
    unsetenv("NO_COLOR"); /* in a file there is no colour */
    kit_error("%s", texts[_i].text);
    ck_assert_str_eq(captured(), texts[_i].printed);
}
END_TEST

/* A long text is cut; each byte 1 is shown as four characters. */
static const struct {
    int byte;
    size_t least, most;
} long_texts[] = {{'x', 1000, 1100}, {1, 4 * 1024 + 1, 4 * 1024 + 1}};

START_TEST(long_text_is_cut)
{
    char text[5000] = "";

    memset(text, long_texts[_i].byte, sizeof text - 1);
    kit_error("%s", text);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_uint_ge(strlen(captured()), long_texts[_i].least);
    ck_assert_uint_le(strlen(captured()), long_texts[_i].most);
}
END_TEST

/* no-color.org: the variable counts if it is not empty. */
static const struct {
    const char *no_color, *printed;
} colours[] = {
    {NULL, "\033[31msender: \033[0moh \\x1b\r\n"},
    {"", "\033[31msender: \033[0moh \\x1b\r\n"},
    {"1", "sender: oh \\x1b\r\n"},
};

START_TEST(colour_on_a_terminal)
{
    struct terminal terminal = terminal_open();

    unsetenv("NO_COLOR");
    if (colours[_i].no_color != NULL)
        setenv("NO_COLOR", colours[_i].no_color, 1);
    kit_say_as("sender");
    ck_assert_int_eq(dup2(terminal.program, STDERR_FILENO), STDERR_FILENO);
    kit_error("oh \033");
    ck_assert_str_eq(terminal_wait(&terminal, "\n"), colours[_i].printed);
}
END_TEST

START_TEST(writing_fails)
{
    fault_order("write", 1, EINTR);
    kit_error("printed after all");
    ck_assert(fault_cancel() && captured_has("printed after all"));
    fault_order("write", 1, EIO);
    kit_error("lost");
    ck_assert(fault_cancel() && captured_lines() == 1);
}
END_TEST

TEST_SUITE(say, 60, capture_errors, NULL)
{
    tcase_add_tests(tcase, name_comes_first, refused_prints_one_word,
                    fail_returns_the_code);
    tcase_add_rows(tcase, misuse, misuses);
    tcase_add_rows(tcase, text_is_shown_safely, texts);
    tcase_add_rows(tcase, long_text_is_cut, long_texts);
    tcase_add_rows(tcase, colour_on_a_terminal, colours);
    if (faults_possible("say"))
        tcase_add_test(tcase, writing_fails);
}
