/* SPDX-License-Identifier: MIT */
/*
 * Values in the database that would take minutes, gigabytes or an overflow to
 * believe. The server refuses them before it does any work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/harmless.h"
#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/suites.h"

enum {
    TIMES = 9, /* each row */
    /* The server reads a row to refuse it, and some have 4 MB. */
    RATIO = 10,
    RATIO_HASHED = 3,
    GROWN_KIB = 1024,
    CACHE_KIB = 2048, /* SQLite may keep so much of a large table */
};

/* --- What somebody may have written into the database -------------------- */

/* In the stored form of a password, one text is replaced by another. */
static const struct {
    const char *old, *new;
} replaced[] = {
    {"ln=10", "ln=31"},
    {"ln=10", "ln=18"},
    {"ln=10", "ln=9"},
    {"ln=10", "ln=0"},
    {"ln=10", "ln=63"},
    {"ln=10", "ln=64"},
    {"ln=10", "ln=-10"},
    {"ln=10", "ln=+10"},
    {"ln=10", "ln=010"},
    {"ln=10", "ln= 10"},
    {"ln=10", "ln=0xa"},
    {"ln=10", "ln=4294967306"},
    {"ln=10", "ln=18446744073709551626"},
    {"ln=10", "ln="},
    {"ln=10,", ""},
    {"ln=10", "N=1024"},
    {"r=8", "r=0"},
    {"r=8", "r=1"},
    {"r=8", "r=9"},
    {"r=8", "r=80"},
    {"r=8", "r=-8"},
    {"r=8", "r=4294967296"},
    {"r=8", "r=4294967304"},
    {"r=8", "r=1073741824"},
    {"p=5", "p=0"},
    {"p=5", "p=11"},
    {"p=5", "p=99"},
    {"p=5", "p=-5"},
    {"p=5", "p=4294967301"},
    {"p=5", "p=1073741823"},
    {"ln=10,r=8,p=5", "p=5,r=8,ln=10"},
    {",p=5", ",p=5,x=1"},
    {",p=5", ",p=5,p=5"},
    {"$scrypt$", "$argon2id$"},
    {"$scrypt$", "$SCRYPT$"},
    {"$scrypt$", "scrypt$"},
    {"$scrypt$", "$scrypt$v=1$"},
    {"$", "$$"},
    {"p=5$", "p=5$AAAA"},
};

/* In SQL, what ?1, the stored form, becomes. */
static const char *const forms[] = {
    /* Other schemes, and no password hash at all. */
    "'$2b$31$0123456789012345678901uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu'",
    "'victim-keep-this-to-yourself'",
    "'*'",
    "''",
    "'$scrypt$'",

    /* A salt and a hash that are cut, too long or malformed. */
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

    /* Other types, and whatever SQL allows in a text. */
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

enum { ROWS = COUNT(replaced) + COUNT(forms) };

static const struct {
    const char *column, *value; /* in SQL */
} session_values[] = {
    {"ticket_key", "x''"},
    {"ticket_key", "x'00'"},
    {"ticket_key", "zeroblob(33)"},
    {"ticket_key", "zeroblob(4000000)"},
    {"ticket_key", "'text'"},
    {"user", "''"},
    {"user", "'nobody'"},
    {"user", "hex(zeroblob(100))"},
    {"user", "'u00' || char(0)"},
    {"user", "hex(zeroblob(2000000))"},
    {"user", "7"},
    {"ip", "hex(zeroblob(100))"},
    {"ip", "hex(zeroblob(2000000))"},
    {"ip", "x'00ff'"},
    {"expires", "'never'"},
    {"expires", "1e308"},
    {"expires", "-1"},
    {"port", "'x'"},
    {"port", "1e308"},
    {"port", "-1"},
};

/* --- The tests ------------------------------------------------------------ */

static struct http http;
static struct times times, baseline;
static long memory, peak; /* of the server, before the attack */

static void setup(void)
{
    const char *const cheap[] = {"--scrypt-ln", "10", NULL};

    setup_accounts();
    target_serve(&target, cheap, NULL);
    target_log_in(&target);
    http_open(&http, target.fixture.url, NULL);
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
    figure_most("memory that stays", (double)(target_memory(&target) - memory),
                "KiB", limit);
    figure_most("memory at most", (double)(target_peak(&target) - peak), "KiB",
                limit);
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
    char form[256], sql[512];

    if (row < COUNT(replaced))
        snprintf(form, sizeof form, "replace(?1, '%s', '%s')",
                 replaced[row].old, replaced[row].new);
    else
        snprintf(form, sizeof form, "%s", forms[row - COUNT(replaced)]);
    snprintf(sql, sizeof sql, "UPDATE accounts SET phc = %s WHERE name = ?2",
             form);
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
    for (size_t i = 0; i < ROWS; i++) {
        tamper("victim", i, kept);
        times_add(&times, login(&status));
        if (status != 500)
            fprintf(stderr, "row %zu: %d\n", i, status);
        wrong += status != 500;
        times_add(&baseline, ask());
    }
    figure_note("rows", ROWS, "");
    figure_is("not refused", wrong, 0);
    /* Each is a median, so it is the row that is slow and not the machine. */
    figure_quantile("the slowest row's refusal", &times, &baseline, 1, RATIO,
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
 * An unknown name costs what the accounts do. A damaged row does not count,
 * and only its own account cannot log in.
 */
START_TEST(newest)
{
    char *kept = stored("friend");
    long wrong = 0, others = 0;

    row_begin("16 unknown names while the newest row is tampered");
    ck_assert_int_eq(target_login(&target, "u00"), 200);
    watch_memory();
    for (size_t i = 0; i < ROWS; i++) {
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

/* The owner of the session asks, and another user asks for the owner. */
START_TEST(sessions)
{
    long broken = 0;

    row_begin("16 M3 with tampered sessions");
    for (int i = 0; i < TARGET_USERS - 1; i++)
        broken +=
            http_ask(&http, target.names[i], target.tokens[i], "u63") != 200;
    figure_is("questions without an answer before", broken, 0);
    watch_memory();
    for (size_t i = 0; i < COUNT(session_values); i++) {
        const char *asking = target.names[20 + i], *asked = target.names[i];
        char sql[128];

        snprintf(sql, sizeof sql,
                 "UPDATE sessions SET %s = %s WHERE user IN (?1, ?2)",
                 session_values[i].column, session_values[i].value);
        database_change(&target, sql, asking, asked);
        broken += http_ask(&http, asking, target.tokens[20 + i], "u63") == 0;
        broken += http_ask(&http, "u61", target.tokens[61], asked) == 0;
    }
    figure_note("rows", (double)COUNT(session_values), "");
    figure_is("questions without an answer then", broken, 0);
    judge_memory(CACHE_KIB);
    figure_is("a good one then",
              http_ask(&http, "u62", target.tokens[62], "u63"), 200);
    row_end();
}
END_TEST

/* chat-server users prints the tampered names so that they can be seen. */
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
    return suite_make("tampered", 120, setup, teardown, passwords, newest,
                      sessions, names);
}
