/* SPDX-License-Identifier: MIT */
/* SIGTERM while clients ask for more than the server can answer. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/threads.h"

enum {
    TIMES = 10,
    CLIENTS = 100, /* most of them log in: the queue is full */
    WARM = 300,    /* the signal comes after so many answers */
    /* At the end the server finishes two hashes at the same time. They have a
       lower priority than its answers to all other requests. */
    RATIO = 5,
    CROSSED = 10, /* requests sent while the server closed the connection */
};

/* A client that sends one request after the other. */
struct client {
    int number;
    struct http http;
};

static struct times logins, ends; /* logins without load; ends after SIGTERM */

/* Connections that this run of the server has accepted. */
static atomic_int accepted;

/* How all requests ended. */
static atomic_long whole, half, ignored, late;
static atomic_bool ending;
static _Atomic double ended_at; /* stopwatch_now of the signal */

/* Writes the request of client NUMBER. Three of four are logins, with many
   different names. */
static void write_request(char *out, size_t size, int number)
{
    int who = number % TARGET_USERS;
    bool asks = number % 4 == 0;
    char json[512];

    if (asks)
        http_ask_json(json, sizeof json, target.names[who], target.tokens[who],
                      target.names[(who + 1) % TARGET_USERS]);
    else if (number % 4 == 1)
        http_login_json(json, sizeof json, target.names[who],
                        target_password(target.names[who]));
    else
        snprintf(json, sizeof json,
                 "{\"username\":\"nobody%d\",\"password\":\"x\"}", number);
    http_request(out, size, asks ? "/userinfo" : "/login", "", json);
}

/* Counts the answer to a request that was completely sent at SENT. */
static void judge(const struct http *http, double sent)
{
    /* The last byte of every body is a brace. */
    if (http->len > 0 && http->reply[http->len - 1] == '}')
        atomic_fetch_add(&whole, 1);
    else if (http->len > 0)
        atomic_fetch_add(&half, 1);
    else if (!atomic_load(&ending) || sent < atomic_load(&ended_at))
        atomic_fetch_add(&ignored, 1);
    else
        atomic_fetch_add(&late, 1);
}

/*
 * Asks with an invalid token, which needs no hash. A connection that has had an
 * answer is not in the backlog any more.
 */
static void wait_until_accepted(struct http *http)
{
    ck_assert_int_eq(http_ask(http, "alice", "0123456789abcdef", "bob"), 401);
    ck_assert_int_ge(http->fd, 0);
    atomic_fetch_add(&accepted, 1);
}

/* Sends requests until the connection ends. */
static void *ask_on(void *context)
{
    struct client *client = context;
    struct http *http = &client->http;
    char text[1024];

    http_open(http, target.fixture.url, NULL);
    wait_until_accepted(http);
    write_request(text, sizeof text, client->number);
    for (double sent = stopwatch_now();
         http->fd >= 0 && send(http->fd, text, strlen(text), MSG_NOSIGNAL) ==
                              (ssize_t)strlen(text);
         sent = stopwatch_now()) {
        http_read(http);
        judge(http, sent);
    }
    http_close(http);
    return NULL;
}

/* Times a login without load. */
static void time_login(void)
{
    double began = stopwatch_now();

    ck_assert_int_eq(target_login(&target, "victim"), 200);
    times_add(&logins, stopwatch_now() - began);
}

/* Runs a server once. Returns the milliseconds until it had stopped. */
static double run_and_stop(int number)
{
    static struct client clients[CLIENTS];
    long before = atomic_load(&whole);
    struct threads threads;
    double ms;

    target_serve(&target, NULL, NULL);
    time_login();
    atomic_store(&ending, false);
    atomic_store(&accepted, 0);
    for (int i = 0; i < CLIENTS; i++)
        clients[i].number = i;
    threads_begin(&threads, CLIENTS, ask_on, clients, sizeof clients[0]);
    while (atomic_load(&accepted) < CLIENTS ||
           atomic_load(&whole) - before < WARM)
        stopwatch_wait_until(stopwatch_now() + 1 + 7 * number);
    atomic_store(&ended_at, stopwatch_now());
    atomic_store(&ending, true);
    ms = target_stop(&target);
    threads_end(&threads);
    return ms;
}

START_TEST(under_load)
{
    row_begin("14 SIGTERM under load, 10 times");
    target_stop(&target);
    for (int number = 0; number < TIMES; number++)
        times_add(&ends, run_and_stop(number));
    figure_times("time to stop, compared with a login", &ends, &logins, RATIO);
    times_free(&ends);
    times_free(&logins);
    figure_note("complete answers", (double)atomic_load(&whole), "");
    figure_is("truncated answers", atomic_load(&half), 0);
    figure_is("requests before the signal, unanswered", atomic_load(&ignored),
              0);
    figure_most("requests after it, unanswered", (double)atomic_load(&late), "",
                CROSSED);
    row_end();
}
END_TEST

TEST_SUITE(stop, 120, setup_costly, teardown_target)
{
    tcase_add_test(tcase, under_load);
}
