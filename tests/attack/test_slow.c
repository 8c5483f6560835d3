/* SPDX-License-Identifier: MIT */
/* Connections on which little or nothing is sent, and good requests meanwhile.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/daemon.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    SLOW = 1000,
    SLOW_MS = 3000,     /* between two bytes */
    GIVE_UP_MS = 60000, /* how long to wait until all are closed */
    LOOK_MS = 100,
};

static struct target twin;

static void setup(void)
{
    target_begin(&target, "10");
}

/* Opens COUNT connections; sends the beginning of a request if SLOWLY. */
static struct pollfd *open_many(int count, bool slowly)
{
    /* Alternately: what follows belongs to a header, or to a body. */
    static const char *const heads[] = {
        "POST /login HTTP/1.1\r\nHost: lab\r\nX: ",
        "POST /login HTTP/1.1\r\nHost: lab\r\nContent-Length: 4000\r\n\r\n{",
    };
    struct pollfd *all = calloc((size_t)count, sizeof all[0]);

    ck_assert_ptr_nonnull(all);
    for (int i = 0; i < count; i++) {
        all[i].fd = tcp_connect_to(strstr(target.fixture.url, "//") + 2);
        all[i].events = POLLIN;
        if (slowly)
            tcp_write(all[i].fd, heads[i % 2], strlen(heads[i % 2]));
    }
    return all;
}

/*
 * Waits until all are closed. If SLOWLY, sends a byte on each every SLOW_MS.
 * Returns how many milliseconds that took.
 */
static double closed_after(struct pollfd *all, int count, bool slowly)
{
    double began = stopwatch_now(), due = began + SLOW_MS;

    while (tcp_still_open(all, count, LOOK_MS) > 0 &&
           stopwatch_now() - began < GIVE_UP_MS) {
        if (!slowly || stopwatch_now() < due)
            continue;
        /* If it fails, tcp_still_open notices. */
        for (int i = 0; i < count; i++)
            (void)!send(all[i].fd, "x", 1, MSG_NOSIGNAL);
        due += SLOW_MS;
    }
    return stopwatch_now() - began;
}

static void close_all(struct pollfd *all, int count)
{
    figure_is("still open", tcp_still_open(all, count, 0), 0);
    for (int i = 0; i < count; i++) {
        if (all[i].fd >= 0)
            close(all[i].fd);
    }
    free(all);
}

START_TEST(slow)
{
    struct bystander bystander = {.here = &target, .twin = &twin};
    struct pollfd *all;
    double closed;

    row_begin("05 1,000 connections, a byte every 3 s");
    target_begin(&twin, "10");
    bystander_begin(&bystander);
    all = open_many(SLOW, true);
    closed = closed_after(all, SLOW, true);
    bystander_end(&bystander);
    figure_wait("the last one closed after", closed, DAEMON_TIMEOUT);
    close_all(all, SLOW);
    bystander_judge(&bystander);
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

/* The server closes its oldest idle connection to accept a new one. */
START_TEST(idle)
{
    enum { MOST = DAEMON_CONNECTIONS };
    struct pollfd *all;

    row_begin("06 as many idle connections as the server accepts");
    all = open_many(MOST, false);
    figure_wait("a good request is answered after", answered_after(),
                DAEMON_IDLE_TIMEOUT);
    figure_is("connections closed for it",
              MOST - tcp_still_open(all, MOST, LOOK_MS), 1);
    figure_is("it is the oldest one (1: yes)", all[0].fd < 0, 1);
    figure_wait("all closed after", closed_after(all, MOST, false),
                DAEMON_IDLE_TIMEOUT);
    close_all(all, MOST);
    row_end();
}
END_TEST

TEST_SUITE(slow, 120, setup, teardown_target)
{
    tcase_add_tests(tcase, slow, idle);
}
