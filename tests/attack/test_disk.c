/* SPDX-License-Identifier: MIT */
/* No room on the disk: as the injector plays it, and on a real small one. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/store/sessions.h"
#include "tests/attack/small_disk.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/libc_faults/injector.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"

enum {
    LOGINS = 12, /* while there is no room, by the first of the users */
    ASKER = 40,  /* the first of those who only ask */
    ASKS = 20,
    ROOMS = 11,
    IDLE_CPU = 100,
};

static struct target target;
static struct injector injector;
static struct process_way way;
static struct http http;

/* The last tokens that each user was given: as many as she may have. */
static struct {
    long count;
    char tokens[SESSIONS_MAX][KIT_TOKEN_MAX + 1];
} grants[LOGINS];

/* What was answered while there was no room. */
static long refused, strange, unread;

static void setup(void)
{
    target_open(&target, "10");
}

static void teardown(void)
{
    http_close(&http);
    target_close(&target);
    injector_close(&injector);
}

/* One login; a token is remembered. */
static int log_in(int user)
{
    char token[KIT_TOKEN_MAX + 1];
    const char *name = target.names[user];

    http_login(&http, name, target_password(name), token);
    if (http.status == 200)
        memcpy(grants[user].tokens[grants[user].count++ % SESSIONS_MAX], token,
               sizeof token);
    return http.status;
}

/* How many of the remembered tokens are not good. */
static long bad_tokens(void)
{
    long bad = 0;

    for (int user = 0; user < LOGINS; user++) {
        for (int i = 0; i < SESSIONS_MAX && i < grants[user].count; i++)
            bad += http_ask(&http, target.names[user], grants[user].tokens[i],
                            target.names[ASKER]) != 200;
    }
    return bad;
}

/* Logs in and asks while there is no room. */
static void go_on(void)
{
    static int asker;

    for (int i = 0; i < LOGINS; i++) {
        int status = log_in(i);

        refused += status == 500 || status == 503;
        strange += status != 200 && status != 500 && status != 503;
    }
    for (int i = 0; i < ASKS; i++) {
        int who = ASKER + asker++ % (TARGET_USERS - ASKER);

        unread += http_ask(&http, target.names[who], target.tokens[who],
                           target.names[0]) != 200;
    }
}

/* Processor time of a second in which nobody asks. */
static double idle_cpu(void)
{
    double before = target_cpu(&target), began = stopwatch_now();

    stopwatch_wait_until(began + 1e3);
    return (target_cpu(&target) - before) * 1e3 / (stopwatch_now() - began);
}

static void start_again(void)
{
    http_close(&http);
    target_stop(&target);
    target_serve(&target, NULL, &way);
    http_open(&http, target.fixture.url, NULL);
}

/* What holds wherever the room has been used up. */
static void judge(void)
{
    figure_least("logins refused with 500 or 503", (double)refused, "", 10);
    figure_is("other answers than these and 200", strange, 0);
    figure_is("M3 not answered with 200 meanwhile", unread, 0);
}

/* A server in this WAY with its users logged in. */
static void serve(void)
{
    target_serve(&target, NULL, &way);
    target_log_in(&target);
    http_open(&http, target.fixture.url, NULL);
}

START_TEST(injected)
{
    static const long rooms[ROOMS] = {0,    1,    31,    32,    56,    4096,
                                      4152, 9000, 20000, 60000, 100000};
    long again = 0;

    row_begin("12 the disk full");
    if (!injector_open(&injector, &target.fixture, &way))
        return;
    serve();
    for (size_t i = 0; i < ROOMS; i++) {
        atomic_store(&injector.fault->room, rooms[i]);
        go_on();
        if (i == 0)
            figure_most("processor time of a second without a request",
                        idle_cpu(), "ms", IDLE_CPU);
        atomic_store(&injector.fault->room, FAULT_ROOM);
        again += log_in(0) == 200;
    }
    judge();
    figure_is("logins as soon as there was room again", again, ROOMS);
    figure_is("tokens given out that are not good", bad_tokens(), 0);
    start_again();
    figure_is("... after another start", bad_tokens(), 0);
    figure_is("complaints of SQLite", database_complaints(&target), 0);
    row_end();
}
END_TEST

START_TEST(real)
{
    row_begin("12 the disk full, a real one of 8 MiB");
    if (!small_disk_open(&target)) {
        figure_skip("a disk of our own", "not permitted here");
        return;
    }
    way.before = small_disk_mount;
    serve();
    small_disk_fill();
    go_on();
    figure_most("processor time of a second without a request", idle_cpu(),
                "ms", IDLE_CPU);
    ck_assert_int_eq(unlink(small_disk_seen("filler")), 0);
    judge();
    figure_is("a login when there is room again", log_in(0), 200);
    figure_is("tokens given out that are not good", bad_tokens(), 0);
    http_close(&http);
    small_disk_close();
    target_serve(&target, NULL, NULL);
    http_open(&http, target.fixture.url, NULL);
    figure_is("... after another start", bad_tokens(), 0);
    figure_is("complaints of SQLite", database_complaints(&target), 0);
    row_end();
}
END_TEST

TEST_SUITE(disk)
{
    Suite *suite = suite_create("disk");
    TCase *tc = suite_add_case(suite, "disk");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_tests(tc, injected, real);
    return suite;
}
