/* SPDX-License-Identifier: MIT */
/*
 * A server under a mixed load for an hour, and a receiver of messages:
 *
 *     soak build/libsodium build/openssl 60
 *
 * Prints a line a minute, and the figures at the end.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/streams.h"
#include "tests/soak/load.h"
#include "tests/support/figure.h"
#include "tests/support/proc.h"
#include "tests/support/single_test.h"
#include "tests/support/stopwatch.h"

enum {
    WARM_UP = 3, /* minutes: caches fill, each user has eight sessions */
    GROWN_KIB = 1023,
};

static int minutes;
static struct process *receiver;
static long messages;

/*
 * Runs a sender, and checks that bob's receiver shows its message. Every run
 * has a new secret, and the receiver keeps only 64 of each sender, so two users
 * send in turn.
 */
static void send_message(void)
{
    const char *user = ++messages % 2 == 0 ? "alice" : "carol";
    char text[64], wanted[80];

    snprintf(text, sizeof text, "message %ld\n", messages);
    ck_assert_int_eq(fixture_say(&load.target.fixture,
                                 fixture_builds[messages % 2], user, "bob",
                                 text),
                     0);
    snprintf(wanted, sizeof wanted, "%s: message %ld", user, messages);
    fixture_expect(receiver, wanted);
}

/* A minute of load with one message; prints a line. */
static void pass_minute(int minute)
{
    double end = stopwatch_now() + 60e3;
    int timed;

    send_message();
    stopwatch_wait_until(end);
    timed = atomic_exchange(&load.timed, 0);
    printf("%3d min  %8ld requests  %ld errors  %6ld KiB  %2ld descriptors  "
           "good p99 %.2f ms\n",
           minute, atomic_load(&load.requests), atomic_load(&load.errors),
           target_memory(&load.target), target_files(&load.target),
           percentile(load.ms,
                      (size_t)(timed < LOAD_TIMES ? timed : LOAD_TIMES), 0.99));
    fflush(stdout);
}

/* KiB of memory of both programs, and open descriptors of the server. */
struct usage {
    long memory, receiver, files;
};

/* Measured at rest: hashing passwords needs much memory. */
static struct usage usage_in_pause(void)
{
    struct usage usage = {.files = load_pause()};

    usage.memory = target_memory(&load.target);
    usage.receiver = proc_memory(receiver->pid);
    return usage;
}

static void judge(const struct usage *first, const struct usage *last)
{
    double requests = (double)atomic_load(&load.requests);

    row_begin("20 mixed load for %d minutes", minutes);
    /* A million an hour: about three quarters of the rate of the load (load.c),
       because of pauses and slow moments. */
    if (figure_judges_times())
        figure_least("requests", requests, "", 1e6 / 60 * minutes);
    else
        figure_note("requests", requests, "");
    figure_is("errors", atomic_load(&load.errors), 0);
    figure_note("memory at rest, after the first minutes",
                (double)first->memory, "KiB");
    figure_most("memory at rest has grown by",
                (double)(last->memory - first->memory), "KiB", GROWN_KIB);
    figure_note("descriptors at rest, after the first minutes",
                (double)first->files, "");
    figure_is("descriptors at rest, at the end", last->files, first->files);
    figure_note("memory of the receiver", (double)first->receiver, "KiB");
    figure_most("memory of the receiver has grown by",
                (double)(last->receiver - first->receiver), "KiB", GROWN_KIB);
    figure_note("messages to bob, all shown", (double)messages, "");
}

START_TEST(soak)
{
    struct usage first = {0}, last;

    load_open();
    receiver = fixture_receiver(&load.target.fixture, fixture_builds[1], "bob");
    load_start();
    for (int minute = 1; minute <= minutes; minute++) {
        pass_minute(minute);
        if (minute == WARM_UP) {
            first = usage_in_pause();
            load_resume();
        }
    }
    last = usage_in_pause();
    judge(&first, &last);
    process_end(receiver);
    load_close();
    row_end();
    exit(EXIT_SUCCESS);
}
END_TEST

int main(int argc, char **argv)
{
    kit_streams_open();
    if (argc != 4 || (minutes = atoi(argv[3])) <= WARM_UP) {
        fprintf(stderr,
                "usage: soak BUILD BUILD MINUTES (MINUTES: more than %d)\n",
                WARM_UP);
        return EX_USAGE;
    }
    fixture_builds[0] = argv[1];
    fixture_builds[1] = argv[2];
    return single_test_run("soak", soak, 120 * minutes);
}
