/* SPDX-License-Identifier: MIT */
/* Does the time of a refusal tell who has an account? */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/attack/figure.h"
#include "tests/attack/storm.h"

enum {
    PAIRS = 300,
    /* Failures are limited for each name and address: so many addresses. */
    A_MINUTE = 4,
    SHARE = 2, /* per cent that the medians may differ */
    BUSY_SHARE = 25,
};

static struct target target;
static double known[PAIRS], unknown[PAIRS];
static char refusals[2][HTTP_REPLY];

static void setup(void)
{
    target_open(&target, "14");
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
    http_open(&trial->http, target.stage.url, trial->from);
    ck_assert_int_ge(http_connect(&trial->http), 0);
    http_post(&trial->http, "/login", json);
    http_close(&trial->http);
    return NULL;
}

/*
 * Both at the same time, on the two workers: whatever else the machine does
 * slows both down. Who is first changes from pair to pair.
 */
static void try_both(int pair, bool swapped)
{
    struct trial trials[2] = {{.name = "victim"}, {.name = "nobody"}};
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
    known[pair] = trials[0].http.ms;
    unknown[pair] = trials[1].http.ms;
    for (int i = 0; i < 2; i++)
        snprintf(refusals[i], sizeof refusals[i], "%s", trials[i].http.body);
}

START_TEST(known_or_not)
{
    double one, two;
    int different = 0;

    row_begin("03 an unknown name against a known one, 300 each");
    for (int pair = 0; pair < PAIRS; pair++) {
        try_both(pair, pair % 2 != 0);
        different += strcmp(refusals[0], refusals[1]) != 0;
    }
    one = percentile(known, PAIRS, 0.5);
    two = percentile(unknown, PAIRS, 0.5);
    figure_note("median of a known name", one, "ms");
    figure_note("median of an unknown one", two, "ms");
    figure_most("they differ by",
                100 * (one > two ? one - two : two - one) / one, "%",
                figure_judges_times() ? SHARE : BUSY_SHARE);
    figure_is("bodies that differ", different, 0);
    row_end();
}
END_TEST

Suite *timing_suite(void);

Suite *timing_suite(void)
{
    Suite *suite = suite_create("timing");
    TCase *tc = tcase_create("timing");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, known_or_not);
    suite_add_tcase(suite, tc);
    return suite;
}
