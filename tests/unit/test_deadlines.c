/* SPDX-License-Identifier: MIT */
/* Time limits of connections, made short; and the limit on their number. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/unit/capture.h"
#include "tests/unit/lab.h"
#include "tests/unit/tcp.h"

#define BODY "{\"username\":\"alice\",\"password\":\"apple\"}"
#define HEAD "POST /login HTTP/1.1\r\nContent-Length: 39\r\n"

enum {
    PATIENCE = 400, /* milliseconds, in place of ten seconds */
    IDLE = 1200,
    SOON = 300, /* how much later is still in time on a busy machine */
    DRIP = 20,  /* milliseconds between two bytes */
};

static struct lab lab;

static void setup(void)
{
    capture(STDERR_FILENO);
    lab_open(&lab);
}

static void teardown(void)
{
    lab_close(&lab);
}

/*
 * Sends TEXT byte by byte, one every DRIP milliseconds, and says after how
 * many milliseconds the other end closed without an answer.
 */
static int64_t closed_after(const char *text)
{
    int64_t began = kit_ticks();
    int fd = tcp_connect(lab.port);

    while (!tcp_waits_within(fd, DRIP)) {
        if (*text != '\0')
            tcp_write(fd, text++, 1);
        ck_assert_int_lt(kit_ticks() - began, 20 * PATIENCE);
    }
    ck_assert(tcp_ended(fd));
    close(fd);
    return kit_ticks() - began;
}

#define X10  "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10

static const char *const slow[] = {
    "",   "POST",
    X100, "POST /login HTTP/1.1\r\nX: " X100,
    HEAD, HEAD "\r\n{\"user" X10 X10,
};

START_TEST(slow_requests)
{
    int64_t took;

    lab_serve(&lab, PATIENCE, IDLE, 10);
    took = closed_after(slow[_i]);
    ck_assert_int_ge(took, PATIENCE - 50);
    ck_assert_int_le(took, PATIENCE + SOON);
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

START_TEST(between_requests)
{
    static const char request[] = HEAD "\r\n" BODY;
    int64_t idle_since;
    int fd;

    lab_serve(&lab, PATIENCE, IDLE, 10);
    fd = tcp_connect(lab.port);
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);

    /* Longer than a request may take: the connection is still there. */
    ck_assert(!tcp_waits_within(fd, PATIENCE + SOON));
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);

    /* A second request that begins has no more time than a first. */
    idle_since = kit_ticks();
    tcp_write(fd, HEAD, strlen(HEAD));
    ck_assert(tcp_waits_within(fd, PATIENCE + SOON));
    ck_assert_int_ge(kit_ticks() - idle_since, PATIENCE - 50);
    ck_assert(tcp_ended(fd));
    close(fd);
}
END_TEST

START_TEST(idle_at_last)
{
    static const char request[] = HEAD "\r\n" BODY;
    int fd;

    lab_serve(&lab, PATIENCE, IDLE, 10);
    fd = tcp_connect(lab.port);
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);
    ck_assert(tcp_waits_within(fd, IDLE + SOON));
    ck_assert(tcp_ended(fd));
    close(fd);
}
END_TEST

/* One too many: the oldest that has not said anything leaves. */
START_TEST(room_for_a_new_one)
{
    static const char request[] = HEAD "\r\n" BODY;
    int fds[5];

    lab_serve(&lab, 5000, 5000, 4);
    for (int i = 0; i < 5; i++) {
        fds[i] = tcp_connect(lab.port);
        /* The server has seen it when it answers; the first says nothing. */
        if (i > 0) {
            tcp_write(fds[i], request, sizeof request - 1);
            read_answer(fds[i]);
        }
    }
    ck_assert(tcp_waits_within(fds[0], 2000));
    ck_assert(tcp_ended(fds[0]));
    for (int i = 1; i < 5; i++)
        ck_assert(!tcp_waits(fds[i]));
}
END_TEST

Suite *deadlines_suite(void);

Suite *deadlines_suite(void)
{
    Suite *suite = suite_create("deadlines");
    TCase *tc = tcase_create("deadlines");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, slow_requests, 0, sizeof slow / sizeof slow[0]);
    tcase_add_test(tc, between_requests);
    tcase_add_test(tc, idle_at_last);
    tcase_add_test(tc, room_for_a_new_one);
    suite_add_tcase(suite, tc);
    return suite;
}
