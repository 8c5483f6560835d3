/* SPDX-License-Identifier: MIT */
/* Requests of all kinds from many threads to a server that reports races. */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum { THREADS = 32, REQUESTS = 10000 };

/* Who asks in one of the threads: a user of her own. */
struct client {
    int user, number; /* of the request */
    struct http http;
    char token[KIT_TOKEN_MAX + 1]; /* of her newest session */
};

static struct target target;
static struct client clients[THREADS];
static atomic_long
    counts[HTTP_STATUSES]; /* of each status; 0: no answer was awaited */
static atomic_long surprises;
static int requests; /* of each thread */

/* --- The kinds of requests ------------------------------------------------ */
/*
 * Each returns the status that came. What it may be stands in the table; 0 is
 * for those who do not wait for an answer.
 */

static int ask(struct client *me)
{
    return http_ask(&me->http, target.names[me->user], me->token,
                    target.names[(me->user + 1) % THREADS]);
}

static int ask_with_nothing(struct client *me)
{
    return http_ask(&me->http, target.names[me->user],
                    "0123456789abcdef0123456789abcdef", "bob");
}

static int log_in(struct client *me)
{
    char token[KIT_TOKEN_MAX + 1];
    const char *name = target.names[me->user];

    /* The old session ends when there are more than a few newer ones. */
    if (http_login(&me->http, name, target_password(name), token) == 200)
        memcpy(me->token, token, sizeof token);
    return me->http.status;
}

static int guess(struct client *me)
{
    char json[128];

    snprintf(json, sizeof json,
             "{\"username\":\"nobody%d-%d\",\"password\":\"guess\"}", me->user,
             me->number);
    return http_post(&me->http, "/login", json);
}

static int say_nonsense(struct client *me)
{
    return http_post(&me->http, "/userinfo", "{\"username\":\"u00\",}");
}

static int go_astray(struct client *me)
{
    return http_post(&me->http, "/nowhere", "{}");
}

/* Leaves in the middle of a request that is whole every now and then. */
static int leave(struct client *me)
{
    static const char text[] =
        "POST /login HTTP/1.1\r\nHost: lab\r\nContent-Length: 39\r\n\r\n"
        "{\"username\":\"nobody\",\"password\":\"gone\"}";
    int fd = http_connect(&me->http);

    if (fd >= 0) {
        send(fd, text, (size_t)me->number % sizeof text, MSG_NOSIGNAL);
        tcp_reset_on_close(fd);
    }
    http_close(&me->http);
    return 0;
}

static const struct {
    int (*send)(struct client *me);
    int share;       /* of all, in per cent */
    int expected[3]; /* -1: no other */
} kinds[] = {
    {ask, 50, {200, 429, -1}},         {ask_with_nothing, 20, {401, -1, -1}},
    {say_nonsense, 16, {400, -1, -1}}, {go_astray, 5, {404, -1, -1}},
    {leave, 5, {0, -1, -1}},           {log_in, 2, {200, 503, 429}},
    {guess, 2, {401, 503, -1}},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Which kind request NUMBER is: neighbours are of different kinds. */
static int kind_of(int number)
{
    int left = number * 37 % 100, kind = 0;

    while (left >= kinds[kind].share)
        left -= kinds[kind++].share;
    return kind;
}

static bool is_expected(int kind, int status)
{
    for (int i = 0; i < 3; i++) {
        if (kinds[kind].expected[i] == status)
            return true;
    }
    return false;
}

static void *mix(void *context)
{
    struct client *me = context;

    for (me->number = 0; me->number < requests; me->number++) {
        int kind = kind_of(me->number + me->user);
        int status = kinds[kind].send(me);

        atomic_fetch_add(&counts[status], 1);
        if (!is_expected(kind, status) && !me->http.late)
            atomic_fetch_add(&surprises, 1);
    }
    http_close(&me->http);
    return NULL;
}

/* --- The row -------------------------------------------------------------- */

static void setup(void)
{
    target_open(&target, "10");
    database_cheapen(&target);
    snprintf(target.program, sizeof target.program, "%s/chat-server-tsan",
             fixture_builds[0]);
}

static void teardown(void)
{
    target_close(&target);
}

static void run_all(void)
{
    struct threads threads;
    double began = stopwatch_now();

    target_log_in(&target);
    for (int i = 0; i < THREADS; i++) {
        clients[i].user = i;
        memcpy(clients[i].token, target.tokens[i], sizeof clients[i].token);
        http_open(&clients[i].http, target.fixture.url, NULL);
    }
    threads_begin(&threads, THREADS, mix, clients, sizeof clients[0]);
    threads_end(&threads);
    figure_note("requests a second",
                THREADS * requests * 1e3 / (stopwatch_now() - began), "");
}

static void report(void)
{
    /* How many M3 are 200 and not 429, and logins not 503, the clock says. */
    const struct {
        int status, least;
    } answers[] = {
        {200, THREADS * 20},
        {400, requests / 2},
        {401, requests / 2},
        {404, requests / 2},
        {429, 1},
        {503, 0},
    };
    char what[32];

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        snprintf(what, sizeof what, "answers with %d", answers[i].status);
        figure_least(what, (double)atomic_load(&counts[answers[i].status]), "",
                     answers[i].least);
    }
    figure_note("left before the answer", (double)atomic_load(&counts[0]), "");
    figure_is("other answers than those to be expected",
              atomic_load(&surprises), 0);
}

START_TEST(races)
{
    requests = figure_scaled(REQUESTS);
    row_begin("15 %d threads x %d requests, ThreadSanitizer", THREADS,
              requests);
    if (access(target.program, X_OK) != 0) {
        figure_skip("races", "the compiler has no ThreadSanitizer");
        return;
    }
    target_serve(&target, NULL, NULL);
    run_all();
    report();
    figure_is("exit code", process_kill(target.fixture.server, SIGTERM), 0);
    figure_is("reports", target_log_count(&target, "ThreadSanitizer:"), 0);
    row_end();
}
END_TEST

TEST_SUITE(threads)
{
    Suite *suite = suite_create("threads");
    TCase *tc = suite_add_case(suite, "threads");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, races);
    return suite;
}
