/* SPDX-License-Identifier: MIT */
/* Lines are the same, in whatever pieces their bytes arrive. */
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

/* Takes a line, which must be WANT. It is returned. */
static const char *expect_line(const char *want)
{
    const char *line;
    size_t len;

    ck_assert(kit_lines_take(&line, &len, &lines));
    ck_assert_uint_eq(len, strlen(want));
    ck_assert_mem_eq(line, want, len);
    return line;
}

/* There must be no line, but UNFINISHED bytes of one. */
static void expect_none(size_t unfinished)
{
    const char *line;
    size_t len;

    ck_assert(!kit_lines_take(&line, &len, &lines));
    ck_assert_uint_eq(kit_lines_unfinished(&lines), unfinished);
}

START_TEST(several_in_one_piece)
{
    pass("one\n\nthree\nfo");
    ck_assert_uint_eq(kit_lines_unfinished(&lines), 2);
    expect_line("one");
    expect_line("");
    expect_line("three");
    expect_none(2);
    pass("ur\n");
    ck_assert_uint_eq(kit_lines_unfinished(&lines), 0);
}
END_TEST

START_TEST(one_in_many_pieces)
{
    const char *text = "piece by piece\n";

    for (size_t i = 0; text[i] != '\0'; i++) {
        const char one[2] = {text[i], '\0'};

        expect_none(i);
        pass(one);
    }
    expect_line("piece by piece");
    expect_none(0);
}
END_TEST

/* The bytes of a line stay in place until the next read. */
START_TEST(line_stays_in_place)
{
    const char *first;

    pass("first\nsecond\n");
    first = expect_line("first");
    expect_line("second");
    ck_assert_mem_eq(first, "first", 5);
}
END_TEST

/*
 * More lines than the buffer has room for. None is cut or lost, although every
 * read ends with the beginning of the next line.
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
        expect_none((size_t)snprintf(text, sizeof text, "%d", i + 1));
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
    expect_none(4);
}
END_TEST

/* test_inbox_peers.c has the longest line that fits. */
START_TEST(too_long_line_fills_it)
{
    static char text[KIT_LINE_MAX + 1];

    memset(text, 'x', KIT_LINE_MAX);
    pass(text);
    ck_assert(kit_lines_full(&lines));
    write_bytes("\n", 1);
    ck_assert_int_eq(kit_lines_read(&lines, out), 0);
    ck_assert(!lines.ended);
    expect_none(KIT_LINE_MAX);
}
END_TEST

START_TEST(read_error)
{
    ck_assert_int_eq(fcntl(out, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(kit_lines_read(&lines, out), -1);
    ck_assert(!lines.ended);
    pass("still well\n");
    expect_line("still well");
}
END_TEST

TEST_SUITE(lines, 60, setup, NULL)
{
    tcase_add_tests(tcase, several_in_one_piece, one_in_many_pieces,
                    line_stays_in_place, many_more_than_fit, end_of_the_stream,
                    too_long_line_fills_it, read_error);
}
