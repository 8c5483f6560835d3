/* SPDX-License-Identifier: MIT */
/* Lines come out as they went in, however the bytes were cut on the way. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/lines.h"
#include "tests/support/suites.h"

static struct kit_lines lines;
static int in, out; /* the two ends of a pipe */

static void setup(void)
{
    int ends[2];

    memset(&lines, 0, sizeof lines);
    ck_assert_int_eq(pipe(ends), 0);
    out = ends[0];
    in = ends[1];
}

static void write_bytes(const char *bytes, size_t len)
{
    ck_assert_int_eq(write(in, bytes, len), (ssize_t)len);
}

/* Writes TEXT and reads it with one call. */
static void pass(const char *text)
{
    write_bytes(text, strlen(text));
    ck_assert_int_eq(kit_lines_read(&lines, out), (ssize_t)strlen(text));
}

static void expect_line(const char *want)
{
    const char *line;
    size_t len;

    ck_assert(kit_lines_take(&line, &len, &lines));
    ck_assert_uint_eq(len, strlen(want));
    ck_assert_mem_eq(line, want, len);
}

static void expect_none(void)
{
    const char *line;
    size_t len;

    ck_assert(!kit_lines_take(&line, &len, &lines));
}

START_TEST(several_in_one_piece)
{
    pass("one\n\nthree\nfo");
    expect_line("one");
    expect_line("");
    expect_line("three");
    expect_none();
    ck_assert_uint_eq(kit_lines_unfinished(&lines), 2);
}
END_TEST

START_TEST(one_in_many_pieces)
{
    const char *text = "piece by piece\n";

    for (size_t i = 0; text[i] != '\0'; i++) {
        const char one[2] = {text[i], '\0'};

        expect_none();
        pass(one);
    }
    expect_line("piece by piece");
    expect_none();
    ck_assert_uint_eq(kit_lines_unfinished(&lines), 0);
}
END_TEST

/* A carriage return or a zero is a byte like others. */
START_TEST(only_newline_counts)
{
    const char *line;
    size_t len;

    write_bytes("a\0b\r\n", 5);
    ck_assert_int_eq(kit_lines_read(&lines, out), 5);
    ck_assert(kit_lines_take(&line, &len, &lines));
    ck_assert_uint_eq(len, 4);
    ck_assert_mem_eq(line, "a\0b\r", 4);
}
END_TEST

/* The bytes of a taken line stay until the next read. */
START_TEST(taken_line_stays)
{
    const char *first, *second;
    size_t len;

    pass("first\nsecond\n");
    ck_assert(kit_lines_take(&first, &len, &lines));
    ck_assert(kit_lines_take(&second, &len, &lines));
    ck_assert_mem_eq(first, "first", 5);
    ck_assert_mem_eq(second, "second", 6);
}
END_TEST

/*
 * More than a buffer of lines goes through it, none cut, none lost, although
 * the head of the next line is always there already.
 */
START_TEST(many_more_than_fit)
{
    char text[64];

    pass("0");
    for (int i = 0; i < 2000; i++) {
        snprintf(text, sizeof text, " of many\n%d", i + 1);
        pass(text);
        snprintf(text, sizeof text, "%d of many", i);
        expect_line(text);
        expect_none();
    }
}
END_TEST

START_TEST(end_of_the_stream)
{
    pass("last");
    ck_assert(!lines.ended);
    close(in);
    ck_assert_int_eq(kit_lines_read(&lines, out), 0);
    ck_assert(lines.ended);
    expect_none();
    ck_assert_uint_eq(kit_lines_unfinished(&lines), 4);
}
END_TEST

START_TEST(longest_line_fits)
{
    static char text[KIT_LINE_MAX + 1];
    const char *line;
    size_t len;

    memset(text, 'x', KIT_LINE_MAX - 1);
    pass("before\n");
    expect_line("before");
    pass(text);
    ck_assert(!kit_lines_full(&lines));
    expect_none();
    pass("\n");
    ck_assert(!kit_lines_full(&lines));
    ck_assert(kit_lines_take(&line, &len, &lines));
    ck_assert_uint_eq(len, KIT_LINE_MAX - 1);
    ck_assert_mem_eq(line, text, len);
}
END_TEST

/* One byte more is too long; the buffer says so and takes no more. */
START_TEST(too_long_line_is_full)
{
    static char text[KIT_LINE_MAX + 1];

    memset(text, 'x', KIT_LINE_MAX);
    pass(text);
    ck_assert(kit_lines_full(&lines));
    ck_assert_uint_eq(kit_lines_unfinished(&lines), KIT_LINE_MAX);
    write_bytes("\n", 1);
    ck_assert_int_eq(kit_lines_read(&lines, out), 0);
    ck_assert(!lines.ended);
    expect_none();
}
END_TEST

START_TEST(error_is_told)
{
    ck_assert_int_eq(fcntl(out, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(kit_lines_read(&lines, out), -1);
    ck_assert(!lines.ended);
    pass("still well\n");
    expect_line("still well");
}
END_TEST

/* What waits is counted from the last newline, also among whole lines. */
START_TEST(rest_is_behind_the_last_newline)
{
    pass("one\ntwo\nthr");
    ck_assert_uint_eq(kit_lines_unfinished(&lines), 3);
    pass("ee\n");
    ck_assert_uint_eq(kit_lines_unfinished(&lines), 0);
}
END_TEST

TEST_SUITE(lines)
{
    Suite *suite = suite_create("lines");
    TCase *tcase = suite_add_case(suite, "lines");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_tests(tcase, several_in_one_piece, one_in_many_pieces,
                    only_newline_counts, taken_line_stays, many_more_than_fit,
                    end_of_the_stream, longest_line_fits, too_long_line_is_full,
                    error_is_told, rest_is_behind_the_last_newline);
    return suite;
}
