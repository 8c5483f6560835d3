/* SPDX-License-Identifier: MIT */
/*
 * A login must cost little more than the hash of its password, and must not
 * delay the requests of users who are logged in.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/chat/workers.h"
#include "server/store/password_hash.h"
#include "tests/bench/hashing.h"
#include "tests/bench/load.h"
#include "tests/support/database.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum {
    USERS = 1000,
    LOGINS = 2 * WORKERS_THREADS, /* in a slice */
    SLICES = 4,
    CONNECTIONS = 4 * WORKERS_THREADS,
    ASK_SECONDS = 1, /* in a slice */
    ASK_SLICES = 3,
    ASK_MS = 2, /* between two requests */
    QUESTIONS = ASK_SECONDS * 1000 / ASK_MS,
};

static struct load load;

/* All passwords have the same cost, as in a class. */
static void setup(void)
{
    load_open(&load, USERS, PASSWORD_HASH_LN);
    database_change(&load.target,
                    "DELETE FROM accounts WHERE name NOT LIKE 'p%'", NULL,
                    NULL);
}

static void teardown(void)
{
    load_close(&load);
}

/* A login of the next user. */
static const char *write_login(char *out, size_t out_size, int unused)
{
    return load_login(&load, out, out_size);
}

static void run_logins(struct bench_result *result,
                       const struct bench_side *side)
{
    struct storm storm = {.url = load.target.fixture.url,
                          .connections = CONNECTIONS,
                          .requests = LOGINS,
                          .write = write_login};

    bench_begin(&load.target.fixture.server->pid, 1);
    storm_run(&storm);
    bench_end(result, LOGINS);
    ck_assert_int_eq(storm_count(&storm, 200), LOGINS);
    free(storm.answers);
}

START_TEST(logins)
{
    const struct hashing hashing = {
        .work = "/login, with all password workers busy",
        .unit = "login",
        .run = run_logins,
        .threads = WORKERS_THREADS,
        .count = LOGINS,
        .slices = SLICES,
        .goal = 0.95,
    };

    hashing_compare(&hashing);
}
END_TEST

/* --- Users who are logged in -----------------------------------------------
 */

static atomic_bool stop;

/* Logs users in, one after the other, until STOP. */
static void *log_in(void *unused)
{
    char json[HTTP_REPLY];
    struct http http;

    http_open(&http, load.target.fixture.url, NULL);
    while (!atomic_load(&stop)) {
        const char *path = write_login(json, sizeof json, 0);

        ck_assert_int_eq(http_post(&http, path, json), 200);
    }
    http_close(&http);
    return NULL;
}

/*
 * Asks every ASK_MS milliseconds. The time of an answer counts from the moment
 * at which the question was due: a late answer also delays the questions after
 * it (coordinated omission).
 */
static void ask(struct times *times)
{
    double due = stopwatch_now();
    struct http http;

    http_open(&http, load.target.fixture.url, NULL);
    ck_assert_int_ge(http_connect(&http), 0);
    for (int i = 0; i < QUESTIONS; i++) {
        const char *request = load.requests[load.next++ % USERS];

        stopwatch_wait_until(due += ASK_MS);
        tcp_write(http.fd, request, strlen(request));
        ck_assert_int_eq(http_read(&http), 200);
        times_add(times, stopwatch_now() - due);
    }
    http_close(&http);
}

/* Meanwhile, as many threads as the number of the side log users in. */
static void run_asking(struct bench_result *result,
                       const struct bench_side *side)
{
    struct threads threads;

    atomic_store(&stop, false);
    threads_begin(&threads, side->number, log_in, NULL, 0);
    bench_begin(&load.target.fixture.server->pid, 1);
    ask(&result->times);
    bench_end(result, QUESTIONS);
    /* It would include the CPU of the logins. */
    result->cpu = 0;
    atomic_store(&stop, true);
    threads_end(&threads);
}

START_TEST(asking)
{
    const struct bench bench = {
        .work = "/userinfo while users log in, 500 requests a second",
        .unit = "request",
        .slices = ASK_SLICES,
        .paced = true,
        .sides = {{.name = "with logins",
                   .run = run_asking,
                   .number = CONNECTIONS},
                  {.name = "without", .run = run_asking}},
        .goals = {{.what = "p99 with logins, times without",
                   .figure = BENCH_P99,
                   .first = 1,
                   .count = 1,
                   .goal = ROUND_AT_MOST,
                   .limit = 1.5},
                  {.what = "median with logins, times without",
                   .figure = BENCH_P50,
                   .first = 1,
                   .count = 1}},
    };

    bench_compare(&bench);
}
END_TEST

TEST_SUITE(logins, 300, setup, teardown)
{
    tcase_add_tests(tcase, logins, asking);
}
