/* SPDX-License-Identifier: MIT */
/* More logins than can be hashed, under many names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/chat/workers.h"
#include "server/store/password_hash.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"

enum {
    LOGINS = 2000,
    SECONDS = 60,
    CONNECTIONS = 100, /* more than fit into the workers and their queue */
    BURST = 200,       /* logins at the same moment */
    MEMORY_MIB = 32,   /* besides the memory of the hashes */
    CALM_MIB = 16,
    GOOD_LOGINS = 6,
    RATIO = 5, /* a refusal may take 5 times as long as a good request */
    AT_ONCE = WORKERS_THREADS + WORKERS_QUEUE,
    UNANSWERED = 4, /* logins that are hashed but not answered yet */
};

static struct target twin;

static const char *write_login(char *out, size_t out_size, int number)
{
    snprintf(out, out_size,
             "{\"username\":\"nobody%d\",\"password\":\"of %d\"}", number,
             number);
    return "/login";
}

static double end_of(const struct storm_answer *answer)
{
    return answer->at + answer->ms;
}

/* How many were answered with 401 before the last 503. */
static long hashed_before_last(const struct storm *storm)
{
    double last = 0;
    long count = 0;

    for (int i = 0; i < storm->requests; i++) {
        if (storm->answers[i].status == 503 &&
            end_of(&storm->answers[i]) > last)
            last = end_of(&storm->answers[i]);
    }
    for (int i = 0; i < storm->requests; i++)
        count += storm->answers[i].status == 401 &&
                 end_of(&storm->answers[i]) < last;
    return count;
}

/*
 * More logins at one moment than there is room for. The queue has room, and
 * each worker takes one login. On a busy machine all logins may arrive before a
 * worker takes its first: then only the queue has room. Each login that is done
 * makes room for another.
 */
static void burst(void)
{
    struct storm storm = {.url = target.fixture.url,
                          .connections = BURST,
                          .requests = BURST,
                          .write = write_login};
    long hashed, refused;

    storm_run(&storm);
    hashed = storm_count(&storm, 401);
    refused = storm_count(&storm, 503);
    figure_least("hashed of 200 at one moment", (double)hashed, "",
                 WORKERS_QUEUE);
    figure_most("hashed of 200 at one moment", (double)hashed, "",
                (double)(AT_ONCE + UNANSWERED + hashed_before_last(&storm)));
    figure_least("refused with 503", (double)refused, "", 1);
    storm_judge(&storm, hashed + refused);
    free(storm.answers);
}

/* MiB that one hash needs: 128 r bytes for each of 2^ln blocks. */
static double hash_mib(void)
{
    return 128.0 * PASSWORD_HASH_R * (double)(1 << atoi(target_ln())) /
           (1 << 20);
}

START_TEST(many_names)
{
    struct storm storm = {.url = target.fixture.url,
                          .connections = CONNECTIONS,
                          .requests = figure_scaled(LOGINS),
                          .seconds = figure_scaled(SECONDS),
                          .write = write_login};
    struct times refusals = {.count = 0};
    struct bystander bystander = {.here = &target, .twin = &twin};
    long hashed, refused;

    row_begin("02 %d logins in %g s, each with a different name",
              storm.requests, storm.seconds);
    target_begin(&twin, "10");
    bystander_begin(&bystander);
    burst();
    storm_run(&storm);
    bystander_end(&bystander);
    hashed = storm_count(&storm, 401);
    refused = storm_count(&storm, 503);
    figure_most("peak memory of the server",
                (double)target_peak(&target) / 1024, "MiB",
                MEMORY_MIB + WORKERS_THREADS * hash_mib());
    figure_note("hashed and refused with 401", (double)hashed, "");
    figure_note("refused with 503", (double)refused, "");
    storm_judge(&storm, hashed + refused);
    storm_times(&storm, 503, &refusals);
    if (refusals.count > 0)
        figure_times("503", &refusals, &bystander.baseline, RATIO);
    bystander_judge(&bystander);
    times_free(&refusals);
    free(storm.answers);
    target_close(&twin);
    row_end();
}
END_TEST

/* The memory of the hashes must be returned to the system. */
START_TEST(calm_again)
{
    const char *build = fixture_builds[_i];

    row_begin("02 after a few logins, %s", strrchr(build, '/') + 1);
    target_stop(&target);
    target_choose(&target, build);
    target_serve(&target, NULL, NULL);
    for (int i = 0; i < GOOD_LOGINS; i++)
        ck_assert_int_eq(target_login(&target, "victim"), 200);
    figure_most("memory of the server", (double)target_memory(&target) / 1024,
                "MiB", CALM_MIB);
    row_end();
}
END_TEST

TEST_SUITE(storm, 240, setup_costly, teardown_target)
{
    tcase_add_test(tcase, many_names);
    tcase_add_loop_test(tcase, calm_again, 0, 2);
}
