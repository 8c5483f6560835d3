/* SPDX-License-Identifier: MIT */
/* Texts of standard input: whole or not at all. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "lib/input.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/terminal.h"

static struct kit_input input;

static void setup(void)
{
    memset(&input, 0, sizeof input);
    capture(STDERR_FILENO);
}

static void expect_text(const char *want, size_t want_len)
{
    const char *text;
    size_t len;

    ck_assert_int_eq(kit_input_text(&text, &len, &input), 1);
    ck_assert_uint_eq(len, want_len);
    ck_assert_mem_eq(text, want, len);
}

static void expect_other(int want)
{
    const char *text;
    size_t len;

    ck_assert_int_eq(kit_input_text(&text, &len, &input), want);
}

START_TEST(one_text_a_line)
{
    feed("hello bob\n\nZoë\n", 16);
    expect_text("hello bob", 9);
    expect_text("", 0);
    expect_text("Zoë", 4);
    expect_other(0);
    expect_other(0);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* From Windows: only the mark at the start is not part of a text. */
START_TEST(byte_order_mark)
{
    feed("\xef\xbb\xbfone\r\n\xef\xbb\xbftwo\n", 15);
    expect_text("one\r", 4);
    expect_text("\xef\xbb\xbftwo", 6);
    expect_other(0);
}
END_TEST

START_TEST(only_a_mark)
{
    feed("\xef\xbb\xbf", 3);
    expect_other(0);
}
END_TEST

/* Each datagram is one read, as from a pipe whose writer is slow. */
START_TEST(mark_in_pieces)
{
    static const char *const pieces[] = {"\xef", "\xbb", "\xbfone\n",
                                         "\xef\xbb\xbftwo\n", ""};
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    for (int i = 0; i < 5; i++)
        ck_assert_int_ge(send(ends[1], pieces[i], strlen(pieces[i]), 0), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    expect_text("one", 3);
    expect_text("\xef\xbb\xbftwo", 6);
    expect_other(KIT_INPUT_END);
}
END_TEST

START_TEST(at_a_terminal)
{
    struct terminal terminal = terminal_open();

    ck_assert_int_eq(dup2(terminal.program, STDIN_FILENO), STDIN_FILENO);
    terminal_type(&terminal, "hello bob\nand bye\n\004");
    expect_text("hello bob", 9);
    expect_text("and bye", 7);
    expect_other(0);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has("Ctrl-D"));
}
END_TEST

/* A typed line of this many bytes, and the next one. */
static void type_long(const struct terminal *terminal, size_t len)
{
    static char keys[3 * KIT_TEXT_MAX];

    memset(keys, 'x', len);
    snprintf(keys + len, sizeof keys - len, "\nafter\n\004");
    ck_assert_int_eq(dup2(terminal->program, STDIN_FILENO), STDIN_FILENO);
    terminal_type(terminal, keys);
}

/*
 * A line that the terminal keeps whole is sent; one that it may have cut is
 * not. Neither affects the next line.
 */
static const struct {
    size_t len;
    int want;
} typed[] = {
    {1000, KIT_INPUT_TEXT},
#ifdef __linux__
    {4094, KIT_INPUT_TEXT},
    {4095, KIT_INPUT_REFUSED},
    {KIT_TEXT_MAX, KIT_INPUT_REFUSED},
    {KIT_TEXT_MAX + 1, KIT_INPUT_REFUSED},
    {2 * KIT_TEXT_MAX + 2, KIT_INPUT_REFUSED},
#endif
};

START_TEST(typed_whole_or_refused)
{
    struct terminal terminal = terminal_open();
    const char *text;
    size_t len;

    type_long(&terminal, typed[_i].len);
    ck_assert_int_eq(kit_input_text(&text, &len, &input), typed[_i].want);
    if (typed[_i].want == KIT_INPUT_TEXT)
        ck_assert_uint_eq(len, typed[_i].len);
    expect_text("after", 5);
    expect_other(KIT_INPUT_END);
    ck_assert_int_eq(captured_lines(),
                     typed[_i].want == KIT_INPUT_TEXT ? 1 : 2);
}
END_TEST

/* Where each key comes by itself, nothing is cut at the end of a line. */
START_TEST(not_typed_line_by_line)
{
    static char keys[KIT_TEXT_MAX + 2];
    struct terminal terminal = terminal_open();
    struct termios way;
    const char *text;
    size_t len;

    ck_assert_int_eq(tcgetattr(terminal.program, &way), 0);
    way.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    ck_assert_int_eq(tcsetattr(terminal.program, TCSANOW, &way), 0);
    ck_assert_int_eq(dup2(terminal.program, STDIN_FILENO), STDIN_FILENO);
    memset(keys, 'x', KIT_TEXT_MAX);
    keys[KIT_TEXT_MAX] = '\n';
    terminal_type(&terminal, keys);
    ck_assert_int_eq(kit_input_text(&text, &len, &input), KIT_INPUT_TEXT);
    ck_assert_uint_eq(len, KIT_TEXT_MAX);
}
END_TEST

START_TEST(last_line_may_lack_its_newline)
{
    feed("one\ntwo", 7);
    expect_text("one", 3);
    expect_text("two", 3);
    expect_other(0);
}
END_TEST

START_TEST(nothing_at_all)
{
    feed("", 0);
    expect_other(0);
}
END_TEST

START_TEST(zero_bytes_are_text)
{
    feed("a\0b\n", 4);
    expect_text("a\0b", 3);
}
END_TEST

/* A line of LEN bytes behind another; with NEWLINE it ends and one follows. */
static void feed_long(size_t len, bool newline)
{
    char *text = malloc(len + 32);

    ck_assert_ptr_nonnull(text);
    memcpy(text, "before\n", 7);
    memset(text + 7, 'x', len);
    memcpy(text + 7 + len, "\nafter\n", 7);
    feed(text, 7 + len + (newline ? 7 : 0));
    free(text);
}

START_TEST(longest_text)
{
    static char want[KIT_TEXT_MAX];

    memset(want, 'x', sizeof want);
    feed_long(sizeof want, true);
    expect_text("before", 6);
    expect_text(want, sizeof want);
    expect_text("after", 5);
    expect_other(0);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* Lengths around the limit of a text, of the buffer, and of many buffers. */
static const size_t too_long[] = {KIT_TEXT_MAX + 1, KIT_LINE_MAX - 1,
                                  KIT_LINE_MAX,     KIT_LINE_MAX + 1,
                                  2 * KIT_LINE_MAX, 20000,
                                  10 * KIT_LINE_MAX};
enum { TOO_LONG = sizeof too_long / sizeof too_long[0] };

START_TEST(too_long_is_one_error)
{
    feed_long(too_long[_i], true);
    expect_text("before", 6);
    expect_other(-1);
    expect_text("after", 5);
    expect_other(0);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has("4096"));
}
END_TEST

START_TEST(too_long_at_the_end)
{
    feed_long(too_long[_i], false);
    expect_text("before", 6);
    expect_other(-1);
    expect_other(0);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* The newline of a refused line is no empty text, and no text that waits. */
START_TEST(tail_of_a_long_line_is_no_text)
{
    const char *text;
    size_t len;
    int ends[2];
    static char line[KIT_LINE_MAX];

    memset(line, 'x', sizeof line);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(write(ends[1], line, sizeof line), sizeof line);
    expect_other(-1);
    ck_assert_int_eq(write(ends[1], "tail\nnext\nlast", 14), 14);
    /* Reads the tail, passes over it, and gives the line behind it. */
    expect_text("next", 4);
    ck_assert(!kit_input_has_line(&input));
    close(ends[1]);
    ck_assert_int_eq(kit_input_text(&text, &len, &input), 1);
    ck_assert_uint_eq(len, 4);
}
END_TEST

START_TEST(has_line_until_the_last)
{
    feed("one\ntwo\nthree", 13);
    ck_assert(!kit_input_has_line(&input));
    expect_text("one", 3);
    ck_assert(kit_input_has_line(&input));
    expect_text("two", 3);
    ck_assert(!kit_input_has_line(&input));
    expect_text("three", 5);
    ck_assert(!kit_input_has_line(&input));
}
END_TEST

/* Texts do not stay in memory: wiped by the next read, all at the end. */
START_TEST(texts_are_wiped)
{
    static const char zeros[KIT_LINE_MAX];

    feed("one\ntwo\nthree", 13);
    expect_text("one", 3);
    expect_text("two", 3);
    expect_text("three", 5);
    ck_assert_mem_eq(input.lines.bytes, "three", 5);
    ck_assert_mem_eq(input.lines.bytes + 5, zeros, sizeof zeros - 5);
    expect_other(KIT_INPUT_END);
    ck_assert_mem_eq(input.lines.bytes, zeros, sizeof zeros);
}
END_TEST

/* While a long line is skipped, the first newline only ends that line. */
START_TEST(has_line_after_a_skipped_one)
{
    input.skipping = true;
    memcpy(input.lines.bytes, "tail\nnext\n", 10);
    input.lines.end = 5;
    ck_assert(!kit_input_has_line(&input));
    input.lines.end = 9;
    ck_assert(!kit_input_has_line(&input));
    input.lines.end = 10;
    ck_assert(kit_input_has_line(&input));
    expect_text("next", 4);
}
END_TEST

START_TEST(read_error_ends_it)
{
    int folder = open(".", O_RDONLY);

    ck_assert_int_eq(dup2(folder, STDIN_FILENO), STDIN_FILENO);
    expect_other(KIT_INPUT_FAILED);
    expect_other(0);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* Half a line and then an error: what came is not passed for a text. */
START_TEST(read_error_drops_the_rest)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(write(ends[1], "one\nhalf", 8), 8);
    expect_text("one", 3);
    expect_other(KIT_INPUT_FAILED);
    expect_other(0);
}
END_TEST

TEST_SUITE(input)
{
    Suite *suite = suite_create("input");
    TCase *tcase = suite_add_case(suite, "input");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_tests(tcase, one_text_a_line, byte_order_mark, only_a_mark,
                    mark_in_pieces, at_a_terminal);
    tcase_add_loop_test(tcase, typed_whole_or_refused, 0,
                        sizeof typed / sizeof typed[0]);
    tcase_add_tests(tcase, not_typed_line_by_line,
                    last_line_may_lack_its_newline, nothing_at_all,
                    zero_bytes_are_text, longest_text);
    tcase_add_loop_test(tcase, too_long_is_one_error, 0, TOO_LONG);
    tcase_add_loop_test(tcase, too_long_at_the_end, 0, TOO_LONG);
    tcase_add_tests(tcase, tail_of_a_long_line_is_no_text,
                    has_line_until_the_last, has_line_after_a_skipped_one,
                    texts_are_wiped, read_error_ends_it,
                    read_error_drops_the_rest);
    return suite;
}
