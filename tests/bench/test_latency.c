/* SPDX-License-Identifier: MIT */
/* One message at a time, from typed to shown. */
#include <stdio.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/support/fixture.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

/* The receiver prints less than PROCESS_OUTPUT for this many messages. */
enum { MESSAGES = 1500, WARM_UP = 50, PAUSE_MS = 1 };

#define TEXT "a text that someone could have typed\n"

static struct fixture fixture;

static void setup(void)
{
    fixture_open(&fixture);
    fixture_serve(&fixture, fixture_builds[0]);
}

static void teardown(void)
{
    fixture_close(&fixture);
}

static struct process *relay(const char *mode, const char *address)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/bench-relay", fixture_builds[0]);
    return process_words(NULL, path, mode, address, NULL);
}

/* Types TEXT to SENDER, and waits until RECEIVER has shown it. */
static double pass_one(struct process *sender, struct process *receiver)
{
    double began = stopwatch_now();
    const char *line;

    process_write(sender, TEXT, sizeof TEXT - 1);
    line = process_line(receiver, &receiver->out);
    ck_assert_ptr_nonnull(line);
    ck_assert_ptr_nonnull(strstr(line, "could have typed"));
    return stopwatch_now() - began;
}

/* Number 0: our programs; 1: the relay. */
static void run(struct bench_result *result, const struct bench_side *side)
{
    struct times times = {.ms = NULL};
    struct process *receiver, *sender;
    pid_t judged[2];

    if (side->number == 0) {
        receiver = fixture_receiver(&fixture, fixture_builds[0], "bob");
        sender = fixture_sender(&fixture, fixture_builds[0], "alice", "bob");
    } else {
        receiver = relay("receive", NULL);
        process_ready(receiver, &receiver->err);
        sender = relay("send", receiver->where);
    }
    for (int i = 0; i < WARM_UP; i++)
        pass_one(sender, receiver);
    judged[0] = receiver->pid;
    judged[1] = sender->pid;
    bench_begin(judged, 2);
    for (int i = 0; i < MESSAGES; i++) {
        times_add(&times, pass_one(sender, receiver));
        stopwatch_wait_until(stopwatch_now() + PAUSE_MS);
    }
    bench_end(result, MESSAGES);
    result->figures[BENCH_RATE] = 0; /* it depends on the pauses only */
    bench_times(result, &times);
    times_free(&times);
    process_succeeds(sender);
    process_end(receiver);
}

START_TEST(latency)
{
    const struct bench bench = {
        .work = "one message, from typed to shown",
        .unit = "message, sender and receiver together",
        .sides = {{"our sender and receiver", run, NULL, 0},
                  {"two processes that pass on bytes", run, NULL, 1}},
        .goals = {{.what = "median, times the relay's",
                   .figure = BENCH_P50,
                   .first = 1,
                   .count = 1,
                   .goal = ROUND_AT_MOST,
                   .limit = 1.8},
                  {.what = "99th percentile, times the relay's",
                   .figure = BENCH_P99,
                   .first = 1,
                   .count = 1,
                   .goal = ROUND_AT_MOST,
                   .limit = 1.8},
                  {.what = "CPU, times the relay's",
                   .figure = BENCH_CPU,
                   .first = 1,
                   .count = 1}},
    };

    bench_compare(&bench);
}
END_TEST

TEST_SUITE(latency, 300, setup, teardown)
{
    tcase_add_tests(tcase, latency);
}
