/* SPDX-License-Identifier: MIT */
/* A connection of its own for every look: nothing is kept from the last. */
#include "tests/attack/ledger.h"

#include <check.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_MILLISECONDS = 5000 };

/* Runs SQL and returns the text of its first column, to be freed, or NULL. */
static char *run(const struct target *target, const char *sql, const char *one,
                 const char *two)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    char *text = NULL;
    int rc;

    ck_assert_int_eq(sqlite3_open(target->stage.db, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, BUSY_MILLISECONDS);
    rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    ck_assert_msg(rc == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    if (one != NULL)
        sqlite3_bind_text(statement, 1, one, -1, SQLITE_STATIC);
    if (two != NULL)
        sqlite3_bind_text(statement, 2, two, -1, SQLITE_STATIC);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW && sqlite3_column_text(statement, 0) != NULL)
        text = strdup((const char *)sqlite3_column_text(statement, 0));
    ck_assert_msg(rc == SQLITE_ROW || rc == SQLITE_DONE, "%s: %s", sql,
                  sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return text;
}

long ledger_number(const struct target *target, const char *sql)
{
    char *text = run(target, sql, NULL, NULL);
    long number;

    ck_assert_ptr_nonnull(text);
    number = strtol(text, NULL, 10);
    free(text);
    return number;
}

char *ledger_text(const struct target *target, const char *sql)
{
    char *text = run(target, sql, NULL, NULL);

    ck_assert_ptr_nonnull(text);
    return text;
}

void ledger_change(const struct target *target, const char *sql,
                   const char *one, const char *two)
{
    free(run(target, sql, one, two));
}

char *ledger_all(const struct target *target)
{
    return ledger_text(target,
                       "SELECT (SELECT group_concat(name || sql, x'0a')"
                       "  FROM sqlite_master) || x'0a' || (SELECT"
                       "  group_concat(id || ' ' || name || ' ' || phc, x'0a')"
                       "  FROM (SELECT * FROM accounts ORDER BY id))");
}

int ledger_is_sound(const struct target *target)
{
    char *word = ledger_text(target, "PRAGMA integrity_check");
    int sound = strcmp(word, "ok") == 0;

    free(word);
    return sound;
}
