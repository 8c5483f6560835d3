/* SPDX-License-Identifier: MIT */
/*
 * Tampered values in the database. Using them would take minutes or gigabytes,
 * or overflow. The server rejects them before it does any work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/harmless.h"
#include "tests/support/http_client.h"
#include "tests/support/suites.h"

enum {
    TIMES = 9, /* logins with each row */
    /* To reject a row, the server reads it, and some have 4 MB. */
    RATIO = 10,
    RATIO_HASHED = 3,
    GROWN_KIB = 1024,
    CACHE_KIB = 2048, /* what SQLite may cache of a large table */
};

/* --- Tampered values ------------------------------------------------------ */

/* In the stored form of a password, OLD is replaced by each of NEW. */
static const struct {
    const char *old, *new[16]; /* up to a NULL */
} replaced[] = {
    {"ln=10",
     {"ln=31", "ln=18", "ln=9", "ln=0", "ln=63", "ln=64", "ln=-10", "ln=+10",
      "ln=010", "ln= 10", "ln=0xa", "ln=4294967306", "ln=18446744073709551626",
      "ln=", "N=1024"}},
    {"ln=10,", {""}},
    {"r=8",
     {"r=0", "r=1", "r=9", "r=80", "r=-8", "r=4294967296", "r=4294967304",
      "r=1073741824"}},
    {"p=5", {"p=0", "p=11", "p=99", "p=-5", "p=4294967301", "p=1073741823"}},
    {"ln=10,r=8,p=5", {"p=5,r=8,ln=10"}},
    {",p=5", {",p=5,x=1", ",p=5,p=5"}},
    {"$scrypt$", {"$argon2id$", "$SCRYPT$", "scrypt$", "$scrypt$v=1$"}},
    {"$", {"$$"}},
    {"p=5$", {"p=5$AAAA"}},
};

/* SQL that replaces ?1, the stored form of a password. */
static const char *const forms[] = {
    /* Other schemes, and no password hash at all. */
    "'$2b$31$0123456789012345678901uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu'",
    "'victim-keep-this-to-yourself'",
    "'*'",
    "''",
    "'$scrypt$'",

    /* A salt and a hash that are truncated, too long or malformed. */
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

    /* Other types, and texts that only SQL allows. */
    "CAST(?1 || x'00' AS TEXT)",
    "CAST(x'00' || ?1 AS TEXT)",
    "CAST(substr(?1, 1, 30) || x'00' || substr(?1, 31) AS TEXT)",
    "CAST(x'ff' || ?1 AS TEXT)",
    "10",
    "1e308",
    "x''",
    "zeroblob(100)",
    "zeroblob(4000000)",
    "hex(zeroblob(2000000))",
    "?1 || hex(zeroblob(2000000))",
};

/* In a session, COLUMN is set to each of VALUES, in SQL. */
static const struct {
    const char *column, *values[8]; /* up to a NULL */
} session[] = {
    {"ticket_key",
     {"x''", "x'00'", "zeroblob(33)", "zeroblob(4000000)", "'text'"}},
    {"user",
     {"''", "'nobody'", "hex(zeroblob(100))", "'u00' || char(0)",
      "hex(zeroblob(2000000))", "7"}},
    {"ip", {"hex(zeroblob(100))", "hex(zeroblob(2000000))", "x'00ff'"}},
    {"expires", {"'never'", "1e308", "-1"}},
    {"port", {"'x'", "1e308", "-1"}},
};

/* --- The tests ------------------------------------------------------------ */

static char rows[128][128]; /* replacements and forms, in SQL */
static size_t row_count;
static struct http http;
static struct times times, baseline;
static long memory, peak; /* of the server, before the attack */

static void make_rows(void)
{
    for (size_t i = 0; i < COUNT(replaced); i++) {
        for (int j = 0; replaced[i].new[j] != NULL; j++)
            snprintf(rows[row_count++], sizeof rows[0],
                     "replace(?1, '%s', '%s')", replaced[i].old,
                     replaced[i].new[j]);
    }
    for (size_t i = 0; i < COUNT(forms); i++)
        snprintf(rows[row_count++], sizeof rows[0], "%s", forms[i]);
}

static void setup(void)
{
    const char *const cheap[] = {"--scrypt-ln", "10", NULL};

    setup_accounts();
    target_serve(&target, cheap, NULL);
    target_log_in(&target);
    http_open(&http, target.fixture.url, NULL);
    make_rows();
}

static void teardown(void)
{
    http_close(&http);
    times_free(&times);
    times_free(&baseline);
    teardown_target();
}

static void watch_memory(void)
{
    memory = target_memory(&target);
    peak = target_peak(&target);
}

static void judge_memory(int limit)
{
    figure_most("memory has grown by",
                (double)(target_memory(&target) - memory), "KiB", limit);
    figure_most("peak memory has grown by",
                (double)(target_peak(&target) - peak), "KiB", limit);
}

static char *stored(const char *name)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT phc FROM accounts WHERE name = '%s'",
             name);
    return database_text(&target, sql);
}

/* Gives NAME tampered form number ROW of KEPT. */
static void tamper(const char *name, size_t row, const char *kept)
{
    char sql[512];
    int len =
        snprintf(sql, sizeof sql,
                 "UPDATE accounts SET phc = %s WHERE name = ?2", rows[row]);

    ck_assert_int_lt(len, (int)sizeof sql);
    database_change(&target, sql, kept, name);
}

/*
 * The median of TIMES logins of "victim" with the right password. Sets STATUS
 * to that of all of them, or to -1 if they differ.
 */
static double login(int *status)
{
    char token[KIT_TOKEN_MAX + 1];
    double ms[TIMES];

    for (int i = 0; i < TIMES; i++) {
        http_login(&http, "victim", target_password("victim"), token);
        ms[i] = http.ms;
        *status = i == 0 || http.status == *status ? http.status : -1;
    }
    return percentile(ms, TIMES, 0.5);
}

/* The same for an M3 with a token that does not exist. */
static double ask(void)
{
    double ms[TIMES];

    for (int i = 0; i < TIMES; i++) {
        http_ask(&http, "u00", "0123456789abcdef0123456789abcdef", "u01");
        ms[i] = http.ms;
    }
    return percentile(ms, TIMES, 0.5);
}

START_TEST(passwords)
{
    char *kept = stored("victim");
    long wrong = 0;
    int status;

    row_begin("16 logins to tampered password rows");
    login(&status);
    figure_is("before", status, 200);
    watch_memory();
    for (size_t i = 0; i < row_count; i++) {
        tamper("victim", i, kept);
        times_add(&times, login(&status));
        if (status != 500)
            fprintf(stderr, "%s: status %d instead of 500\n", rows[i], status);
        wrong += status != 500;
        times_add(&baseline, ask());
    }
    figure_note("rows", (double)row_count, "");
    figure_is("not refused", wrong, 0);
    /* Each is a median, so a slow one is due to the row, not the machine. */
    figure_quantile("rejecting the slowest row", &times, &baseline, 1, RATIO,
                    0);
    judge_memory(GROWN_KIB);
    database_change(&target, "UPDATE accounts SET phc = ?1 WHERE name = ?2",
                    kept, "victim");
    login(&status);
    figure_is("after the row is restored", status, 200);
    free(kept);
    row_end();
}
END_TEST

/*
 * A login with an unknown name costs as much as one with a known name. A
 * damaged row must not change that, and must not affect other accounts.
 */
START_TEST(newest)
{
    char *kept = stored("friend");
    long wrong = 0, others = 0;

    row_begin("16 unknown names while the newest row is tampered");
    ck_assert_int_eq(target_login(&target, "u00"), 200);
    watch_memory();
    for (size_t i = 0; i < row_count; i++) {
        char name[32], token[KIT_TOKEN_MAX + 1];

        tamper("friend", i, kept);
        snprintf(name, sizeof name, "nobody%zu", i);
        wrong += http_login(&http, name, "guess", token) != 401;
        times_add(&times, http.ms);
        others += http_login(&http, "victim", target_password("victim"),
                             token) != 200;
        times_add(&baseline, http.ms);
    }
    figure_is("not answered with 401", wrong, 0);
    figure_times("they take", &times, &baseline, RATIO_HASHED);
    figure_is("others who could not log in meanwhile", others, 0);
    judge_memory(GROWN_KIB);
    free(kept);
    row_end();
}
END_TEST

/*
 * Sets COLUMN of two sessions to VALUE. The owner of one sends an M3, and
 * another user sends an M3 for the owner of the other. Returns how many of the
 * two get no answer.
 */
static int tamper_sessions(int number, const char *column, const char *value)
{
    int asking = 20 + number, asked = number;
    char sql[128];

    snprintf(sql, sizeof sql,
             "UPDATE sessions SET %s = %s WHERE user IN (?1, ?2)", column,
             value);
    database_change(&target, sql, target.names[asking], target.names[asked]);
    return (http_ask(&http, target.names[asking], target.tokens[asking],
                     "u63") == 0) +
           (http_ask(&http, "u61", target.tokens[61], target.names[asked]) ==
            0);
}

START_TEST(sessions)
{
    long broken = 0;
    int count = 0;

    row_begin("16 M3 with tampered sessions");
    for (int i = 0; i < TARGET_USERS - 1; i++)
        broken +=
            http_ask(&http, target.names[i], target.tokens[i], "u63") != 200;
    figure_is("M3 not answered with 200 before", broken, 0);
    watch_memory();
    for (size_t i = 0; i < COUNT(session); i++) {
        for (int j = 0; session[i].values[j] != NULL; j++)
            broken += tamper_sessions(count++, session[i].column,
                                      session[i].values[j]);
    }
    figure_note("rows", count, "");
    figure_is("M3 without an answer when tampered", broken, 0);
    judge_memory(CACHE_KIB);
    figure_is("a good M3 afterwards",
              http_ask(&http, "u62", target.tokens[62], "u63"), 200);
    row_end();
}
END_TEST

/* "chat-server users" escapes tampered names. */
START_TEST(names)
{
    struct process *p;
    long lines;

    row_begin("16 the list of accounts with tampered names");
    database_change(&target,
                    "UPDATE accounts SET name = char(27) || '[2J' || char(10)"
                    " || char(155, 8238) WHERE name IN (?1, ?2)",
                    "victim", "nobody");
    p = process_words(NULL, target.program, "users", "--db", target.fixture.db,
                      NULL);
    process_exits(p, 0);
    figure_is("lines that a terminal would obey",
              harmful_lines(p->out.bytes, p->out.len, &lines), 0);
    figure_is("lines", lines,
              1 + database_number(&target, "SELECT count(*) FROM accounts"));
    process_end(p);
    row_end();
}
END_TEST

TEST_SUITE(tampered, 120, setup, teardown)
{
    tcase_add_tests(tcase, passwords, newest, sessions, names);
}
