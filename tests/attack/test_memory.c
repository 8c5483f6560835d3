/* SPDX-License-Identifier: MIT */
/* Each allocation of a request fails in turn. */
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "server/http/daemon.h"
#include "tests/attack/faulty.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

enum {
    MOST = 2000, /* allocations of a request; more is an error here */
    /* After this time the server's timer has closed a connection that hung. */
    HUNG_MS = DAEMON_IDLE_TIMEOUT - 1000,
    BEGINNINGS = 32,
    ACCEPT_MS = 10000, /* until a connection is accepted, */
    BEGIN_MS = 200,    /* and then until all its allocations are made */
};

/* How the requests ended. An allocation of each had failed. */
static struct {
    long faults, right, refused, silent, wrong, bad_tokens, stuck;
} seen;

/* --- The requests --------------------------------------------------------- */

static void log_in(int number)
{
    char token[KIT_TOKEN_MAX + 1];
    int who = number % TARGET_USERS;

    if (faulty_log_in(target.names[who], token) == 200)
        memcpy(target.tokens[who], token, sizeof token);
}

static void ask(int number)
{
    target_ask(&target, &http, number);
}

static void guess(int number)
{
    char name[TARGET_NAME], token[KIT_TOKEN_MAX + 1];

    snprintf(name, sizeof name, "nobody%d", number);
    http_login(&http, name, "a guess", token);
}

static void ask_with_wrong_token(int number)
{
    http_ask(&http, target.names[number % TARGET_USERS],
             "0123456789abcdef0123456789abcdef", "victim");
}

static void send_no_json(int number)
{
    http_post(&http, "/login", "{\"username\":}");
}

static void use_wrong_path(int number)
{
    http_post(&http, "/nowhere", "{}");
}

static const struct {
    void (*send)(int number);
    int right; /* the status without a fault */
} kinds[] = {
    {log_in, 200},       {ask, 200},
    {guess, 401},        {ask_with_wrong_token, 401},
    {send_no_json, 400}, {use_wrong_path, 404},
};

/* --- The faults ----------------------------------------------------------- */

/* The server still answers another user, and a user with a new token. */
static void look_again(int number, bool has_new_token)
{
    seen.stuck += http.status == 0 && http.ms > HUNG_MS;
    http_close(&http);
    ask(number + TARGET_USERS / 2);
    seen.stuck += http.status != 200;
    if (has_new_token) {
        ask(number);
        seen.bad_tokens += http.status != 200;
    }
    http_close(&http);
}

/* Sends request NUMBER, whose allocation NTH fails. False if it makes fewer. */
static bool fail_one(size_t kind, int number, long nth, bool and_later)
{
    int status;
    bool fired;

    http_close(&http);
    injector_arm(&injector, nth, and_later);
    kinds[kind].send(number);
    fired = injector_disarm(&injector) > 0;
    status = http.status;
    seen.faults += fired;
    seen.right += fired && status == kinds[kind].right;
    seen.silent += status == 0;
    seen.refused += status >= 500;
    seen.wrong += status != kinds[kind].right && status != 0 && status < 500;
    look_again(number, kind == 0 && status == 200);
    return fired;
}

static void fail_all(bool and_later)
{
    static int number;

    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        long nth = 1;

        while (fail_one(kind, number++, nth, and_later))
            ck_assert_int_lt(++nth, MOST);
    }
}

/* Opens an idle connection, whose allocation NTH fails. False if there are
   fewer. */
static bool fail_beginning(struct http *one, long nth)
{
    double until = stopwatch_now() + ACCEPT_MS;
    long files = target_files(&target);
    bool accepted = false;

    http_open(one, target.fixture.url, NULL);
    injector_arm(&injector, nth, false);
    ck_assert_int_ge(http_connect(one), 0);
    while (atomic_load(&injector.fault->failed) == 0 &&
           stopwatch_now() < until) {
        if (!accepted && target_files(&target) > files) {
            accepted = true;
            until = stopwatch_now() + BEGIN_MS;
        }
        sched_yield();
    }
    return injector_disarm(&injector) > 0;
}

/* The timeout also closes connections that failed when they began. */
static void fail_beginnings(void)
{
    static struct http all[BEGINNINGS + 1];
    int count = 0;
    double began;

    while (count < BEGINNINGS && fail_beginning(&all[count], count + 1))
        count++;
    figure_least("connections that failed as they began", count, "", 1);
    began = stopwatch_now();
    for (int i = 0; i < count; i++)
        http_read(&all[i]);
    figure_wait("all of them have ended after", stopwatch_now() - began,
                DAEMON_IDLE_TIMEOUT);
    http_close(&all[count]);
}

/*
 * Runs a server that answers each kind of request; then, if FAULTS, requests
 * whose allocations fail. Returns how many blocks of memory it did not free:
 * libraries keep some, but always the same number.
 */
static long live(bool faults)
{
    atomic_store(&injector.fault->blocks, 0);
    faulty_start();
    target_log_in(&target);
    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        kinds[kind].send(0);
        ck_assert_int_eq(http.status, kinds[kind].right);
        http_close(&http);
    }
    if (faults) {
        fail_all(false);
        fail_all(true);
        fail_beginnings();
    }
    target_stop(&target);
    return atomic_load(&injector.fault->blocks);
}

START_TEST(each_backend)
{
    const char *build = fixture_builds[_i];
    long blocks;

    row_begin("12 each allocation of a request fails in turn, %s",
              strrchr(build, '/') + 1);
    if (!faulty_begin())
        return;
    target_choose(&target, build);
    blocks = live(false);
    blocks = live(true) - blocks;
    figure_note("allocations that failed", (double)seen.faults, "");
    figure_note("answered anyway", (double)seen.right, "");
    figure_least("refused with 500", (double)seen.refused, "", 1);
    figure_note("no answer, the connection closed", (double)seen.silent, "");
    figure_is("answers that are wrong", seen.wrong, 0);
    figure_is("tokens given out that are invalid", seen.bad_tokens, 0);
    figure_is("requests afterwards that failed", seen.stuck, 0);
    figure_is("blocks of memory lost", blocks, 0);
    row_end();
}
END_TEST

TEST_SUITE(memory, 180, setup_cheap, teardown_faulty)
{
    tcase_add_loop_test(tcase, each_backend, 0, 2);
}
