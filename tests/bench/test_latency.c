/* SPDX-License-Identifier: MIT */
/* One message at a time, from typed to shown. */
#include <stdio.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/support/fixture.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

/* The receiver prints less than PROCESS_OUTPUT for the messages of a round. */
enum { MESSAGES = 150, SLICES = 10, WARM_UP = 50, PAUSE_MS = 1 };

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

/* The programs of a side. */
struct pair {
    struct process *receiver, *sender;
};

/* Types TEXT to the sender, and waits until the receiver has shown it. */
static double pass_one(const struct pair *pair)
{
    double began = stopwatch_now();
    const char *line;

    process_write(pair->sender, TEXT, sizeof TEXT - 1);
    line = process_line(pair->receiver, &pair->receiver->out);
    ck_assert_ptr_nonnull(line);
    ck_assert_ptr_nonnull(strstr(line, "could have typed"));
    return stopwatch_now() - began;
}

static void warm_up(const struct pair *pair)
{
    for (int i = 0; i < WARM_UP; i++)
        pass_one(pair);
}

static void begin_ours(const struct bench_side *side)
{
    struct pair *pair = (struct pair *)side->context;

    pair->receiver = fixture_receiver(&fixture, fixture_builds[0], "bob");
    pair->sender = fixture_sender(&fixture, fixture_builds[0], "alice", "bob");
    warm_up(pair);
}

static void begin_relay(const struct bench_side *side)
{
    struct pair *pair = (struct pair *)side->context;

    pair->receiver = relay("receive", NULL);
    process_ready(pair->receiver, &pair->receiver->err);
    pair->sender = relay("send", pair->receiver->where);
    warm_up(pair);
}

static void end(const struct bench_side *side)
{
    const struct pair *pair = side->context;

    process_succeeds(pair->sender);
    process_end(pair->receiver);
}

static void run(struct bench_result *result, const struct bench_side *side)
{
    const struct pair *pair = side->context;
    const pid_t judged[] = {pair->receiver->pid, pair->sender->pid};

    bench_begin(judged, COUNT(judged));
    for (int i = 0; i < MESSAGES; i++) {
        times_add(&result->times, pass_one(pair));
        stopwatch_wait_until(stopwatch_now() + PAUSE_MS);
    }
    bench_end(result, MESSAGES);
}

START_TEST(latency)
{
    struct pair ours, relayed;
    const struct bench bench = {
        .work = "one message, from typed to shown",
        .unit = "message, sender and receiver together",
        .slices = SLICES,
        .paced = true,
        .sides = {{"our sender and receiver", run, &ours, 0, begin_ours, end},
                  {"two processes that pass on bytes", run, &relayed, 0,
                   begin_relay, end}},
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
