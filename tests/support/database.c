/* SPDX-License-Identifier: MIT */
/* Direct access with SQLite, while the server runs. */
#include "tests/support/database.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base64.h"

sqlite3 *database_open(const struct target *target)
{
    sqlite3 *db;

    ck_assert_int_eq(
        sqlite3_open_v2(target->fixture.db, &db, SQLITE_OPEN_READWRITE, NULL),
        SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

/* Runs SQL and returns the text of its first column, to be freed, or NULL. */
static char *run(const struct target *target, const char *sql, const char *one,
                 const char *two)
{
    sqlite3 *db = database_open(target);
    sqlite3_stmt *statement = NULL;
    char *text = NULL;
    int rc;

    /* Tests crash programs, not the machine, so nothing needs fsync. */
    sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
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

long database_number(const struct target *target, const char *sql)
{
    char *text = run(target, sql, NULL, NULL);
    long number;

    ck_assert_ptr_nonnull(text);
    number = strtol(text, NULL, 10);
    free(text);
    return number;
}

char *database_text(const struct target *target, const char *sql)
{
    char *text = run(target, sql, NULL, NULL);

    ck_assert_ptr_nonnull(text);
    return text;
}

void database_change(const struct target *target, const char *sql,
                     const char *one, const char *two)
{
    free(run(target, sql, one, two));
}

char *database_all(const struct target *target)
{
    return database_text(
        target, "SELECT (SELECT group_concat(name || sql, x'0a')"
                "  FROM sqlite_master) || x'0a' || (SELECT"
                "  group_concat(id || ' ' || name || ' ' || phc, x'0a')"
                "  FROM (SELECT * FROM accounts ORDER BY id))");
}

/* For sqlite3_exec: every row is an error, except for the word "ok". */
static int complain(void *context, int count, char **values, char **names)
{
    long *complaints = context;

    *complaints += count < 1 || values[0] == NULL || strcmp(values[0], "ok");
    return 0;
}

long database_complaints(const struct target *target)
{
    sqlite3 *db = database_open(target);
    long found = 0;

    if (sqlite3_exec(db, "PRAGMA integrity_check; PRAGMA foreign_key_check",
                     complain, &found, NULL) != SQLITE_OK)
        found++;
    sqlite3_close(db);
    return found;
}

void database_phc(char out[PASSWORD_HASH_SIZE], const char *password)
{
    static const uint8_t salt[PASSWORD_HASH_SALT_LEN];
    uint8_t hash[PASSWORD_HASH_DIGEST_LEN];
    char text[2][KIT_BASE64_LEN(PASSWORD_HASH_DIGEST_LEN) + 1];

    ck_assert_int_eq(kit_scrypt(hash, sizeof hash, password, strlen(password),
                                salt, sizeof salt, PASSWORD_HASH_LN_MIN,
                                PASSWORD_HASH_R, 1),
                     0);
    ck_assert_int_eq(
        kit_base64_encode(text[0], sizeof text[0], salt, sizeof salt), 0);
    ck_assert_int_eq(
        kit_base64_encode(text[1], sizeof text[1], hash, sizeof hash), 0);
    for (int i = 0; i < 2; i++)
        text[i][strcspn(text[i], "=")] = '\0';
    snprintf(out, PASSWORD_HASH_SIZE, "$scrypt$ln=%d,r=%d,p=1$%s$%s",
             PASSWORD_HASH_LN_MIN, PASSWORD_HASH_R, text[0], text[1]);
}

void database_add(const struct target *target, const char names[][TARGET_NAME],
                  size_t count)
{
    char phc[PASSWORD_HASH_SIZE];

    for (size_t i = 0; i < count; i++) {
        database_phc(phc, target_password(names[i]));
        database_change(target,
                        "INSERT INTO accounts(name, phc) VALUES(?1, ?2)",
                        names[i], phc);
    }
}

/* Gives the account of NAME a cheap hash of PASSWORD. */
static void make_cheap(const struct target *target, const char *name,
                       const char *password)
{
    char phc[PASSWORD_HASH_SIZE];

    database_phc(phc, password);
    database_change(target, "UPDATE accounts SET phc = ?1 WHERE name = ?2", phc,
                    name);
}

/* All of them, because every login costs as much as the most expensive one. */
void database_cheapen(const struct target *target)
{
    static const char *const people[][2] = {
        {"alice", "alice-pw"},
        {"bob", "bob-pw"},
        {"carol", "carol-pw"},
    };

    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        make_cheap(target, people[i][0], people[i][1]);
    make_cheap(target, "victim", target_password("victim"));
    make_cheap(target, "friend", target_password("friend"));
    for (int i = 0; i < TARGET_USERS; i++)
        make_cheap(target, target->names[i], target_password(target->names[i]));
}
