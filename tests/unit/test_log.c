/* SPDX-License-Identifier: MIT */
/* The log of requests: one line each, whatever came. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/http/log.h"
#include "tests/support/suites.h"

static struct log_entry entry;

static void setup(void)
{
    entry = (struct log_entry){1714555800, "127.0.0.1", "POST", "/login",
                               200,        "alice",     243};
}

static const char *line(void)
{
    static char out[LOG_LINE_SIZE];

    log_format(out, sizeof out, &entry);
    return out;
}

START_TEST(good_line)
{
    ck_assert_str_eq(
        line(), "2024-05-01T09:30:00Z 127.0.0.1 POST /login 200 alice 243 ms");
}
END_TEST

START_TEST(nobody_and_nothing)
{
    entry.user = "";
    entry.status = 0;
    ck_assert_str_eq(line(),
                     "2024-05-01T09:30:00Z 127.0.0.1 POST /login - - 243 ms");
}
END_TEST

START_TEST(foreign_text)
{
    entry.method = "GE\x1b[2JT";
    entry.path = "/a\r\n2024 forged line\x7f";
    ck_assert_str_eq(line(), "2024-05-01T09:30:00Z 127.0.0.1 GE\\x1b[2JT "
                             "/a\\x0d\\x0a2024_forged_line\\x7f 200 alice "
                             "243 ms");
}
END_TEST

/* Each word has its place, whatever is missing. */
START_TEST(empty_words)
{
    entry.method = "";
    entry.path = "";
    ck_assert_str_eq(line(),
                     "2024-05-01T09:30:00Z 127.0.0.1 - - 200 alice 243 ms");
}
END_TEST

START_TEST(no_query)
{
    entry.path = "/login?username=alice&password=apple";
    ck_assert_str_eq(line(), "2024-05-01T09:30:00Z 127.0.0.1 POST /login? 200 "
                             "alice 243 ms");
}
END_TEST

START_TEST(long_text)
{
    char path[5000];

    memset(path, '\x01', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    entry.path = path;
    entry.method = path;
    ck_assert_uint_lt(strlen(line()), LOG_LINE_SIZE - 1);
    ck_assert_ptr_nonnull(strstr(line(), " 200 alice 243 ms"));
}
END_TEST

/* Standard error is a pipe, of which this is the end to read from. */
static FILE *open_pipe(void)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    return fdopen(ends[0], "r");
}

/* Lines of a log that counts: whole, and in their order from 0 to COUNT. */
static void check_lines(FILE *file, int count)
{
    char want[16], came[LOG_LINE_SIZE];

    for (int i = 0; i < count; i++) {
        snprintf(want, sizeof want, " %d ms\n", i);
        ck_assert_ptr_nonnull(fgets(came, sizeof came, file));
        ck_assert_int_eq(strncmp(came, "2024-05-01T", 11), 0);
        ck_assert_str_eq(came + strlen(came) - strlen(want), want);
    }
}

static void write_lines(struct log *log, int count)
{
    for (int i = 0; i < count; i++) {
        entry.milliseconds = i;
        log_write(log, &entry);
    }
}

/* Nobody reads the pipe: nothing waits for him, and he finds the oldest. */
START_TEST(nobody_reads)
{
    struct log *log;
    FILE *file = open_pipe();

    ck_assert_int_eq(log_start(&log), 0);
    write_lines(log, 20000);
    check_lines(file, 3000);
    log_stop(log);
    fclose(file);
}
END_TEST

/* One line comes by itself, without others that push it. */
START_TEST(comes_soon)
{
    struct log *log;
    FILE *file = open_pipe();

    ck_assert_int_eq(log_start(&log), 0);
    write_lines(log, 1);
    check_lines(file, 1);
    log_stop(log);
    fclose(file);
}
END_TEST

/* What waits at the end comes as well: all of it, whole, in its order. */
START_TEST(comes_whole)
{
    FILE *file = tmpfile();
    struct log *log;

    ck_assert_int_eq(dup2(fileno(file), STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(log_start(&log), 0);
    write_lines(log, 4000);
    log_stop(log);
    rewind(file);
    check_lines(file, 4000);
    ck_assert_int_eq(fgetc(file), EOF);
    fclose(file);
}
END_TEST

TEST_SUITE(log)
{
    Suite *suite = suite_create("log");
    TCase *tc = suite_add_case(suite, "log");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_tests(tc, good_line, nobody_and_nothing, foreign_text,
                    empty_words, no_query, long_text, nobody_reads, comes_soon,
                    comes_whole);
    return suite;
}
