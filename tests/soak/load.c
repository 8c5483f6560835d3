/* SPDX-License-Identifier: MIT */
/* Threads that send one kind of request after the other. */
#include "tests/soak/load.h"

#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>

#include "tests/support/requests.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/threads.h"

enum {
    USERS = 400, /* so many that each sends less than one M3 a second */
    IMPORTED = USERS / 8,
    THREADS = 8,
    RATE = 360,        /* requests a second, of all threads */
    CLOSED_MS = 15000, /* the server closes an idle connection before that */
    STEADY_MS = 4000,  /* it drains closed connections for two seconds */
    LOOK_MS = 10,
};

/* A thread with users of its own: no other thread changes their tokens. */
struct thread {
    struct requester user; /* the one who sends the next request */
    int first;             /* the number of its first user */
    struct http idle;      /* a connection on which nothing is sent */
    double opened;         /* when IDLE was opened */
};

struct load load;

static struct threads threads;
static struct thread all[THREADS];
static char names[USERS][TARGET_NAME];
static char tokens[USERS][KIT_TOKEN_MAX + 1];

/* --- The requests --------------------------------------------------------- */

static int ask_timed(struct requester *user)
{
    int status = request_ask(user), slot = atomic_fetch_add(&load.timed, 1);

    if (slot < LOAD_TIMES)
        load.ms[slot] = user->http.ms;
    return status;
}

/*
 * Sends a good request. Every CLOSED_MS, also checks that the server has closed
 * the idle connection without sending a byte on it.
 */
static int look_at_idle(struct requester *user)
{
    struct thread *thread = (struct thread *)user; /* it is the first member */
    struct http *idle = &thread->idle;
    bool closed = true;
    char byte;

    if (idle->fd < 0 || stopwatch_now() - thread->opened >= CLOSED_MS) {
        if (idle->fd >= 0)
            closed = recv(idle->fd, &byte, 1, MSG_DONTWAIT) == 0;
        thread->opened = stopwatch_now();
        if (http_connect(idle) < 0 || !closed) {
            fprintf(stderr, "the idle connection %s\n",
                    closed ? "cannot be opened" : "was not closed in time");
            return -1;
        }
    }
    return ask_timed(user);
}

struct kind {
    const char *name;
    request *send;
    int wanted; /* its status */
};

/* The first nineteen of every twenty requests. Most of them are good. */
static const struct kind mixture[] = {
    {"good", ask_timed, 200},
    {"login", request_login, 200},
    {"good", ask_timed, 200},
    {"wrong password", request_wrong_password, 401},
    {"good", ask_timed, 200},
    {"good", ask_timed, 200},
    {"wrong token", request_wrong_token, 401},
    {"good", ask_timed, 200},
    {"malformed", request_malformed, 400},
    {"good", ask_timed, 200},
    {"good", ask_timed, 200},
    {"wrong method", request_wrong_method, 405},
    {"good", ask_timed, 200},
    {"wrong path", request_wrong_path, 404},
    {"good", ask_timed, 200},
    {"good", ask_timed, 200},
    {"cut", request_cut, 0},
    {"good", ask_timed, 200},
    {"too large", request_too_large, 413},
};

/* The twentieth is one of these in turn. */
static const struct kind twentieth[] = {
    {"unknown name", request_unknown_name, 401},
    {"own name", request_own_name, 400},
    {"from a page", request_from_page, 403},
    {"nothing", request_nothing, 0},
    {"good, with an idle connection", look_at_idle, 200},
    {"good", ask_timed, 200},
};

/*
 * Sends the next request of THREAD. In each pass over its users, every user
 * moves on to the next kind, so that no user sends one kind too often.
 */
static void send_next(struct thread *thread)
{
    struct requester *user = &thread->user;
    long pass = user->number / (USERS / THREADS);
    size_t i = (size_t)(user->number + pass) % (COUNT(mixture) + 1);
    struct kind kind = i < COUNT(mixture)
                           ? mixture[i]
                           : twentieth[(size_t)pass % COUNT(twentieth)];
    int number = thread->first + (int)(user->number % (USERS / THREADS));
    int status;

    user->name = names[number];
    user->receiver = names[(number + 1) % USERS];
    user->token = tokens[number];
    status = kind.send(user);
    atomic_fetch_add(&load.requests, 1);
    if (status != kind.wanted) {
        atomic_fetch_add(&load.errors, 1);
        fprintf(stderr, "%s: status %d instead of %d: %s\n", kind.name, status,
                kind.wanted, user->http.body);
    }
    user->number++;
}

/* --- The threads ---------------------------------------------------------- */

static void close_connections(struct thread *thread)
{
    http_close(&thread->user.http);
    http_close(&thread->idle);
}

static void wait_for_resume(struct thread *thread)
{
    close_connections(thread);
    atomic_fetch_add(&load.paused, 1);
    while (atomic_load(&load.pause) && !atomic_load(&load.stop))
        stopwatch_wait_until(stopwatch_now() + LOOK_MS);
    atomic_fetch_sub(&load.paused, 1);
}

static void *send_requests(void *context)
{
    struct thread *thread = context;
    const double every = 1e3 * THREADS / RATE;

    while (!atomic_load(&load.stop)) {
        if (atomic_load(&load.pause))
            wait_for_resume(thread);
        stopwatch_wait_until(load.began + load.lost +
                             (double)thread->user.number * every);
        send_next(thread);
    }
    close_connections(thread);
    return NULL;
}

void load_open(void)
{
    struct http http;

    target_open(&load.target, "10");
    for (int i = 0; i < USERS; i++)
        snprintf(names[i], TARGET_NAME, "s%03d", i);
    /* In parts: hashing 400 passwords takes a busy machine too long. */
    for (int i = 0; i < USERS; i += IMPORTED)
        target_import(&load.target, "10",
                      (const char(*)[TARGET_NAME]) & names[i], IMPORTED);
    target_serve(&load.target, NULL, NULL);
    http_open(&http, load.target.fixture.url, NULL);
    for (int i = 0; i < USERS; i++)
        ck_assert_int_eq(
            http_login(&http, names[i], target_password(names[i]), tokens[i]),
            200);
    http_close(&http);
}

void load_start(void)
{
    load.began = stopwatch_now();
    for (int i = 0; i < THREADS; i++) {
        all[i].first = i * (USERS / THREADS);
        http_open(&all[i].user.http, load.target.fixture.url, NULL);
        http_open(&all[i].idle, load.target.fixture.url, NULL);
    }
    threads_begin(&threads, THREADS, send_requests, all, sizeof all[0]);
}

long load_pause(void)
{
    double began = stopwatch_now();
    long least;

    atomic_store(&load.pause, true);
    while (atomic_load(&load.paused) < THREADS)
        sched_yield();
    least = target_files(&load.target);
    for (double at = stopwatch_now(); stopwatch_now() - at < STEADY_MS;) {
        long now = target_files(&load.target);

        least = now < least ? now : least;
        stopwatch_wait_until(stopwatch_now() + LOOK_MS);
    }
    load.lost += stopwatch_now() - began;
    return least;
}

void load_resume(void)
{
    atomic_store(&load.pause, false);
}

void load_close(void)
{
    atomic_store(&load.stop, true);
    threads_end(&threads);
    target_stop(&load.target);
    target_close(&load.target);
}
