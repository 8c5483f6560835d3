/* SPDX-License-Identifier: MIT */
/* Many threads send all kinds of requests to a server with ThreadSanitizer. */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/requests.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/threads.h"

enum { THREADS = 32, REQUESTS = 10000, UNUSED = -2 };

static struct requester users[THREADS];   /* one for each thread */
static atomic_long counts[HTTP_STATUSES]; /* of the answers with each status */
static atomic_long unexpected;            /* answers */
static int requests;                      /* which each thread sends */

static const struct {
    request *send;
    int share;       /* of all requests, in per cent */
    int expected[3]; /* permitted statuses, or UNUSED */
} kinds[] = {
    {request_ask, 50, {200, 429, UNUSED}},
    {request_wrong_token, 20, {401, UNUSED, UNUSED}},
    {request_malformed, 16, {400, UNUSED, UNUSED}},
    {request_wrong_path, 5, {404, UNUSED, UNUSED}},
    {request_cut, 5, {0, UNUSED, UNUSED}},
    /* After 8 logins of a user, each one also deletes the oldest session. */
    {request_login, 2, {200, 503, 429}},
    {request_unknown_name, 2, {401, 503, UNUSED}},
};

/* The kind of request NUMBER. Consecutive requests differ in kind. */
static int kind_of(long number)
{
    int left = (int)(number * 37 % 100), kind = 0;

    while (left >= kinds[kind].share)
        left -= kinds[kind++].share;
    return kind;
}

static bool is_expected(int kind, int status)
{
    for (size_t i = 0; i < COUNT(kinds[kind].expected); i++) {
        if (kinds[kind].expected[i] == status)
            return true;
    }
    return false;
}

static void *send_requests(void *context)
{
    struct requester *user = context;

    for (; user->number < requests; user->number++) {
        int kind = kind_of(user->number + (user - users));
        int status = kinds[kind].send(user);

        if (status >= 0)
            atomic_fetch_add(&counts[status], 1);
        if (!is_expected(kind, status) && !user->http.late)
            atomic_fetch_add(&unexpected, 1);
    }
    http_close(&user->http);
    return NULL;
}

static void run_all(void)
{
    struct threads threads;
    double began = stopwatch_now();

    target_log_in(&target);
    for (int i = 0; i < THREADS; i++) {
        users[i].name = target.names[i];
        users[i].receiver = target.names[(i + 1) % THREADS];
        users[i].token = target.tokens[i];
        http_open(&users[i].http, target.fixture.url, NULL);
    }
    threads_begin(&threads, THREADS, send_requests, users, sizeof users[0]);
    threads_end(&threads);
    figure_note("requests a second",
                THREADS * requests * 1e3 / (stopwatch_now() - began), "");
}

static void report(void)
{
    /* How many M3 get 429, and how many logins 503, depends on timing. */
    const struct {
        int status, least;
    } answers[] = {{200, THREADS * 20},
                   {400, requests / 2},
                   {401, requests / 2},
                   {404, requests / 2},
                   {429, 1},
                   {503, 0}};
    char what[32];

    for (size_t i = 0; i < COUNT(answers); i++) {
        snprintf(what, sizeof what, "answers with %d", answers[i].status);
        figure_least(what, (double)atomic_load(&counts[answers[i].status]), "",
                     answers[i].least);
    }
    figure_note("reset before the answer", (double)atomic_load(&counts[0]), "");
    figure_is("unexpected answers", atomic_load(&unexpected), 0);
}

START_TEST(races)
{
    requests = figure_scaled(REQUESTS);
    row_begin("15 %d threads x %d requests, ThreadSanitizer", THREADS,
              requests);
    snprintf(target.program, sizeof target.program, "%s/chat-server-tsan",
             fixture_builds[0]);
    if (access(target.program, X_OK) != 0) {
        figure_skip("races", "the compiler has no ThreadSanitizer");
        return;
    }
    database_cheapen(&target);
    target_serve(&target, NULL, NULL);
    run_all();
    report();
    figure_is("exit code", process_kill(target.fixture.server, SIGTERM), 0);
    figure_is("reports", target_log_count(&target, "ThreadSanitizer:"), 0);
    row_end();
}
END_TEST

TEST_SUITE(threads, 600, setup_accounts, teardown_target)
{
    tcase_add_test(tcase, races);
}
