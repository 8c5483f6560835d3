/* SPDX-License-Identifier: MIT */
/* Each allocation of a starting server fails in turn. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/attack/faulty.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"

enum {
    MOST = 100000,
    EACH = 1000, /* each of the first 1,000 fails, which include our own */
    STEP = 32    /* every 32nd of those after them, if times are only shown */
};

/* How a start ends. UNCLEAR and all after it are bad ends. */
enum ending { SERVED, GAVE_UP, UNCLEAR, SIGNAL, ENDINGS };

static struct {
    long endings[ENDINGS];
    long once; /* bad ends that did not repeat */
} seen;

/* The status of a login at the address that LINE ends with. */
static int ask(const char *line)
{
    http_open(&http, strrchr(line, ' ') + 1, NULL);
    http_post(&http, "/login", "{}");
    http_close(&http);
    return http.status;
}

/*
 * Returns how P ended, which exited with CODE. STATUS is the status of the
 * login, or -1 if it never listened. Prints the details of a bad end.
 */
static enum ending judge(const struct process *p, int status, int code,
                         long nth)
{
    if (status == 400 && code == 0)
        return SERVED;
    if (status < 0 && code > 0 &&
        memchr(p->err.bytes, '\n', p->err.len) != NULL)
        return GAVE_UP;
    printf("allocation %ld: login %d, exit code %d\n%s", nth, status, code,
           p->err.bytes);
    return code < 0 ? SIGNAL : UNCLEAR;
}

/* Starts the server; its allocation NTH fails. False if it makes fewer. */
static bool start_once(enum ending *ending, long nth)
{
    char *argv[] = {target.program, "--db", target.fixture.db,
                    "--port",       "0",    NULL};
    struct process *p;
    const char *line;
    int status = -1;
    bool fired;

    injector_arm(&injector, nth, false);
    p = process_start_in(argv, &way);
    line = process_line(p, &p->out);
    fired = injector_disarm(&injector) > 0;
    if (line != NULL) {
        status = ask(line);
        kill(p->pid, SIGTERM);
    }
    *ending = judge(p, status, process_wait(p), nth);
    process_end(p);
    return fired;
}

/*
 * Calls start_once and counts how it ended. On a busy machine a bad end counts
 * only if the same fault has one again.
 */
static bool start_and_count(long nth)
{
    enum ending ending;
    bool fired = start_once(&ending, nth);

    if (ending >= UNCLEAR && !figure_judges_times()) {
        start_once(&ending, nth);
        seen.once += ending < UNCLEAR;
    }
    seen.endings[ending]++;
    return fired;
}

/* The allocation that fails in the next run, after NTH in this one. */
static long next(long nth)
{
    return nth < EACH || figure_judges_times() ? nth + 1 : nth + STEP;
}

START_TEST(each_backend)
{
    const char *build = fixture_builds[_i];
    long nth = 1;

    row_begin("12 each allocation of a start fails in turn, %s",
              strrchr(build, '/') + 1);
    if (!faulty_begin())
        return;
    target_choose(&target, build);
    while (start_and_count(nth)) {
        nth = next(nth);
        ck_assert_int_lt(nth, MOST);
    }
    figure_least("allocations", (double)nth - 1, "", 100);
    figure_note("served anyway", (double)seen.endings[SERVED], "");
    figure_note("ended with an exit code and a reason",
                (double)seen.endings[GAVE_UP], "");
    figure_is("... without a reason, or served badly", seen.endings[UNCLEAR],
              0);
    figure_is("ended by a signal", seen.endings[SIGNAL], 0);
    figure_note("bad ends that did not repeat", (double)seen.once, "");
    row_end();
}
END_TEST

/* For thousands of starts, the limit is high. */
TEST_SUITE(start, 900, setup_accounts, teardown_faulty)
{
    tcase_add_loop_test(tcase, each_backend, 0, 2);
}
