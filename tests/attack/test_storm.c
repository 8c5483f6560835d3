/* SPDX-License-Identifier: MIT */
/* More logins than can be hashed, under many names. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/workers.h"
#include "tests/attack/figure.h"
#include "tests/attack/storm.h"

enum {
    LOGINS = 2000,
    SECONDS = 60,
    CONNECTIONS = 200, /* more than fit into the workers and their queue */
    MEMORY_MIB = 64,
    CALM_MIB = 16,
    GOOD_LOGINS = 6,
    AT_ONCE = WORKERS_THREADS + WORKERS_QUEUE,
    ANSWERED = 4, /* whose answers are on their way */
};

static struct target target;

static void setup(void)
{
    target_open(&target, "14");
    target_serve(&target, NULL, NULL);
    target_crowd(&target);
}

static void teardown(void)
{
    target_close(&target);
}

static const char *somebody(char *out, size_t out_size, int number)
{
    snprintf(out, out_size,
             "{\"username\":\"nobody%d\",\"password\":\"of %d\"}", number,
             number);
    return "/login";
}

START_TEST(many_names)
{
    struct storm storm = {.url = target.stage.url,
                          .connections = CONNECTIONS,
                          .requests = LOGINS,
                          .seconds = SECONDS,
                          .write = somebody};
    long failed, count;
    double p99;

    row_begin("02 2,000 logins in 60 s, each under another name");
    bystander_begin(&target);
    storm_run(&storm);
    figure_most("memory of the server, at its most",
                (double)target_peak(&target) / 1024, "MiB", MEMORY_MIB);
    p99 = bystander_end(&failed, &count);

    figure_least("hashed and refused with 401",
                 (double)storm_count(&storm, 401), "", AT_ONCE);
    figure_least("refused with 503", (double)storm_count(&storm, 503), "", 1);
    figure_is("sent twice", atomic_load(&storm.again), 0);
    figure_least("awaited a hash at once", (double)storm_at_once(&storm, 401),
                 "", AT_ONCE);
    figure_most("awaited a hash at once", (double)storm_at_once(&storm, 401),
                "", AT_ONCE + ANSWERED);
    figure_is("other answers, or none",
              LOGINS - storm_count(&storm, 401) - storm_count(&storm, 503), 0);
    figure_time("503, median", storm_time(&storm, 503, 0.5), 10);
    figure_time("503, 99th percentile", storm_time(&storm, 503, 0.99), 10);
    figure_time("503, slowest", storm_time(&storm, 503, 1), 10);
    figure_time("good p99", p99, 20);
    figure_note("good requests", (double)count, "");
    figure_is("of them not answered with 200", failed, 0);
    free(storm.answers);
    row_end();
}
END_TEST

/* What the hashes took must be given back: MEMORY_MIB is not for ever. */
START_TEST(calm_again)
{
    static char row[64];
    const char *build = stage_builds[_i];

    snprintf(row, sizeof row, "02 after a few logins, %s",
             strrchr(build, '/') + 1);
    row_begin(row);
    target_stop(&target);
    snprintf(target.program, sizeof target.program, "%s/chat-server", build);
    target_serve(&target, NULL, NULL);
    for (int i = 0; i < GOOD_LOGINS; i++)
        ck_assert_int_eq(target_login(&target, "victim"), 200);
    figure_most("memory of the server", (double)target_memory(&target) / 1024,
                "MiB", CALM_MIB);
    row_end();
}
END_TEST

Suite *storm_suite(void);

Suite *storm_suite(void)
{
    Suite *suite = suite_create("storm");
    TCase *tc = tcase_create("storm");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, many_names);
    tcase_add_loop_test(tc, calm_again, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}
