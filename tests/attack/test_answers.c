/* SPDX-License-Identifier: MIT */
/* A hostile server answers /login, or /userinfo, of a sender. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/http.h"
#include "tests/attack/hostile_server.h"
#include "tests/attack/sender_run.h"
#include "tests/support/figure.h"
#include "tests/support/fixture.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    REQUESTS = 2,         /* /login and /userinfo: each gets every answer */
    RATIO = 10,           /* a hostile answer may take 10 times as long */
    PEAK_KIB = 32 * 1024, /* memory of a sender, whatever the answer */
};

static int trap; /* a listener to which no client may connect */
static uint16_t trap_port;

static void setup(void)
{
    trap = tcp_listen(&trap_port);
}

static void teardown(void)
{
    close(trap);
}

/* The sums of all runs of a row. */
static struct {
    long runs, wrong, requests, said, packed;
    struct times times;
} seen;

static void begin(struct hostile_server *hostile, struct sender_run *run,
                  const struct hostile_answer *answer, int number)
{
    *hostile =
        (struct hostile_server){.answer = answer,
                                .number = number,
                                .trap = trap_port,
                                .good = "{\"token\":\"" HOSTILE_TOKEN "\"}"};
    hostile_server_open(hostile);
    sender_run_begin(run, fixture_builds[number], hostile->server.url, 1);
}

static void end(struct hostile_server *hostile, struct sender_run *run)
{
    sender_run_end(run);
    seen.runs++;
    seen.wrong += run->code != hostile->answer->code;
    seen.requests += hostile->server.requests != hostile->number + 1;
    seen.said += (long)run->said;
    seen.packed +=
        strstr(http_server_request(&hostile->server, hostile->number),
               "Accept-Encoding") != NULL;
    times_add(&seen.times, run->ms);
    if (run->code != hostile->answer->code)
        fprintf(stderr, "%s, request %d: ends with %d, not with %d\n",
                hostile->answer->name, hostile->number, run->code,
                hostile->answer->code);
    http_server_close(&hostile->server);
}

static void figures(void)
{
    figure_note("runs", (double)seen.runs, "");
    figure_is("wrong exit codes", seen.wrong, 0);
    figure_is("senders with more or fewer requests than due", seen.requests, 0);
    figure_is("requests that accept compression", seen.packed, 0);
    figure_is("bytes on standard output", seen.said, 0);
    figure_is("connections to the trap (1: yes)", tcp_waits(trap), 0);
    figure_most("memory of the largest sender", (double)sender_run_peak(),
                "KiB", PEAK_KIB);
    times_free(&seen.times);
    row_end();
}

/*
 * Sends each of COUNT answers to both requests. Before each, a baseline: a
 * redirect (hostile_wrong[0]), which a sender refuses immediately.
 */
static void run_all(const struct hostile_answer *answers, size_t count)
{
    static struct hostile_server hostile;
    struct times baseline = {.count = 0};
    struct sender_run run;

    for (size_t i = 0; i < REQUESTS * count; i++) {
        begin(&hostile, &run, &hostile_wrong[0], (int)(i % REQUESTS));
        end(&hostile, &run);
        times_add(&baseline, run.ms);
        begin(&hostile, &run, &answers[i / REQUESTS], (int)(i % REQUESTS));
        end(&hostile, &run);
    }
    figure_quantile("the slowest ended after", &seen.times, &baseline, 1, RATIO,
                    0);
    times_free(&baseline);
    figures();
}

START_TEST(endless)
{
    row_begin("21 sender: endless answers");
    run_all(hostile_endless, HOSTILE_ENDLESS);
}
END_TEST

START_TEST(invalid)
{
    row_begin("21 sender: invalid answers, redirects");
    run_all(hostile_wrong, HOSTILE_WRONG);
}
END_TEST

START_TEST(slow)
{
    enum { RUNS = REQUESTS * HOSTILE_SLOW };
    static struct hostile_server hostile[RUNS];
    struct sender_run run[RUNS];

    row_begin("21 sender: slow answers");
    for (int i = 0; i < RUNS; i++)
        begin(&hostile[i], &run[i], &hostile_slow[i / REQUESTS], i % REQUESTS);
    for (int i = 0; i < RUNS; i++)
        end(&hostile[i], &run[i]);
    figure_wait("the slowest ended after", times_quantile(&seen.times, 1),
                KIT_HTTP_SECONDS * 1e3);
    figures();
}
END_TEST

TEST_SUITE(answers, 500, setup, teardown)
{
    tcase_add_tests(tcase, endless, invalid, slow);
}
