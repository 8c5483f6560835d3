/* SPDX-License-Identifier: MIT */
/* The connections of the server: their timeouts, and how many there can be. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/http/deadlines.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/embedded_server.h"

enum {
    SHORT = 300,   /* milliseconds, for the timeout that a test is about */
    LONG = 60000,  /* and for the other one */
    INTERVAL = 20, /* between two bytes */
};

static const char request[] = LINE LENGTH "\r\n" BODY;

/*
 * Sends TEXT byte by byte and then an x again and again, or nothing if TEXT is
 * empty, until the server closes the connection without an answer. Returns how
 * many milliseconds that took.
 */
static int64_t closed_after(const char *text)
{
    bool sends = *text != '\0';
    int64_t start = kit_ticks();
    int fd = tcp_connect(embedded.port);

    while (!tcp_waits_within(fd, INTERVAL)) {
        if (sends)
            tcp_write(fd, *text != '\0' ? text++ : "x", 1);
        ck_assert_int_lt(kit_ticks() - start, LONG / 4);
    }
    ck_assert(tcp_ended(fd));
    close(fd);
    return kit_ticks() - start;
}

static const char *const slow[] = {
    "",
    "P",
    LINE "X: ",
    LINE LENGTH,
    LINE "Content-Length: 4000\r\n\r\n{\"user",
};

START_TEST(slow_requests)
{
    embedded_serve_with(SHORT, LONG, 10);
    ck_assert_int_ge(closed_after(slow[_i]), SHORT - 50);
}
END_TEST

/* Reads one answer, which ends with a brace, from FD. */
static void read_answer(int fd)
{
    char text[2048] = "";
    size_t len = 0;

    while (strchr(text, '}') == NULL) {
        ssize_t n = read(fd, text + len, sizeof text - 1 - len);

        ck_assert_int_gt(n, 0);
        len += (size_t)n;
        text[len] = '\0';
    }
    ck_assert_msg(strstr(text, "HTTP/1.1 200 ") == text,
                  "status 200 expected, came: %s", text);
}

/* Sends a login on FD and reads its answer. */
static void log_in(int fd)
{
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);
}

START_TEST(timeout_between_requests)
{
    int fd, later;

    embedded_serve_with(SHORT, LONG, 10);
    fd = tcp_connect(embedded.port);
    log_in(fd);

    /* A silent client that came later is disconnected. So FD, too, has been
       silent for longer than the timeout of a request. */
    later = tcp_connect(embedded.port);
    ck_assert(tcp_ended(later));
    ck_assert(!tcp_waits(fd));
    log_in(fd);

    /* A second request has no more time than the first. */
    tcp_write(fd, LINE LENGTH, strlen(LINE LENGTH));
    ck_assert(tcp_ended(fd));
    close(fd);
    close(later);
}
END_TEST

START_TEST(idle_timeout)
{
    int fd;

    embedded_serve_with(LONG, SHORT, 10);
    fd = tcp_connect(embedded.port);
    log_in(fd);
    ck_assert(tcp_ended(fd));
    close(fd);
}
END_TEST

/* To accept one more, the server closes the oldest that has sent nothing. */
START_TEST(too_many_connections)
{
    int fds[5];

    embedded_serve_with(LONG, LONG, 4);
    for (int i = 0; i < 5; i++) {
        fds[i] = tcp_connect(embedded.port);
        /* An answer shows that the server has accepted the connection. */
        if (i > 0)
            log_in(fds[i]);
    }
    ck_assert(tcp_ended(fds[0]));
    for (int i = 1; i < 5; i++)
        ck_assert(!tcp_waits(fds[i]));
}
END_TEST

/* Allows descriptors below FILES. */
static void limit_files(int files)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = (rlim_t)files;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* A connection that cannot be accepted waits without using the processor. */
START_TEST(no_descriptor)
{
    clock_t cpu;
    int fd;

    embedded_serve_with(LONG, LONG, 4);
    fd = dup(STDERR_FILENO);
    close(fd);
    limit_files(fd + 1); /* enough for our end of it */
    ck_assert_int_eq(tcp_connect(embedded.port), fd);
    cpu = clock();
    tcp_write(fd, request, sizeof request - 1);
    ck_assert(!tcp_waits_within(fd, SHORT));
    ck_assert_int_lt(clock() - cpu, CLOCKS_PER_SEC / 1000 * SHORT / 10);

    limit_files(fd + 16);
    read_answer(fd);
}
END_TEST

static int start_deadlines(void)
{
    struct deadlines *deadlines = (struct deadlines *)&embedded;
    int rc = deadlines_start(&deadlines, 1);

    ck_assert((deadlines == NULL) == (rc != 0));
    deadlines_stop(deadlines);
    return rc;
}

START_TEST(thread_does_not_start)
{
    ck_assert_int_eq(
        fault_each("calloc pipe pthread_create", start_deadlines, true), 3);
}
END_TEST

TEST_SUITE(connections, 60, embedded_begin, embedded_end)
{
    tcase_add_rows(tcase, slow_requests, slow);
    tcase_add_tests(tcase, timeout_between_requests, idle_timeout,
                    too_many_connections, no_descriptor);
    if (faults_possible("connections"))
        tcase_add_test(tcase, thread_does_not_start);
}
