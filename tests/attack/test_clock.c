/* SPDX-License-Identifier: MIT */
/* The server's clock is set a day forward, and back again. */
#include "tests/attack/faulty.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

enum {
    DAY = 86400,
    ASKS = 30, /* the burst that a token bucket allows; then one a second */
    FAILURES = 5,
};

typedef char token_text[KIT_TOKEN_MAX + 1];

static void log_in(const char *name, token_text out)
{
    ck_assert_int_eq(faulty_log_in(name, out), 200);
}

/* The status when NAME asks for "friend", who must be logged in. */
static int ask(const char *name, const char *token)
{
    return http_ask(&http, name, token, "friend");
}

START_TEST(tokens)
{
    token_text before, unseen, later, friend;

    row_begin("13 the clock set a day forward and back: tokens");
    if (!faulty_begin())
        return;
    faulty_start();
    log_in("friend", friend);
    log_in("u00", before);
    log_in("u01", unseen);
    figure_is("a token", ask("u00", before), 200);
    faulty_clock(DAY);
    figure_is("a day later", ask("u00", before), 401);
    faulty_clock(0);
    figure_is("the clock back", ask("u00", before), 401);

    log_in("friend", friend);
    log_in("u02", later);
    figure_is("a token from after that", ask("u02", later), 200);
    faulty_clock(-DAY);
    figure_is("the clock a day back", ask("u02", later), 200);
    faulty_clock(0);

    faulty_restart();
    figure_is("the expired token after a restart", ask("u00", before), 401);
    figure_is("a token that expired unused, after a restart",
              ask("u01", unseen), 401);
    figure_is("the valid token, after a restart", ask("u02", later), 200);
    row_end();
}
END_TEST

/* The server restarts after it has rejected an expired token once. */
START_TEST(refused_once)
{
    token_text token, friend;

    row_begin("13 the clock set back between two starts");
    if (!faulty_begin())
        return;
    faulty_start();
    log_in("u00", token);
    faulty_clock(DAY);
    figure_is("an expired token", ask("u00", token), 401);
    faulty_clock(0);
    faulty_restart();
    log_in("friend", friend);
    figure_is("after a restart on the old clock", ask("u00", token), 401);

    /* If the clock is slow from the start, tokens are valid as long as usual.
     */
    faulty_clock(-DAY);
    faulty_restart();
    log_in("u00", token);
    faulty_clock(-DAY + KIT_TOKEN_LIFE - 60);
    log_in("friend", friend);
    figure_is("a day slow: a minute before it expires", ask("u00", token), 200);
    faulty_clock(-DAY + KIT_TOKEN_LIFE + 1);
    figure_is("... and when it expires", ask("u00", token), 401);
    row_end();
}
END_TEST

/* Asks COUNT times; returns how many requests were answered. */
static int answered(const char *token, int count)
{
    int passed = 0;

    for (int i = 0; i < count; i++)
        passed += ask("u00", token) == 200;
    return passed;
}

/* Guesses COUNT times; returns how many guesses were hashed. */
static int guessed(int count)
{
    token_text token;
    int looked = 0;

    for (int i = 0; i < count; i++)
        looked += http_login(&http, "victim", "a guess", token) == 401;
    return looked;
}

START_TEST(rates)
{
    static const long jumps[] = {3600, -3600, -DAY, 7200};
    token_text token, friend;
    int passed, looked;
    double began;

    row_begin("13 the clock set forward and back: rate limits");
    if (!faulty_begin())
        return;
    faulty_start();
    log_in("friend", friend);
    log_in("u00", token);
    began = stopwatch_now();
    passed = answered(token, ASKS + 5);
    looked = guessed(FAILURES + 5);
    figure_least("M3 answered in the first burst", passed, "", ASKS);
    figure_least("guesses hashed in the first burst", looked, "", FAILURES);
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        faulty_clock(jumps[i]);
        passed += answered(token, 5);
        looked += guessed(2);
    }
    figure_most("M3 answered beyond the rate limit",
                passed - ASKS - (stopwatch_now() - began) / 1e3, "", 0);
    figure_most("guesses hashed beyond the rate limit",
                looked - FAILURES - (stopwatch_now() - began) / 12e3, "", 0);

    /* The rate limit uses the monotonic clock, not the time of day. */
    began = stopwatch_now();
    while (ask("u00", token) != 200 && stopwatch_now() - began < 60e3)
        stopwatch_wait_until(stopwatch_now() + 50);
    figure_is("then one more", http.status, 200);
    row_end();
}
END_TEST

TEST_SUITE(clock, 120, setup_accounts, teardown_faulty)
{
    tcase_add_tests(tcase, tokens, refused_once, rates);
}
