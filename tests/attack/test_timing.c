/* SPDX-License-Identifier: MIT */
/* Does the time of a refusal tell who has an account? */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/figure.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"

enum {
    PAIRS = 200,     /* with each name */
    PAIRS_BUSY = 40, /* where times are only shown */
    ALONE = 24,      /* one after the other, for their processor time */
    /* Failures are limited for each name and address: so many addresses. */
    A_MINUTE = 4,
    SHARE = 2, /* per cent that the times may differ */
    /* Processor time is judged on every machine: others that use the same
       caches and memory make some of it longer. */
    SHARE_CPU = 10,
};

/* Who has an account: with a dear hash, and with a cheap one. */
static const struct {
    const char *name, *row;
} accounts[] = {
    {"victim", "03 an unknown name against a known one"},
    {"u00", "03 an unknown name against one with a cheap hash"},
};

static struct target target;
static struct times known, unknown;
static struct times more[2]; /* of the known name; when it is first, second */
static char refusals[2][HTTP_REPLY];

static void setup(void)
{
    target_open(&target, target_ln());
    target_serve(&target, NULL, NULL);
}

static void teardown(void)
{
    target_close(&target);
}

/* One wrong password. */
struct trial {
    const char *name;
    char from[32];
    struct http http;
};

static void *try(void *context)
{
    struct trial *trial = context;
    char json[128];

    snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"wrong\"}",
             trial->name);
    http_open(&trial->http, target.fixture.url, trial->from);
    http_connect(&trial->http);
    http_post(&trial->http, "/login", json);
    http_close(&trial->http);
    return NULL;
}

/*
 * Both at the same time, on the two workers: whatever else the machine does
 * slows both down. Who is first changes from pair to pair.
 */
static void try_both(const char *name, int pair, bool swapped)
{
    struct trial trials[2] = {{.name = name}, {.name = "nobody"}};
    struct trial *first = &trials[swapped], *second = &trials[!swapped];
    pthread_t thread;

    for (int i = 0; i < 2; i++)
        snprintf(trials[i].from, sizeof trials[i].from, "127.0.1.%d",
                 1 + pair / A_MINUTE);
    ck_assert_int_eq(pthread_create(&thread, NULL, try, first), 0);
    try(second);
    pthread_join(thread, NULL);
    ck_assert_int_eq(trials[0].http.status, 401);
    ck_assert_int_eq(trials[1].http.status, 401);
    times_add(&known, trials[0].http.ms);
    times_add(&unknown, trials[1].http.ms);
    times_add(&more[swapped], trials[0].http.ms - trials[1].http.ms);
    for (int i = 0; i < 2; i++)
        snprintf(refusals[i], sizeof refusals[i], "%s", trials[i].http.body);
}

/* Processor time that the server takes for a wrong password of NAME. */
static double cpu_of(const char *name, int number)
{
    struct trial trial = {.name = name};
    double before = target_cpu(&target);

    snprintf(trial.from, sizeof trial.from, "127.0.2.%d",
             1 + number / A_MINUTE);
    try(&trial);
    ck_assert_int_eq(trial.http.status, 401);
    return target_cpu(&target) - before;
}

/* The share that ONE and TWO differ by, of ONE, in per cent. */
static double share(double one, double two)
{
    return 100 * (one > two ? one - two : two - one) / one;
}

static void judge_cpu(const char *name)
{
    struct times one = {.count = 0}, two = {.count = 0};

    for (int i = 0; i < ALONE; i++) {
        times_add(&one, cpu_of(name, i));
        times_add(&two, cpu_of("nobody", i));
    }
    figure_most("their processor time differs by",
                share(times_quantile(&one, 0.5), times_quantile(&two, 0.5)),
                "%", SHARE_CPU);
    times_free(&one);
    times_free(&two);
}

/*
 * Who is first waits less where there is one processor for both: the median
 * of each order, and of these the mean.
 */
static void judge_times(void)
{
    double one = times_quantile(&known, 0.5);
    double by =
        (times_quantile(&more[0], 0.5) + times_quantile(&more[1], 0.5)) / 2;

    figure_note("median of a known name", one, "ms");
    figure_note("median of an unknown one", times_quantile(&unknown, 0.5),
                "ms");
    if (figure_judges_times())
        figure_most("they differ by", share(one, one - by), "%", SHARE);
    else
        figure_note("they differ by", share(one, one - by), "%");
}

START_TEST(known_or_not)
{
    const int pairs = figure_judges_times() ? PAIRS : PAIRS_BUSY;
    int different = 0;

    row_begin("%s", accounts[_i].row);
    for (int pair = 0; pair < pairs; pair++) {
        try_both(accounts[_i].name, pair, pair % 2 != 0);
        different += strcmp(refusals[0], refusals[1]) != 0;
    }
    figure_note("pairs", pairs, "");
    judge_times();
    judge_cpu(accounts[_i].name);
    figure_is("bodies that differ", different, 0);
    row_end();
}
END_TEST

TEST_SUITE(timing)
{
    Suite *suite = suite_create("timing");
    TCase *tc = suite_add_case(suite, "timing");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 600);
    tcase_add_loop_test(tc, known_or_not, 0,
                        sizeof accounts / sizeof accounts[0]);
    return suite;
}
