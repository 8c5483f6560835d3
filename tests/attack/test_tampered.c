/* SPDX-License-Identifier: MIT */
/*
 * Somebody has written into the database what would cost minutes, gigabytes
 * or an overflow to believe. It is refused before any work is done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/harmless.h"
#include "tests/attack/tampers.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"

enum {
    TIMES = 9, /* each row */
    /* To refuse a row it is read, and some have 4 MB. */
    RATIO = 10,
    RATIO_HASHED = 3,
    GROWTH_KIB = 1024,
    CACHE_KIB = 2048, /* SQLite may keep so much of a table that is large */
};

static struct target target;

static void setup(void)
{
    const char *const cheap[] = {"--scrypt-ln", "10", NULL};

    target_open(&target, "10");
    target_serve(&target, cheap, NULL);
    target_log_in(&target);
}

static void teardown(void)
{
    target_close(&target);
}

/* Gives NAME the stored form FORM of KEPT. */
static void tamper(const char *name, const char *form, const char *kept)
{
    char sql[512];

    snprintf(sql, sizeof sql, "UPDATE accounts SET phc = %s WHERE name = ?2",
             form);
    database_change(&target, sql, kept, name);
}

/*
 * The right password of NAME, TIMES: their median. STATUS is what all of them
 * were answered with, or -1.
 */
static double login(struct http *http, const char *name, int *status)
{
    char token[KIT_TOKEN_MAX + 1];
    double ms[TIMES];
    int all = 0;

    for (int i = 0; i < TIMES; i++) {
        int one = http_login(http, name, target_password(name), token);

        ms[i] = http->ms;
        all = i == 0 || one == all ? one : -1;
    }
    *status = all;
    return percentile(ms, TIMES, 0.5);
}

/* The same for an M3 with a token that was never given out. */
static double ask(struct http *http)
{
    double ms[TIMES];

    for (int i = 0; i < TIMES; i++) {
        http_ask(http, "u00", "0123456789abcdef0123456789abcdef", "u01");
        ms[i] = http->ms;
    }
    return percentile(ms, TIMES, 0.5);
}

/* Nothing of it stays in memory, and nothing was ever there. */
static void show_memory(long before, long peak, int limit)
{
    figure_most("memory that stays", (double)(target_memory(&target) - before),
                "KiB", limit);
    figure_most("memory at the most", (double)(target_peak(&target) - peak),
                "KiB", limit);
}

START_TEST(passwords)
{
    char *kept = database_text(
        &target, "SELECT phc FROM accounts WHERE name = 'victim'");
    struct times refusals = {.count = 0}, baseline = {.count = 0};
    struct http http;
    long wrong = 0, before, peak;
    int status;

    row_begin("16 logins to tampered password rows");
    http_open(&http, target.fixture.url, NULL);
    login(&http, "victim", &status);
    figure_is("before", status, 200);
    before = target_memory(&target);
    peak = target_peak(&target);
    for (size_t i = 0; i < tampered_row_count; i++) {
        double ms;

        tamper("victim", tampered_rows[i], kept);
        ms = login(&http, "victim", &status);
        if (status != 500)
            fprintf(stderr, "%s: %d, %.1f ms\n", tampered_rows[i], status, ms);
        wrong += status != 500;
        times_add(&refusals, ms);
        times_add(&baseline, ask(&http));
    }
    figure_note("rows", (double)tampered_row_count, "");
    figure_is("not refused", wrong, 0);
    /* Each is a median, so it is the row that is slow and not the machine. */
    figure_quantile("the slowest row's refusal", &refusals, &baseline, 1, RATIO,
                    0);
    show_memory(before, peak, GROWTH_KIB);
    tamper("victim", "?1", kept);
    login(&http, "victim", &status);
    figure_is("when all is as it was", status, 200);
    http_close(&http);
    times_free(&refusals);
    times_free(&baseline);
    free(kept);
    row_end();
}
END_TEST

/*
 * An unknown name costs what the accounts do. A damaged row does not count,
 * and only its own account cannot log in.
 */
START_TEST(newest)
{
    char *kept = database_text(
        &target, "SELECT phc FROM accounts WHERE name = 'friend'");
    struct times unknown = {.count = 0}, baseline = {.count = 0};
    struct http http;
    long wrong = 0, others = 0, before, peak;

    row_begin("16 unknown names while the newest row is tampered");
    ck_assert_int_eq(target_login(&target, "u00"), 200);
    before = target_memory(&target);
    peak = target_peak(&target);
    for (size_t i = 0; i < tampered_row_count; i++) {
        char name[32], token[KIT_TOKEN_MAX + 1];

        tamper("friend", tampered_rows[i], kept);
        snprintf(name, sizeof name, "nobody%zu", i);
        http_open(&http, target.fixture.url, NULL);
        wrong += http_login(&http, name, "guess", token) != 401;
        times_add(&unknown, http.ms);
        others += http_login(&http, "victim", target_password("victim"),
                             token) != 200;
        times_add(&baseline, http.ms);
        http_close(&http);
    }
    figure_is("not answered with 401", wrong, 0);
    figure_times("they take", &unknown, &baseline, RATIO_HASHED);
    times_free(&unknown);
    times_free(&baseline);
    figure_is("others who could not log in meanwhile", others, 0);
    show_memory(before, peak, GROWTH_KIB);
    free(kept);
    row_end();
}
END_TEST

/* The owner of the session asks, and so does somebody for its owner. */
START_TEST(sessions)
{
    struct http http;
    long broken = 0, before, peak;

    row_begin("16 M3 with tampered sessions");
    http_open(&http, target.fixture.url, NULL);
    for (int i = 0; i < TARGET_USERS - 1; i++)
        broken +=
            http_ask(&http, target.names[i], target.tokens[i], "u63") != 200;
    figure_is("questions without an answer before", broken, 0);
    before = target_memory(&target);
    peak = target_peak(&target);
    for (size_t i = 0; i < tampered_session_count; i++) {
        const char *asking = target.names[20 + i], *asked = target.names[i];
        char sql[128];

        snprintf(sql, sizeof sql,
                 "UPDATE sessions SET %s WHERE user IN (?1, ?2)",
                 tampered_sessions[i]);
        database_change(&target, sql, asking, asked);
        broken += http_ask(&http, asking, target.tokens[20 + i], "u63") == 0;
        broken += http_ask(&http, "u61", target.tokens[61], asked) == 0;
    }
    figure_note("rows", (double)tampered_session_count, "");
    figure_is("and then", broken, 0);
    show_memory(before, peak, CACHE_KIB);
    figure_is("a good one then",
              http_ask(&http, "u62", target.tokens[62], "u63"), 200);
    http_close(&http);
    row_end();
}
END_TEST

/* The instructor looks who is there, and sees that somebody has been. */
START_TEST(names)
{
    char program[PATH_SIZE];
    char *argv[] = {program, "users", "--db", target.fixture.db, NULL};
    struct process *p;
    long lines;

    row_begin("16 the list of accounts with tampered names");
    database_change(&target,
                    "UPDATE accounts SET name = char(27) || '[2J' || char(10)"
                    " || char(155, 8238) WHERE name IN (?1, ?2)",
                    "victim", "nobody");
    snprintf(program, sizeof program, "%s/chat-server", fixture_builds[0]);
    p = process_start(argv);
    process_exits(p, 0);
    figure_is("lines that a terminal would obey",
              harmful_lines(p->out.bytes, p->out.len, &lines), 0);
    figure_is("lines", lines,
              1 + database_number(&target, "SELECT count(*) FROM accounts"));
    process_end(p);
    row_end();
}
END_TEST

TEST_SUITE(tampered)
{
    Suite *suite = suite_create("tampered");
    TCase *tc = suite_add_case(suite, "tampered");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_tests(tc, passwords, newest, sessions, names);
    return suite;
}
