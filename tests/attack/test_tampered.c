/* SPDX-License-Identifier: MIT */
/*
 * Somebody has written into the database what would cost minutes, gigabytes
 * or an overflow to believe. It is refused before any work is done.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/figure.h"
#include "tests/attack/harmless.h"
#include "tests/attack/ledger.h"
#include "tests/attack/storm.h"

enum {
    TIMES = 9,
    GROWTH_KIB = 1024,
    CACHE_KIB = 2048, /* SQLite may keep so much of a table that is large */
};

static struct target target;

static void setup(void)
{
    const char *const cheap[] = {"--scrypt-ln", "10", NULL};

    target_open(&target, "10");
    target_serve(&target, cheap, NULL);
    target_crowd(&target);
}

static void teardown(void)
{
    target_close(&target);
}

/* What ?1, the stored form of the right password, becomes, in SQL. */
static const char *const forms[] = {
    /* Parameters. */
    "replace(?1, 'ln=10', 'ln=31')",
    "replace(?1, 'ln=10', 'ln=18')",
    "replace(?1, 'ln=10', 'ln=9')",
    "replace(?1, 'ln=10', 'ln=0')",
    "replace(?1, 'ln=10', 'ln=63')",
    "replace(?1, 'ln=10', 'ln=64')",
    "replace(?1, 'ln=10', 'ln=-10')",
    "replace(?1, 'ln=10', 'ln=+10')",
    "replace(?1, 'ln=10', 'ln=010')",
    "replace(?1, 'ln=10', 'ln= 10')",
    "replace(?1, 'ln=10', 'ln=0xa')",
    "replace(?1, 'ln=10', 'ln=4294967306')",
    "replace(?1, 'ln=10', 'ln=18446744073709551626')",
    "replace(?1, 'ln=10', 'ln=')",
    "replace(?1, 'ln=10,', '')",
    "replace(?1, 'ln=10', 'N=1024')",
    "replace(?1, 'r=8', 'r=0')",
    "replace(?1, 'r=8', 'r=1')",
    "replace(?1, 'r=8', 'r=9')",
    "replace(?1, 'r=8', 'r=80')",
    "replace(?1, 'r=8', 'r=-8')",
    "replace(?1, 'r=8', 'r=4294967296')",
    "replace(?1, 'r=8', 'r=4294967304')",
    "replace(?1, 'r=8', 'r=1073741824')",
    "replace(?1, 'p=5', 'p=0')",
    "replace(?1, 'p=5', 'p=11')",
    "replace(?1, 'p=5', 'p=99')",
    "replace(?1, 'p=5', 'p=-5')",
    "replace(?1, 'p=5', 'p=4294967301')",
    "replace(?1, 'p=5', 'p=1073741823')",
    "replace(?1, 'ln=10,r=8,p=5', 'p=5,r=8,ln=10')",
    "replace(?1, ',p=5', ',p=5,x=1')",
    "replace(?1, ',p=5', ',p=5,p=5')",

    /* Schemes. */
    "replace(?1, '$scrypt$', '$argon2id$')",
    "replace(?1, '$scrypt$', '$SCRYPT$')",
    "replace(?1, '$scrypt$', 'scrypt$')",
    "replace(?1, '$scrypt$', '$scrypt$v=1$')",
    "'$2b$31$0123456789012345678901uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu'",
    "'victim-keep-this-to-yourself'",
    "'*'",
    "''",
    "'$scrypt$'",

    /* Salt and hash, cut, stretched, spoilt. */
    "substr(?1, 1, length(?1) - 1)",
    "substr(?1, 1, length(?1) - 43)",
    "substr(?1, 1, length(?1) - 44)",
    "substr(?1, 1, length(?1) - 66)",
    "substr(?1, 2)",
    "?1 || '='",
    "?1 || 'A'",
    "?1 || '$'",
    "?1 || ' '",
    "?1 || char(10)",
    "' ' || ?1",
    "?1 || ?1",
    "substr(?1, 1, length(?1) - 1) || '*'",
    "substr(?1, 1, length(?1) - 1) || '-'",
    "substr(?1, 1, length(?1) - 1) || char(27)",
    "replace(?1, '$', '$$')",
    "replace(?1, 'p=5$', 'p=5$AAAA')",

    /* Other types, and what SQL lets a text be. */
    "CAST(?1 || x'00' AS TEXT)",
    "CAST(x'00' || ?1 AS TEXT)",
    "CAST(substr(?1, 1, 30) || x'00' || substr(?1, 31) AS TEXT)",
    "CAST(x'ff' || ?1 AS TEXT)",
    "10",
    "1e308",
    "x''",
    "zeroblob(100)",
    "zeroblob(10000000)",
    "hex(zeroblob(2000000))",
    "?1 || hex(zeroblob(2000000))",
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Gives NAME the stored form FORM of KEPT. */
static void tamper(const char *name, const char *form, const char *kept)
{
    char sql[512];

    snprintf(sql, sizeof sql, "UPDATE accounts SET phc = %s WHERE name = ?2",
             form);
    ledger_change(&target, sql, kept, name);
}

/* The right password of NAME, TIMES: the median; STATUS is the worst one. */
static double login(struct http *http, const char *name, int *status)
{
    char token[KIT_STR16_MAX + 1];
    double ms[TIMES];

    *status = 0;
    for (int i = 0; i < TIMES; i++) {
        int one = http_login(http, name, target_password(name), token);

        ms[i] = http->ms;
        if (*status == 0 || one == 200)
            *status = one;
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
    char *kept =
        ledger_text(&target, "SELECT phc FROM accounts WHERE name = 'victim'");
    struct http http;
    double slowest = 0;
    long wrong = 0, before, peak;
    int status;

    row_begin("16 logins to tampered password rows");
    http_open(&http, target.stage.url, NULL);
    login(&http, "victim", &status);
    figure_is("before", status, 200);
    before = target_memory(&target);
    peak = target_peak(&target);
    for (size_t i = 0; i < COUNT(forms); i++) {
        double ms;

        tamper("victim", forms[i], kept);
        ms = login(&http, "victim", &status);
        if (status != 500 || ms >= 5)
            fprintf(stderr, "%s: %d, %.1f ms\n", forms[i], status, ms);
        wrong += status != 500;
        slowest = ms > slowest ? ms : slowest;
    }
    figure_note("rows", COUNT(forms), "");
    figure_is("not refused", wrong, 0);
    figure_time("the slowest refusal (of medians)", slowest, 5);
    show_memory(before, peak, GROWTH_KIB);
    tamper("victim", "?1", kept);
    login(&http, "victim", &status);
    figure_is("when all is as it was", status, 200);
    http_close(&http);
    free(kept);
    row_end();
}
END_TEST

/*
 * A name that nobody has costs what the newest account costs, if that can be
 * believed; and it is none but the newest account who is hurt.
 */
START_TEST(newest)
{
    char *kept =
        ledger_text(&target, "SELECT phc FROM accounts WHERE name = 'friend'");
    struct http http;
    double slowest = 0;
    long wrong = 0, others = 0, before, peak;

    row_begin("16 unknown names while the newest row is tampered");
    ck_assert_int_eq(target_login(&target, "u00"), 200);
    before = target_memory(&target);
    peak = target_peak(&target);
    for (size_t i = 0; i < COUNT(forms); i++) {
        char name[32], token[KIT_STR16_MAX + 1];

        tamper("friend", forms[i], kept);
        snprintf(name, sizeof name, "nobody%zu", i);
        http_open(&http, target.stage.url, NULL);
        wrong += http_login(&http, name, "guess", token) != 401;
        slowest = http.ms > slowest ? http.ms : slowest;
        others +=
            http_login(&http, "u01", target_password("u01"), token) != 200;
        http_close(&http);
    }
    figure_is("not answered with 401", wrong, 0);
    figure_time("the slowest of them", slowest, 1000);
    figure_is("others who could not log in meanwhile", others, 0);
    show_memory(before, peak, GROWTH_KIB);
    free(kept);
    row_end();
}
END_TEST

/* What a session may be after somebody has written into it. */
static const char *const spoilt[] = {
    "ticket_key = x''",
    "ticket_key = x'00'",
    "ticket_key = zeroblob(33)",
    "ticket_key = zeroblob(10000000)",
    "ticket_key = 'text'",
    "user = ''",
    "user = 'nobody'",
    "user = hex(zeroblob(100))",
    "user = 'u00' || char(0)",
    "user = hex(zeroblob(2000000))",
    "user = 7",
    "ip = hex(zeroblob(100))",
    "ip = hex(zeroblob(2000000))",
    "ip = x'00ff'",
    "expires = 'never'",
    "expires = 1e308",
    "expires = -1",
    "port = 'x'",
    "port = 1e308",
    "port = -1",
};

/* The owner of the session asks, and so does somebody for its owner. */
START_TEST(sessions)
{
    struct http http;
    long broken = 0, before, peak;

    row_begin("16 M3 with tampered sessions");
    http_open(&http, target.stage.url, NULL);
    for (int i = 0; i < TARGET_CROWD - 1; i++)
        broken +=
            http_ask(&http, target.names[i], target.tokens[i], "u63") != 200;
    figure_is("questions without an answer before", broken, 0);
    before = target_memory(&target);
    peak = target_peak(&target);
    for (size_t i = 0; i < COUNT(spoilt); i++) {
        const char *asking = target.names[20 + i], *asked = target.names[i];
        char sql[128];

        snprintf(sql, sizeof sql,
                 "UPDATE sessions SET %s WHERE user IN (?1, ?2)", spoilt[i]);
        ledger_change(&target, sql, asking, asked);
        broken += http_ask(&http, asking, target.tokens[20 + i], "u63") == 0;
        broken += http_ask(&http, "u61", target.tokens[61], asked) == 0;
    }
    figure_note("rows", COUNT(spoilt), "");
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
    char *argv[] = {program, "users", "--db", target.stage.db, NULL};
    struct process *p;
    long lines;

    row_begin("16 the list of accounts with tampered names");
    ledger_change(&target,
                  "UPDATE accounts SET name = char(27) || '[2J' || char(10)"
                  " || char(155, 8238) WHERE name IN (?1, ?2)",
                  "victim", "nobody");
    snprintf(program, sizeof program, "%s/chat-server", stage_builds[0]);
    p = process_start(argv);
    process_exits(p, 0);
    figure_is("lines that a terminal would obey",
              harmful_lines(p->out.bytes, p->out.len, &lines), 0);
    figure_is("lines", lines,
              1 + ledger_number(&target, "SELECT count(*) FROM accounts"));
    process_end(p);
    row_end();
}
END_TEST

Suite *tampered_suite(void);

Suite *tampered_suite(void)
{
    Suite *suite = suite_create("tampered");
    TCase *tc = tcase_create("tampered");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, passwords);
    tcase_add_test(tc, newest);
    tcase_add_test(tc, sessions);
    tcase_add_test(tc, names);
    suite_add_tcase(suite, tc);
    return suite;
}
