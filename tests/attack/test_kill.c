/* SPDX-License-Identifier: MIT */
/* The server is killed during logins, many times, on one database. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "backends/crypto.h"
#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/threads.h"

enum {
    KILLS = 100,
    CLIENTS = 8,
    ACCOUNTS = 4000,
    LOGINS = 8 * ACCOUNTS, /* as many sessions as a user may have */
    /* A kill comes a moment after a random number of logins. At a random time
       it would come before the first login on a slow machine. */
    LOGINS_MOST = 40,
    MOMENT_MS = 10,
    ENOUGH = KILLS * LOGINS_MOST / 4, /* logins that were answered, in all */
    RATIO =
        3, /* after a kill, a start may take 3 times as long as after SIGTERM */
};

/* A login that was answered. */
struct grant {
    int user;
    char token[KIT_TOKEN_MAX + 1];
};

static struct grant grants[LOGINS];
static atomic_int granted, next;
static struct times killed, stopped; /* starts after an end of each kind */

/* How many tokens the kills lost, and how many errors SQLite finds. */
static long lost, broken;

static void add_accounts(void)
{
    char phc[PASSWORD_HASH_SIZE], count[16];

    database_phc(phc, target_password("all"));
    snprintf(count, sizeof count, "%d", ACCOUNTS);
    database_change(&target,
                    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL"
                    "  SELECT i + 1 FROM n WHERE i + 1 < CAST(?2 AS INTEGER))"
                    " INSERT INTO accounts(name, phc) SELECT 'k' || i, ?1"
                    " FROM n",
                    phc, count);
}

/* How many of the tokens from number FIRST on are not valid. */
static long bad_tokens(int first)
{
    struct http http;
    char name[TARGET_NAME];
    long bad = 0;

    http_open(&http, target.fixture.url, NULL);
    for (int i = first; i < atomic_load(&granted); i++) {
        snprintf(name, sizeof name, "k%d", grants[i].user);
        bad += http_ask(&http, name, grants[i].token, "friend") != 200;
    }
    http_close(&http);
    return bad;
}

/* Logs in, each time as another user, until the server is dead. */
static void *log_in(void *context)
{
    struct http *http = context;
    char name[TARGET_NAME], token[KIT_TOKEN_MAX + 1];

    http_open(http, target.fixture.url, NULL);
    for (;;) {
        int number = atomic_fetch_add(&next, 1);

        ck_assert_int_lt(number, LOGINS);
        snprintf(name, sizeof name, "k%d", number % ACCOUNTS);
        if (http_login(http, name, target_password("all"), token) == 0)
            break;
        if (http->status == 200) {
            struct grant *grant = &grants[atomic_fetch_add(&granted, 1)];

            grant->user = number % ACCOUNTS;
            memcpy(grant->token, token, sizeof token);
        }
    }
    http_close(http);
    return NULL;
}

/* Waits for a random number of logins; there were FIRST before. */
static void any_moment(int first)
{
    uint32_t drawn[2];

    ck_assert_int_eq(kit_random(drawn, sizeof drawn), 0);
    while (atomic_load(&granted) - first < (int)(drawn[0] % LOGINS_MOST))
        stopwatch_wait_until(stopwatch_now() + 1);
    stopwatch_wait_until(stopwatch_now() +
                         (drawn[1] % (MOMENT_MS * 1000)) / 1e3);
}

/* Starts the server; adds the milliseconds until it is ready. */
static void restart(struct times *times)
{
    double began = stopwatch_now();

    target_serve(&target, NULL, NULL);
    times_add(times, stopwatch_now() - began);
}

/* Kills the server, checks what is left, and stops it as usual. */
static void kill_once(void)
{
    static struct http clients[CLIENTS];
    int first = atomic_load(&granted);
    struct threads threads;

    threads_begin(&threads, CLIENTS, log_in, clients, sizeof clients[0]);
    any_moment(first);
    target_kill(&target);
    threads_end(&threads);
    restart(&killed);
    broken += database_complaints(&target);
    lost += bad_tokens(first);
    target_stop(&target);
    restart(&stopped);
}

static void setup(void)
{
    setup_accounts();
    add_accounts();
    target_serve(&target, NULL, NULL);
    ck_assert_int_eq(target_login(&target, "friend"), 200);
}

START_TEST(at_any_moment)
{
    row_begin("11 kill -9 at 100 random moments under load");
    for (int i = 0; i < KILLS; i++)
        kill_once();
    figure_least("logins that were answered with a token",
                 atomic_load(&granted), "", ENOUGH);
    figure_is("their tokens that are invalid after a kill", lost, 0);
    figure_is("... or invalid at the end", bad_tokens(0), 0);
    figure_is("errors that SQLite finds in the file", broken, 0);
    figure_times("ready again, compared with SIGTERM", &killed, &stopped,
                 RATIO);
    times_free(&killed);
    times_free(&stopped);
    row_end();
}
END_TEST

TEST_SUITE(kill, 240, setup, teardown_target)
{
    tcase_add_test(tcase, at_any_moment);
}
