/* SPDX-License-Identifier: MIT */
/* A thousand guesses at one password in a minute, from one address. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"

enum {
    GUESSES = 1000,
    CONNECTIONS = 50,
    SECONDS = 60,
    GOOD = 5,         /* logins with the right password, before and after */
    AT_ONCE = 5,      /* guesses that are hashed immediately, */
    EVERY_MS = 12000, /* and then one in each such time */
    RATIO = 5,        /* a refusal may take 5 times as long as a good request */
    PATIENCE_MS = 90000,
    OTHER_WORK = 10, /* the cost of refusals and good requests, in hashes */
};

static struct target twin;
static long wrong;

static const char *guess(char *out, size_t out_size, int number)
{
    snprintf(out, out_size,
             "{\"username\":\"victim\",\"password\":\"guess %d\"}", number);
    return "/login";
}

/* Logs the victim in from the address FROM. */
static int login(const char *from)
{
    char token[KIT_TOKEN_MAX + 1];
    struct http http;

    http_open(&http, target.fixture.url, from);
    http_login(&http, "victim", target_password("victim"), token);
    http_close(&http);
    return http.status;
}

/* Milliseconds until the victim can log in from the address of the guesses. */
static double login_succeeds_after(void)
{
    double began = stopwatch_now();

    while (login("127.0.0.1") != 200 && stopwatch_now() - began < PATIENCE_MS)
        stopwatch_wait_until(stopwatch_now() + 1e3);
    return stopwatch_now() - began;
}

/* Good logins from the address FROM, one after the other. */
static void log_in_often(struct times *times, const char *from)
{
    for (int i = 0; i < GOOD; i++) {
        double began = stopwatch_now();

        wrong += login(from) != 200;
        times_add(times, stopwatch_now() - began);
    }
}

START_TEST(one_name)
{
    struct storm storm = {.url = target.fixture.url,
                          .from = "127.0.0.1",
                          .connections = CONNECTIONS,
                          .requests = figure_scaled(GUESSES),
                          .seconds = figure_scaled(SECONDS),
                          .write = guess};
    struct bystander bystander = {.here = &target, .twin = &twin};
    struct times before = {.count = 0}, after = before, refusals = before;
    double cpu, hash, began;
    long hashed;

    row_begin("01 guessing one password, %d times in %g s", storm.requests,
              storm.seconds);

    /* The processor time of one hash. */
    cpu = target_cpu(&target);
    log_in_often(&before, "127.0.0.3");
    hash = (target_cpu(&target) - cpu) / GOOD;

    target_begin(&twin, "10");
    cpu = target_cpu(&target);
    began = stopwatch_now();
    bystander_begin(&bystander);
    storm_run(&storm);
    bystander_end(&bystander);
    hashed = storm_count(&storm, 401);
    figure_most("guesses that were hashed", (double)hashed, "",
                AT_ONCE + (stopwatch_now() - began) / EVERY_MS);
    figure_note("refused with 429", (double)storm_count(&storm, 429), "");
    storm_judge(&storm, hashed + storm_count(&storm, 429));
    figure_most("processor time of the minute, in hashes",
                (target_cpu(&target) - cpu) / hash, "",
                (double)hashed + OTHER_WORK);
    storm_times(&storm, 429, &refusals);
    figure_times("429", &refusals, &bystander.baseline, RATIO);
    bystander_judge(&bystander);
    target_close(&twin);

    log_in_often(&after, "127.0.0.2");
    figure_is("right passwords refused elsewhere", wrong, 0);
    figure_times("logins there take", &after, &before, RATIO);
    figure_wait("a login from 127.0.0.1 succeeds after", login_succeeds_after(),
                EVERY_MS);
    times_free(&before);
    times_free(&after);
    times_free(&refusals);
    free(storm.answers);
    row_end();
}
END_TEST

TEST_SUITE(guessing, 240, setup_costly, teardown_target)
{
    tcase_add_test(tcase, one_name);
}
