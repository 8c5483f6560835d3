/* SPDX-License-Identifier: MIT */
/* A thousand guesses at one password in a minute, from one address. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/attack/figure.h"
#include "tests/attack/storm.h"

enum {
    GUESSES = 1000,
    CONNECTIONS = 50,
    SECONDS = 60,
    HASHES = 20,
    AT_ONCE_MS = 1000,
};

static struct target target;

static void setup(void)
{
    target_open(&target, "14");
    target_serve(&target, NULL, NULL);
}

static void teardown(void)
{
    target_close(&target);
}

static const char *guess(char *out, size_t out_size, int number)
{
    snprintf(out, out_size,
             "{\"username\":\"victim\",\"password\":\"guess %d\"}", number);
    return "/login";
}

/* Logs the victim in from the address FROM. */
static int login(const char *from)
{
    char token[KIT_STR16_MAX + 1];
    struct http http;

    http_open(&http, target.stage.url, from);
    http_login(&http, "victim", target_password("victim"), token);
    http_close(&http);
    return http.status;
}

/* How long she is kept out where the guesses came from, in seconds. */
static double waits_where_it_came_from(void)
{
    double began = clock_ms();

    while (login("127.0.0.1") != 200 && clock_ms() - began < 90e3)
        wait_until(clock_ms() + 1e3);
    return (clock_ms() - began) / 1e3;
}

START_TEST(one_name)
{
    struct storm storm = {.url = target.stage.url,
                          .from = "127.0.0.1",
                          .connections = CONNECTIONS,
                          .requests = GUESSES,
                          .seconds = SECONDS,
                          .write = guess};
    double before, hash;

    row_begin("01 guessing one password, 1,000 times in 60 s");

    /* What one hash costs, by the processor's time. */
    before = target_cpu(&target);
    ck_assert_int_eq(login("127.0.0.3"), 200);
    hash = target_cpu(&target) - before;

    before = target_cpu(&target);
    storm_run(&storm);
    figure_most("guesses that were hashed", (double)storm_count(&storm, 401),
                "", HASHES);
    figure_note("refused with 429", (double)storm_count(&storm, 429), "");
    figure_is("other answers, or none",
              GUESSES - storm_count(&storm, 401) - storm_count(&storm, 429), 0);
    figure_most("processor time of the minute, in hashes",
                (target_cpu(&target) - before) / hash, "", HASHES);
    figure_is("sent twice", atomic_load(&storm.again), 0);
    figure_time("429, median", storm_time(&storm, 429, 0.5), 5);
    figure_time("429, 99th percentile", storm_time(&storm, 429, 0.99), 5);
    figure_time("429, slowest", storm_time(&storm, 429, 1), 5);

    before = clock_ms();
    figure_is("the right password from 127.0.0.2", login("127.0.0.2"), 200);
    figure_time("after", clock_ms() - before, AT_ONCE_MS);
    figure_most("the same from 127.0.0.1, after", waits_where_it_came_from(),
                "s", 60);
    free(storm.answers);
    row_end();
}
END_TEST

Suite *guessing_suite(void);

Suite *guessing_suite(void)
{
    Suite *suite = suite_create("guessing");
    TCase *tc = tcase_create("guessing");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, one_name);
    suite_add_tcase(suite, tc);
    return suite;
}
