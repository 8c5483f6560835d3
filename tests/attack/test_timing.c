/* SPDX-License-Identifier: MIT */
/* Whether the time of a refusal reveals which names have an account. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/suites.h"
#include "tests/support/threads.h"

enum {
    PAIRS = 200,     /* with each name */
    PAIRS_BUSY = 40, /* where times are only shown */
    ALONE = 24,      /* single logins, to measure their processor time */
    PER_ADDRESS = 4, /* failures from one address: the limit is 5 a minute */
    SHARE = 2,       /* per cent by which the times may differ */
    /* Processor time is judged on every machine. Other programs that use the
       same caches and memory make it longer now and then, so it may differ
       more. */
    SHARE_CPU = 10,
};

/* Names with an account: one with a costly hash, one with a cheap one. */
static const struct {
    const char *name, *row;
} accounts[] = {
    {"victim", "03 an unknown name against a known one"},
    {"u00", "03 an unknown name against one with a cheap hash"},
};

static struct times known, unknown;
/* How much longer the known name took when it was first, and when second. */
static struct times more[2];

static void setup(void)
{
    target_open(&target, target_ln());
    target_serve(&target, NULL, NULL);
}

/* A login with a wrong password. */
struct trial {
    const char *name;
    char from[32]; /* an address */
    struct http http;
};

static void *try(void *context)
{
    struct trial *trial = context;
    char token[KIT_TOKEN_MAX + 1];

    http_open(&trial->http, target.fixture.url, trial->from);
    http_connect(&trial->http);
    http_login(&trial->http, trial->name, "wrong", token);
    http_close(&trial->http);
    return NULL;
}

/*
 * Logs in with NAME and with an unknown name at the same time, on the two
 * workers, so that other work of the machine slows both down. If SWAPPED, the
 * unknown name is first. Returns whether the bodies of the answers are the
 * same.
 */
static bool try_both(const char *name, int pair, bool swapped)
{
    struct trial trials[2] = {{.name = name}, {.name = "nobody"}};
    pthread_t thread;

    for (int i = 0; i < 2; i++)
        snprintf(trials[i].from, sizeof trials[i].from, "127.0.1.%d",
                 1 + pair / PER_ADDRESS);
    thread = thread_begin(try, &trials[swapped]);
    try(&trials[!swapped]);
    pthread_join(thread, NULL);
    ck_assert_int_eq(trials[0].http.status, 401);
    ck_assert_int_eq(trials[1].http.status, 401);
    times_add(&known, trials[0].http.ms);
    times_add(&unknown, trials[1].http.ms);
    times_add(&more[swapped], trials[0].http.ms - trials[1].http.ms);
    return strcmp(trials[0].http.body, trials[1].http.body) == 0;
}

/* Processor time that the server uses for a wrong password of NAME. */
static double cpu_of(const char *name, int number)
{
    struct trial trial = {.name = name};
    double before = target_cpu(&target);

    snprintf(trial.from, sizeof trial.from, "127.0.2.%d",
             1 + number / PER_ADDRESS);
    try(&trial);
    ck_assert_int_eq(trial.http.status, 401);
    return target_cpu(&target) - before;
}

/* The difference of ONE and TWO, in per cent of ONE. */
static double difference(double one, double two)
{
    return 100 * (one > two ? one - two : two - one) / one;
}

static void judge_cpu(const char *name)
{
    double one[ALONE], two[ALONE];

    for (int i = 0; i < ALONE; i++) {
        one[i] = cpu_of(name, i);
        two[i] = cpu_of("nobody", i);
    }
    figure_most(
        "their processor time differs by",
        difference(percentile(one, ALONE, 0.5), percentile(two, ALONE, 0.5)),
        "%", SHARE_CPU);
}

/*
 * If both share one processor, the first one waits less. So take the median
 * for each order, and the mean of the two.
 */
static void judge_times(void)
{
    double one = times_quantile(&known, 0.5);
    double by =
        (times_quantile(&more[0], 0.5) + times_quantile(&more[1], 0.5)) / 2;

    figure_note("median of a known name", one, "ms");
    figure_note("median of an unknown name", times_quantile(&unknown, 0.5),
                "ms");
    if (figure_judges_times())
        figure_most("they differ by", difference(one, one - by), "%", SHARE);
    else
        figure_note("they differ by", difference(one, one - by), "%");
}

START_TEST(known_or_not)
{
    const int pairs = figure_judges_times() ? PAIRS : PAIRS_BUSY;
    int different = 0;

    row_begin("%s", accounts[_i].row);
    for (int pair = 0; pair < pairs; pair++)
        different += !try_both(accounts[_i].name, pair, pair % 2 != 0);
    figure_note("pairs", pairs, "");
    judge_times();
    judge_cpu(accounts[_i].name);
    figure_is("bodies that differ", different, 0);
    row_end();
}
END_TEST

TEST_SUITE(timing, 600, setup, teardown_target)
{
    tcase_add_rows(tcase, known_or_not, accounts);
}
