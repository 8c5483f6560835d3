/* SPDX-License-Identifier: MIT */
/*
 * A server under a mixed load for an hour, and one receiver beside it:
 *
 *     soak build/libsodium build/openssl 60
 *
 * A line a minute, the figures at the end.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/streams.h"
#include "tests/soak/mix.h"
#include "tests/support/figure.h"
#include "tests/support/proc.h"
#include "tests/support/single_test.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"

enum {
    WARM_UP = 3, /* minutes: caches fill, each user has his eight sessions */
    GROWN_KIB = 1023,
};

/* What the programs keep while nobody asks for anything. */
struct rest {
    long memory, receiver; /* KiB of the server, of the receiver */
    long files;            /* of the server */
};

static struct mix mix;
static int minutes;
static struct process *receiver;
static long messages;

/*
 * A whole sender, and its message at the receiver. Every run has a secret of
 * its own, and bob keeps 64 of each sender: so it is two who write.
 */
static void say_something(void)
{
    const char *user = ++messages % 2 == 0 ? "alice" : "carol";
    char text[64], wanted[80];
    int len = snprintf(text, sizeof text, "message %ld\n", messages);

    ck_assert_int_eq(fixture_say(&mix.target.fixture,
                                 fixture_builds[messages % 2], user, "bob",
                                 text, (size_t)len),
                     0);
    snprintf(wanted, sizeof wanted, "%s: message %ld", user, messages);
    fixture_expect(receiver, wanted);
}

/* One minute of load and one message, with a line about it. */
static void pass_minute(int minute)
{
    double end = stopwatch_now() + 60e3;
    int timed;

    say_something();
    stopwatch_wait_until(end);
    timed = atomic_exchange(&mix.timed, 0);
    printf("%3d min  %8ld requests  %ld errors  %6ld KiB  %2ld descriptors  "
           "good p99 %.2f ms\n",
           minute, atomic_load(&mix.requests), atomic_load(&mix.errors),
           target_memory(&mix.target), target_files(&mix.target),
           percentile(mix.ms, (size_t)(timed < MIX_TIMES ? timed : MIX_TIMES),
                      0.99));
    fflush(stdout);
}

/*
 * What is there when nobody asks: under load it depends on the moment, for
 * every password that is being hashed takes a megabyte.
 */
static struct rest look(void)
{
    struct rest rest = {.files = mix_rest(&mix)};

    rest.memory = target_memory(&mix.target);
    rest.receiver = proc_memory(receiver->pid);
    return rest;
}

static void hold(const struct rest *first, const struct rest *last)
{
    row_begin("20 mixed load for an hour");
    figure_note("minutes", minutes, "");
    /* As many as MIX_RATE gives, but for pauses: the clock says how many. */
    if (figure_judges_times())
        figure_least("requests", (double)atomic_load(&mix.requests), "",
                     1e6 / 60 * minutes);
    else
        figure_note("requests", (double)atomic_load(&mix.requests), "");
    figure_is("errors", atomic_load(&mix.errors), 0);
    figure_note("memory at rest, after the first minutes",
                (double)first->memory, "KiB");
    figure_most("it has grown by", (double)(last->memory - first->memory),
                "KiB", GROWN_KIB);
    figure_note("descriptors at rest, after the first minutes",
                (double)first->files, "");
    figure_is("descriptors at rest, at the end", last->files, first->files);
    figure_note("memory of the receiver", (double)first->receiver, "KiB");
    figure_most("it has grown by", (double)(last->receiver - first->receiver),
                "KiB", GROWN_KIB);
    figure_note("messages to bob, all shown", (double)messages, "");
}

START_TEST(soak)
{
    struct rest first = {0}, last;

    mix_open(&mix);
    receiver = fixture_receiver(&mix.target.fixture, fixture_builds[1],
                                "solution", "bob", NULL, NULL);
    mix_start(&mix);
    for (int minute = 1; minute <= minutes; minute++) {
        pass_minute(minute);
        if (minute == WARM_UP) {
            first = look();
            mix_go_on(&mix);
        }
    }
    last = look();
    hold(&first, &last);
    process_end(receiver);
    mix_close(&mix);
    row_end();
    exit(EXIT_SUCCESS);
}
END_TEST

int main(int argc, char **argv)
{
    kit_streams_open();
    if (argc != 4 || (minutes = atoi(argv[3])) <= WARM_UP) {
        fprintf(stderr, "usage: soak BUILD BUILD MINUTES, more than %d\n",
                WARM_UP);
        return EX_USAGE;
    }
    fixture_builds[0] = argv[1];
    fixture_builds[1] = argv[2];
    return single_test_run("soak", soak, 120 * minutes);
}
