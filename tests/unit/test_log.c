/* SPDX-License-Identifier: MIT */
/* The log: one line for each request. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/http/log.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"

enum { TIME = 1714555800 };

static const struct {
    struct log_entry entry;
    const char *line;
} lines[] = {
    {{TIME, "127.0.0.1", "POST", "/login", 200, "alice", 243},
     "2024-05-01T09:30:00Z 127.0.0.1 POST /login 200 alice 243 ms"},
    /* a missing word is a hyphen, so that each word has its place */
    {{TIME, "127.0.0.1", "POST", "/login", 0, "", 243},
     "2024-05-01T09:30:00Z 127.0.0.1 POST /login - - 243 ms"},
    {{TIME, "127.0.0.1", "", "", 200, "alice", 243},
     "2024-05-01T09:30:00Z 127.0.0.1 - - 200 alice 243 ms"},
    /* text of a client is escaped */
    {{TIME, "127.0.0.1", "GE\x1b[2JT", "/a\r\n2024 forged line\x7f", 200,
      "alice", 243},
     "2024-05-01T09:30:00Z 127.0.0.1 GE\\x1b[2JT "
     "/a\\x0d\\x0a2024_forged_line\\x7f 200 alice 243 ms"},
    /* a query may contain a password */
    {{TIME, "127.0.0.1", "POST", "/login?username=alice&password=apple", 200,
      "alice", 243},
     "2024-05-01T09:30:00Z 127.0.0.1 POST /login? 200 alice 243 ms"},
};

START_TEST(formatted)
{
    char out[LOG_LINE_SIZE];

    log_format(out, sizeof out, &lines[_i].entry);
    ck_assert_str_eq(out, lines[_i].line);
}
END_TEST

/* The text of a time is kept for the next line. */
START_TEST(time_passes)
{
    static const char *const times[] = {"2024-05-01T09:30:00Z ",
                                        "2024-05-01T09:30:01Z ",
                                        "2024-05-01T09:30:00Z "};
    struct log_entry entry = lines[0].entry;
    char out[LOG_LINE_SIZE];

    for (int i = 0; i < (int)COUNT(times); i++) {
        entry.now = TIME + i % 2;
        log_format(out, sizeof out, &entry);
        ck_assert_int_eq(strncmp(out, times[i], strlen(times[i])), 0);
    }
}
END_TEST

START_TEST(long_text)
{
    char path[5000], out[LOG_LINE_SIZE];
    struct log_entry entry = lines[0].entry;

    memset(path, '\x01', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    entry.path = path;
    entry.method = path;
    log_format(out, sizeof out, &entry);
    ck_assert_uint_lt(strlen(out), LOG_LINE_SIZE - 1);
    ck_assert_ptr_nonnull(strstr(out, " 200 alice 243 ms"));
}
END_TEST

/* Makes standard error a pipe. Returns the end to read from. */
static FILE *open_pipe(void)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    return fdopen(ends[0], "r");
}

/* Writes COUNT entries, whose times are 0, 1, 2 and so on, to a new log. */
static struct log *start_and_write(int count)
{
    struct log_entry entry = lines[0].entry;
    struct log *log;

    ck_assert_int_eq(log_start(&log), 0);
    for (int i = 0; i < count; i++) {
        entry.milliseconds = i;
        log_write(log, &entry);
    }
    return log;
}

/* FILE must begin with the first COUNT of these lines, in order. */
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

/*
 * A full pipe does not block the writer, and loses only the newest lines. A
 * single line is written without waiting for a second one.
 */
static const struct {
    int written, read;
} pipes[] = {{20000, 3000}, {1, 1}};

START_TEST(through_a_pipe)
{
    FILE *file = open_pipe();
    struct log *log = start_and_write(pipes[_i].written);

    check_lines(file, pipes[_i].read);
    log_stop(log);
    fclose(file);
}
END_TEST

/* log_stop writes all lines that are left. */
START_TEST(lines_at_the_end)
{
    FILE *file = tmpfile();

    ck_assert_int_eq(dup2(fileno(file), STDERR_FILENO), STDERR_FILENO);
    log_stop(start_and_write(4000));
    rewind(file);
    check_lines(file, 4000);
    ck_assert_int_eq(fgetc(file), EOF);
    fclose(file);
}
END_TEST

static int start(void)
{
    static int64_t other;
    struct log *log = (struct log *)&other;
    int rc = log_start(&log);

    ck_assert((log == NULL) == (rc != 0));
    log_stop(log);
    return rc;
}

START_TEST(thread_does_not_start)
{
    ck_assert_int_eq(fault_each("calloc pthread_create", start, true), 2);
}
END_TEST

TEST_SUITE(log, 60, NULL, NULL)
{
    tcase_add_rows(tcase, formatted, lines);
    tcase_add_rows(tcase, through_a_pipe, pipes);
    tcase_add_tests(tcase, time_passes, long_text, lines_at_the_end);
    if (faults_possible("log"))
        tcase_add_test(tcase, thread_does_not_start);
}
