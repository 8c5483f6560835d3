/* SPDX-License-Identifier: MIT */
/* What a server may say to a sender's login, or to its question for bob. */
#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/attack/evil.h"
#include "tests/attack/figure.h"
#include "tests/attack/run.h"
#include "tests/e2e/forge.h"
#include "tests/e2e/stage.h"

enum {
    REQUESTS = 2,         /* each trick is played at either of them */
    ENDED_MS = 3000,      /* a sender ends so soon when too much comes, */
    PATIENCE_MS = 12000,  /* and when too little comes */
    SECONDS = 25,         /* after which it is killed */
    PEAK_KIB = 32 * 1024, /* of memory, whatever comes */
};

static int trap; /* a listener: who comes, waits */
static uint16_t trap_port;

static void setup(void)
{
    trap = raw_listen(&trap_port);
}

static void teardown(void)
{
    close(trap);
}

static bool is_trapped(void)
{
    struct pollfd one = {.fd = trap, .events = POLLIN};

    return poll(&one, 1, 0) != 0;
}

/* What all runs of a row have together. */
static struct {
    long runs, wrong, requests, said, failed;
    double slowest;
} seen;

static void begin(struct evil *evil, struct run *run, const struct trick *trick,
                  int number)
{
    *evil = (struct evil){.trick = trick,
                          .number = number,
                          .trap = trap_port,
                          .good = "{\"token\":\"" TRICKS_TOKEN "\"}"};
    evil_open(evil);
    run_begin(run, stage_builds[number], evil->url, 1);
}

static void end(struct evil *evil, struct run *run)
{
    run_end(run, SECONDS);
    seen.runs++;
    seen.wrong += run->code != evil->trick->code;
    seen.requests += evil->requests != evil->number + 1;
    seen.said += (long)run->said;
    seen.failed += strstr(evil->request, "Accept-Encoding") != NULL;
    seen.slowest = run->ms > seen.slowest ? run->ms : seen.slowest;
    if (run->code != evil->trick->code)
        fprintf(stderr, "%s, request %d: ends with %d, not with %d\n",
                evil->trick->name, evil->number, run->code, evil->trick->code);
    evil_close(evil);
}

static void figures(double limit)
{
    figure_note("runs", (double)seen.runs, "");
    figure_is("ended in another way than they should", seen.wrong, 0);
    figure_is("asked for more than they should", seen.requests, 0);
    figure_is("asked for it packed", seen.failed, 0);
    figure_is("bytes on standard output", seen.said, 0);
    figure_is("somebody went where no bob is", is_trapped(), 0);
    figure_time("the slowest ended after", seen.slowest, limit);
    figure_most("memory of the largest", (double)run_peak(), "KiB", PEAK_KIB);
    row_end();
}

START_TEST(without_an_end)
{
    static struct evil evil;
    struct run run;

    row_begin("21 sender: answers without an end");
    for (size_t i = 0; i < REQUESTS * TRICKS_ENDLESS; i++) {
        begin(&evil, &run, &tricks_endless[i / REQUESTS], (int)(i % REQUESTS));
        end(&evil, &run);
    }
    figures(ENDED_MS);
}
END_TEST

START_TEST(no_answers)
{
    static struct evil evil;
    struct run run;

    row_begin("21 sender: what is no answer, redirects");
    for (size_t i = 0; i < REQUESTS * TRICKS_WRONG; i++) {
        begin(&evil, &run, &tricks_wrong[i / REQUESTS], (int)(i % REQUESTS));
        end(&evil, &run);
    }
    figures(ENDED_MS);
}
END_TEST

START_TEST(slowly)
{
    enum { RUNS = REQUESTS * TRICKS_SLOW };
    static struct evil evil[RUNS];
    struct run run[RUNS];

    row_begin("21 sender: answers that come slowly");
    for (int i = 0; i < RUNS; i++)
        begin(&evil[i], &run[i], &tricks_slow[i / REQUESTS], i % REQUESTS);
    for (int i = 0; i < RUNS; i++)
        end(&evil[i], &run[i]);
    figures(PATIENCE_MS);
}
END_TEST

Suite *answers_suite(void);

Suite *answers_suite(void)
{
    Suite *suite = suite_create("answers");
    TCase *tc = tcase_create("answers");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 500);
    tcase_add_test(tc, without_an_end);
    tcase_add_test(tc, no_answers);
    tcase_add_test(tc, slowly);
    suite_add_tcase(suite, tc);
    return suite;
}
