/* SPDX-License-Identifier: MIT */
/* The log of requests: one line each, whatever came. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/log.h"

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

/* Nobody reads the pipe: lines are lost, and the server does not wait. */
START_TEST(nobody_reads)
{
    struct log *log;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(log_start(&log), 0);
    for (int i = 0; i < 20000; i++)
        log_write(log, &entry);
    log_stop(log);
}
END_TEST

/* One line comes by itself, without others that push it. */
START_TEST(comes_soon)
{
    char came[LOG_LINE_SIZE];
    struct log *log;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(log_start(&log), 0);
    log_write(log, &entry);
    ck_assert_int_eq(read(ends[0], came, sizeof came),
                     (ssize_t)strlen(line()) + 1);
    ck_assert_mem_eq(came, line(), strlen(line()));
    log_stop(log);
}
END_TEST

/* More than there is room for: all of them, whole and in their order. */
START_TEST(comes_whole)
{
    char want[16], came[LOG_LINE_SIZE];
    FILE *file = tmpfile();
    struct log *log;

    ck_assert_int_eq(dup2(fileno(file), STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(log_start(&log), 0);
    for (int i = 0; i < 5000; i++) {
        entry.milliseconds = i;
        log_write(log, &entry);
    }
    log_stop(log);
    rewind(file);
    for (int i = 0; i < 5000; i++) {
        snprintf(want, sizeof want, " %d ms\n", i);
        ck_assert_ptr_nonnull(fgets(came, sizeof came, file));
        ck_assert_int_eq(strncmp(came, "2024-05-01T", 11), 0);
        ck_assert_str_eq(came + strlen(came) - strlen(want), want);
    }
    ck_assert_ptr_null(fgets(came, sizeof came, file));
    fclose(file);
}
END_TEST

Suite *log_suite(void);

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *tc = tcase_create("log");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, good_line);
    tcase_add_test(tc, nobody_and_nothing);
    tcase_add_test(tc, foreign_text);
    tcase_add_test(tc, empty_words);
    tcase_add_test(tc, no_query);
    tcase_add_test(tc, long_text);
    tcase_add_test(tc, nobody_reads);
    tcase_add_test(tc, comes_soon);
    tcase_add_test(tc, comes_whole);
    suite_add_tcase(suite, tc);
    return suite;
}
