/* SPDX-License-Identifier: MIT */
/* Somebody sets the clock: a day on, and back again. */
#include <stdio.h>

#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/libc_faults/injector.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"

enum {
    DAY = 86400,
    ASKS = 30, /* at once; then one a second */
    FAILURES = 5,
};

static struct target target;
static struct injector injector;
static struct process_way way;
static struct http http;

static void setup(void)
{
    target_open(&target, "10");
}

static void teardown(void)
{
    http_close(&http);
    target_close(&target);
    injector_close(&injector);
}

/* The clock of whoever is watched, SECONDS before the true one. */
static void set_clock(long seconds)
{
    atomic_store(&injector.fault->seconds, seconds);
}

static void serve(void)
{
    target_serve(&target, NULL, &way);
    http_open(&http, target.fixture.url, NULL);
}

static void serve_again(void)
{
    http_close(&http);
    target_stop(&target);
    serve();
}

static void log_in(const char *name, char *token)
{
    ck_assert_int_eq(http_login(&http, name, target_password(name), token),
                     200);
}

/* What NAME is answered with TOKEN; the friend is there. */
static int ask(const char *name, const char *token)
{
    return http_ask(&http, name, token, "friend");
}

START_TEST(tokens)
{
    char before[KIT_TOKEN_MAX + 1], unseen[KIT_TOKEN_MAX + 1];
    char later[KIT_TOKEN_MAX + 1], friend[KIT_TOKEN_MAX + 1];

    row_begin("13 the clock set a day on and back: tokens");
    if (!injector_open(&injector, &target.fixture, &way))
        return;
    serve();
    log_in("friend", friend);
    log_in("u00", before);
    log_in("u01", unseen);
    figure_is("a token", ask("u00", before), 200);
    set_clock(DAY);
    figure_is("a day later", ask("u00", before), 401);
    set_clock(0);
    figure_is("the clock back", ask("u00", before), 401);

    log_in("friend", friend);
    log_in("u02", later);
    figure_is("a token from after that", ask("u02", later), 200);
    set_clock(-DAY);
    figure_is("the clock a day back", ask("u02", later), 200);
    set_clock(0);

    serve_again();
    figure_is("the ended one after another start", ask("u00", before), 401);
    figure_is("one that ended unseen, after another start", ask("u01", unseen),
              401);
    figure_is("the one that lives, after another start", ask("u02", later),
              200);
    row_end();
}
END_TEST

/* Nobody but its owner has seen that it ended; then the server starts anew. */
START_TEST(refused_once)
{
    char token[KIT_TOKEN_MAX + 1], friend[KIT_TOKEN_MAX + 1];

    row_begin("13 the clock set back between two starts");
    if (!injector_open(&injector, &target.fixture, &way))
        return;
    serve();
    log_in("u00", token);
    set_clock(DAY);
    figure_is("an ended token", ask("u00", token), 401);
    set_clock(0);
    serve_again();
    log_in("friend", friend);
    figure_is("after another start on the old clock", ask("u00", token), 401);

    /* On a clock that is late from the start they live as long as on any. */
    set_clock(-DAY);
    serve_again();
    log_in("u00", token);
    set_clock(-DAY + KIT_TOKEN_LIFE - 60);
    log_in("friend", friend);
    figure_is("a day late, a minute before its end", ask("u00", token), 200);
    set_clock(-DAY + KIT_TOKEN_LIFE + 1);
    figure_is("... and at its end", ask("u00", token), 401);
    row_end();
}
END_TEST

/* Asks COUNT times; returns how many were let through. */
static int let_through(const char *token, int count)
{
    int passed = 0;

    for (int i = 0; i < count; i++)
        passed += ask("u00", token) == 200;
    return passed;
}

/* Guesses COUNT times; returns how many were looked at. */
static int looked_at(int count)
{
    char token[KIT_TOKEN_MAX + 1];
    int looked = 0;

    for (int i = 0; i < count; i++)
        looked += http_login(&http, "victim", "a guess", token) == 401;
    return looked;
}

START_TEST(rates)
{
    static const long jumps[] = {3600, -3600, -DAY, 7200};
    char token[KIT_TOKEN_MAX + 1], friend[KIT_TOKEN_MAX + 1];
    int passed, looked;
    double began;

    row_begin("13 the clock set on and back: rates");
    if (!injector_open(&injector, &target.fixture, &way))
        return;
    serve();
    log_in("friend", friend);
    log_in("u00", token);
    began = stopwatch_now();
    passed = let_through(token, ASKS + 5);
    looked = looked_at(FAILURES + 5);
    figure_least("M3 let through at once", passed, "", ASKS);
    figure_least("guesses looked at", looked, "", FAILURES);
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        set_clock(jumps[i]);
        passed += let_through(token, 5);
        looked += looked_at(2);
    }
    figure_most("M3 let through more than the time allows",
                passed - ASKS - (stopwatch_now() - began) / 1e3, "", 0);
    figure_most("guesses looked at more than the time allows",
                looked - FAILURES - (stopwatch_now() - began) / 12e3, "", 0);

    /* A second is a second, whatever the clock says. */
    began = stopwatch_now();
    while (ask("u00", token) != 200 && stopwatch_now() - began < 60e3)
        stopwatch_wait_until(stopwatch_now() + 50);
    figure_is("then one more", http.status, 200);
    row_end();
}
END_TEST

TEST_SUITE(clock)
{
    Suite *suite = suite_create("clock");
    TCase *tc = suite_add_case(suite, "clock");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_tests(tc, tokens, refused_once, rates);
    return suite;
}
