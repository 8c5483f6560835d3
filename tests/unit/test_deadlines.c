/* SPDX-License-Identifier: MIT */
/* Time limits of connections, made short; and the limit on their number. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/embedded_server.h"

#define BODY "{\"username\":\"alice\",\"password\":\"apple\"}"
#define HEAD "POST /login HTTP/1.1\r\nHost: lab\r\nContent-Length: 39\r\n"

enum {
    SHORT = 300,  /* milliseconds, for the limit that a test is about */
    LONG = 60000, /* and for the other one */
    DRIP = 20,    /* between two bytes */
};

/*
 * Sends TEXT byte by byte and then an x for ever, unless TEXT is empty, until
 * the other end closes without an answer; says after how many milliseconds.
 */
static int64_t closed_after(const char *text)
{
    bool drips = *text != '\0';
    int64_t began = kit_ticks();
    int fd = tcp_connect(embedded.port);

    while (!tcp_waits_within(fd, DRIP)) {
        if (drips)
            tcp_write(fd, *text != '\0' ? text++ : "x", 1);
        ck_assert_int_lt(kit_ticks() - began, LONG / 4);
    }
    ck_assert(tcp_ended(fd));
    close(fd);
    return kit_ticks() - began;
}

static const char *const slow[] = {
    "",
    "P",
    "POST /login HTTP/1.1\r\nHost: lab\r\nX: ",
    HEAD,
    "POST /login HTTP/1.1\r\nHost: lab\r\nContent-Length: 4000\r\n\r\n{\"user",
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
    ck_assert_msg(strstr(text, "HTTP/1.1 200 ") == text, "came: %s", text);
}

static const char request[] = HEAD "\r\n" BODY;

START_TEST(between_requests)
{
    int fd, later;

    embedded_serve_with(SHORT, LONG, 10);
    fd = tcp_connect(embedded.port);
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);

    /* Who came later and said nothing has gone: longer than a request takes. */
    later = tcp_connect(embedded.port);
    ck_assert(tcp_ended(later));
    ck_assert(!tcp_waits(fd));
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);

    /* A second request that begins has no more time than a first. */
    tcp_write(fd, HEAD, strlen(HEAD));
    ck_assert(tcp_ended(fd));
    close(fd);
    close(later);
}
END_TEST

START_TEST(idle_at_last)
{
    int fd;

    embedded_serve_with(LONG, SHORT, 10);
    fd = tcp_connect(embedded.port);
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);
    ck_assert(tcp_ended(fd));
    close(fd);
}
END_TEST

/* One too many: the oldest that has not said anything leaves. */
START_TEST(room_for_a_new_one)
{
    int fds[5];

    embedded_serve_with(LONG, LONG, 4);
    for (int i = 0; i < 5; i++) {
        fds[i] = tcp_connect(embedded.port);
        /* The server has seen it when it answers; the first says nothing. */
        if (i > 0) {
            tcp_write(fds[i], request, sizeof request - 1);
            read_answer(fds[i]);
        }
    }
    ck_assert(tcp_ended(fds[0]));
    for (int i = 1; i < 5; i++)
        ck_assert(!tcp_waits(fds[i]));
}
END_TEST

/* The limit on open files, at which one more cannot be opened. */
static void limit_files(rlim_t files)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = files;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* A first connection that cannot be accepted waits, and costs no time. */
START_TEST(no_descriptor)
{
    clock_t cpu;
    int fd;

    embedded_serve_with(LONG, LONG, 4);
    fd = dup(STDERR_FILENO);
    close(fd);
    limit_files((rlim_t)fd + 1); /* enough for our end of it */
    ck_assert_int_eq(tcp_connect(embedded.port), fd);
    cpu = clock();
    tcp_write(fd, request, sizeof request - 1);
    ck_assert(!tcp_waits_within(fd, SHORT));
    ck_assert_int_lt(clock() - cpu, CLOCKS_PER_SEC / 1000 * SHORT / 10);

    limit_files((rlim_t)fd + 16);
    read_answer(fd);
}
END_TEST

TEST_SUITE(deadlines)
{
    Suite *suite = suite_create("deadlines");
    TCase *tc = suite_add_case(suite, "deadlines");

    tcase_add_checked_fixture(tc, embedded_begin, embedded_end);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, slow_requests, 0, sizeof slow / sizeof slow[0]);
    tcase_add_tests(tc, between_requests, idle_at_last, room_for_a_new_one,
                    no_descriptor);
    return suite;
}
