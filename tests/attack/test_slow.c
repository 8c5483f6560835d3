/* SPDX-License-Identifier: MIT */
/* Connections that say little or nothing, and those who wait behind them. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/http/daemon.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"

enum {
    DRIPS = 1000,
    DRIP_MS = 3000,     /* between two bytes */
    GIVE_UP_MS = 60000, /* after which a connection counts as open */
    LOOK_MS = 100,
};

static struct target target, twin;

static void setup(void)
{
    target_begin(&target, "10");
}

static void teardown(void)
{
    target_close(&target);
}

/* Where drips begin: in a header, and in a body that was announced. */
static const char *const heads[] = {
    "POST /login HTTP/1.1\r\nHost: lab\r\nX: ",
    "POST /login HTTP/1.1\r\nHost: lab\r\nContent-Length: 4000\r\n\r\n{",
};

/* Opens COUNT connections that have said the beginnings above, or nothing. */
static struct pollfd *open_many(int count, bool say)
{
    struct pollfd *all = calloc((size_t)count, sizeof all[0]);
    struct http http;

    ck_assert_ptr_nonnull(all);
    http_open(&http, target.fixture.url, NULL);
    for (int i = 0; i < count; i++) {
        const char *head = heads[i % 2];

        all[i].fd = http_connect(&http);
        all[i].events = POLLIN;
        http.fd = -1; /* it is in the table now */
        ck_assert_int_ge(all[i].fd, 0);
        if (say)
            ck_assert_int_eq(send(all[i].fd, head, strlen(head), MSG_NOSIGNAL),
                             (ssize_t)strlen(head));
    }
    return all;
}

/* Looks who has been closed, and forgets him. Returns how many are left. */
static int still_open(struct pollfd *all, int count, int wait_ms)
{
    char waste[1024];
    int left = 0;

    poll(all, (nfds_t)count, wait_ms);
    for (int i = 0; i < count; i++) {
        ssize_t n = 1;

        if (all[i].fd >= 0 && all[i].revents != 0)
            n = recv(all[i].fd, waste, sizeof waste, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN)) {
            close(all[i].fd);
            all[i].fd = -1;
        }
        left += all[i].fd >= 0;
    }
    return left;
}

/* One byte more from everybody who is still there. */
static void drip(const struct pollfd *all, int count)
{
    for (int i = 0; i < count; i++) {
        if (all[i].fd >= 0 && send(all[i].fd, "x", 1, MSG_NOSIGNAL) < 0)
            continue; /* poll will say so */
    }
}

/* Waits until all are closed, or the time is over; returns milliseconds. */
static double closed_after(struct pollfd *all, int count, bool drips)
{
    double began = stopwatch_now(), dripped = began;

    while (still_open(all, count, LOOK_MS) > 0 &&
           stopwatch_now() - began < GIVE_UP_MS) {
        if (drips && stopwatch_now() - dripped >= DRIP_MS) {
            drip(all, count);
            dripped += DRIP_MS;
        }
    }
    return stopwatch_now() - began;
}

static void close_all(struct pollfd *all, int count)
{
    for (int i = 0; i < count; i++) {
        if (all[i].fd >= 0)
            close(all[i].fd);
    }
    free(all);
}

START_TEST(dripping)
{
    struct bystander bystander = {.here = &target, .twin = &twin};
    struct pollfd *all;
    double closed;

    row_begin("05 1,000 connections, a byte every 3 s");
    target_begin(&twin, "10");
    bystander_begin(&bystander);
    all = open_many(DRIPS, true);
    closed = closed_after(all, DRIPS, true);
    bystander_end(&bystander);
    figure_is("still open", still_open(all, DRIPS, 0), 0);
    figure_wait("the last one closed after", closed, DAEMON_TIMEOUT);
    bystander_judge(&bystander);
    close_all(all, DRIPS);
    target_close(&twin);
    row_end();
}
END_TEST

/* Asks until there is an answer; returns the milliseconds. */
static double answered_after(void)
{
    double began = stopwatch_now();
    struct http http;

    http_open(&http, target.fixture.url, NULL);
    while (http_ask(&http, target.names[0], target.tokens[0],
                    target.names[1]) != 200 &&
           stopwatch_now() - began < GIVE_UP_MS)
        ;
    http_close(&http);
    return stopwatch_now() - began;
}

/*
 * Everybody's place is taken by someone who says nothing: the next one is
 * served all the same, and it is the oldest of them who has left for her.
 */
START_TEST(idle)
{
    struct pollfd *all;
    double first;
    int left, oldest;

    row_begin("06 as many idle connections as there may be");
    all = open_many(DAEMON_CONNECTIONS, false);
    first = answered_after();
    left = still_open(all, DAEMON_CONNECTIONS, LOOK_MS);
    oldest = all[0].fd < 0;
    figure_wait("a good request is answered after", first, DAEMON_IDLE_TIMEOUT);
    figure_is("connections that had to leave for it", DAEMON_CONNECTIONS - left,
              1);
    figure_is("the oldest is the one (1: yes)", oldest, 1);
    figure_wait("all have left after",
                closed_after(all, DAEMON_CONNECTIONS, false),
                DAEMON_IDLE_TIMEOUT);
    figure_is("still open", still_open(all, DAEMON_CONNECTIONS, 0), 0);
    close_all(all, DAEMON_CONNECTIONS);
    row_end();
}
END_TEST

TEST_SUITE(slow)
{
    Suite *suite = suite_create("slow");
    TCase *tc = suite_add_case(suite, "slow");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_tests(tc, dripping, idle);
    return suite;
}
