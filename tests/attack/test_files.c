/* SPDX-License-Identifier: MIT */
/* The server has no file descriptor left to accept more connections. */
#define _GNU_SOURCE /* prlimit */
#include <sys/resource.h>
#include <unistd.h>

#include "server/http/daemon.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

enum {
    IDLE = 400,     /* connections that send nothing */
    IDLE_CPU = 100, /* milliseconds a second while no descriptor is free */
    GIVE_UP_MS = 60000,
    FIRST = 20, /* connections before the limit is lowered */
    BELOW = 4,  /* the new limit is this much below the number open */
};

static rlim_t limit;

static void limit_files(void)
{
    const struct rlimit files = {limit, limit};

    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        _exit(1);
}

/* One user after the other asks. */
static int ask(struct http *http)
{
    static int asker;

    return target_ask(&target, http, asker++);
}

/* The processor time of a second in which HTTP asks ten times. */
static double busy(struct http *http, int *answered)
{
    double before = target_cpu(&target), began = stopwatch_now();

    for (int i = 0; i < 10; i++) {
        stopwatch_wait_until(stopwatch_now() + 100);
        *answered += ask(http) == 200;
    }
    return (target_cpu(&target) - before) * 1e3 / (stopwatch_now() - began);
}

/* Asks on new connections until there is an answer. Returns the milliseconds.
 */
static double back_after(void)
{
    double began = stopwatch_now();
    struct http http;

    do {
        http_open(&http, target.fixture.url, NULL);
        ask(&http);
        http_close(&http);
    } while (http.status != 200 && stopwatch_now() - began < GIVE_UP_MS);
    figure_is("an answer to a new connection after they left", http.status,
              200);
    return stopwatch_now() - began;
}

/* Fills the server with idle connections. OLD was connected before them. */
static void fill_and_look(struct http *old)
{
    static struct http idle[IDLE];
    int answered = 0;
    double cpu;

    for (int i = 0; i < IDLE; i++) {
        http_open(&idle[i], target.fixture.url, NULL);
        http_connect(&idle[i]);
    }
    cpu = busy(old, &answered);
    figure_note("files open", (double)target_files(&target), "");
    figure_most("processor time a second while it is full", cpu, "ms",
                IDLE_CPU);
    figure_is("requests on an old connection answered, of 10", answered, 10);
    for (int i = 0; i < IDLE; i++)
        http_close(&idle[i]);
    figure_wait("... which came after", back_after(), DAEMON_IDLE_TIMEOUT);
}

/* A server that may never have more than FILES open. */
static void with_limit(rlim_t files)
{
    const struct process_way way = {.before = limit_files};
    struct http old;

    figure_note("the limit, from the start", (double)files, "files");
    limit = files;
    target_serve(&target, NULL, &way);
    target_log_in(&target);
    http_open(&old, target.fixture.url, NULL);
    ck_assert_int_eq(ask(&old), 200);
    fill_and_look(&old);
    http_close(&old);
    target_stop(&target);
}

START_TEST(from_the_start)
{
    static const rlim_t limits[] = {32, 64, 96, 160, 300};

    row_begin("12 no file descriptors left");
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        with_limit(limits[i]);
    row_end();
}
END_TEST

/* The running server may open no more than FILES from now on. */
static void lower_limit(long files)
{
    const struct rlimit to = {(rlim_t)files, (rlim_t)files};

    ck_assert_int_eq(
        prlimit(target.fixture.server->pid, RLIMIT_NOFILE, &to, NULL), 0);
}

START_TEST(lowered)
{
    static struct http first[FIRST];
    struct http old;

    row_begin("12 no file descriptors left, the limit lowered");
    target_serve(&target, NULL, NULL);
    target_log_in(&target);
    http_open(&old, target.fixture.url, NULL);
    for (int i = 0; i < FIRST; i++) {
        http_open(&first[i], target.fixture.url, NULL);
        ck_assert_int_eq(ask(&first[i]), 200);
    }
    ck_assert_int_eq(ask(&old), 200);
    lower_limit(target_files(&target) - BELOW);
    for (int i = 0; i < FIRST; i++)
        http_close(&first[i]);
    fill_and_look(&old);
    http_close(&old);
    target_stop(&target);
    row_end();
}
END_TEST

/* The server cannot accept a connection, and has none that it could close. */
START_TEST(none_left)
{
    struct http http;

    row_begin("12 no file descriptor for a first connection");
    target_serve(&target, NULL, NULL);
    lower_limit(target_files(&target));
    http_open(&http, target.fixture.url, NULL);
    ck_assert_int_ge(http_connect(&http), 0);
    figure_most("processor time of a second", target_idle_cpu(&target), "ms",
                IDLE_CPU);
    http_close(&http);
    target_stop(&target);
    row_end();
}
END_TEST

TEST_SUITE(files, 120, setup_accounts, teardown_target)
{
    tcase_add_tests(tcase, from_the_start, lowered, none_left);
}
