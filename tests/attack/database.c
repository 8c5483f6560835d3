/* SPDX-License-Identifier: MIT */
/* SQLite by hand, beside the server. */
#include "tests/attack/database.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"

sqlite3 *database_open(const struct target *target)
{
    sqlite3 *db;

    ck_assert_int_eq(
        sqlite3_open_v2(target->stage.db, &db, SQLITE_OPEN_READWRITE, NULL),
        SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

/* For sqlite3_exec: a row is a complaint, but for the one word "ok". */
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

void database_phc(char out[PHC_SIZE], const char *password)
{
    static const uint8_t salt[PHC_SALT_LEN];
    uint8_t hash[PHC_HASH_LEN];
    char text[2][KIT_BASE64_LEN(PHC_HASH_LEN) + 1];

    ck_assert_int_eq(kit_scrypt(hash, sizeof hash, password, strlen(password),
                                salt, sizeof salt, PHC_LN_MIN, PHC_R, 1),
                     0);
    ck_assert_int_eq(
        kit_base64_encode(text[0], sizeof text[0], salt, sizeof salt), 0);
    ck_assert_int_eq(
        kit_base64_encode(text[1], sizeof text[1], hash, sizeof hash), 0);
    for (int i = 0; i < 2; i++)
        text[i][strcspn(text[i], "=")] = '\0';
    snprintf(out, PHC_SIZE, "$scrypt$ln=%d,r=%d,p=1$%s$%s", PHC_LN_MIN, PHC_R,
             text[0], text[1]);
}

void database_crowd(const struct target *target)
{
    sqlite3 *db = database_open(target);
    char phc[PHC_SIZE], *sql;

    for (int i = 0; i < TARGET_CROWD; i++) {
        database_phc(phc, target_password(target->names[i]));
        sql = sqlite3_mprintf("UPDATE accounts SET phc = %Q WHERE name = %Q",
                              phc, target->names[i]);
        ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_free(sql);
    }
    /* Who is unknown costs what the newest account does. */
    database_phc(phc, target_password("newest"));
    sql = sqlite3_mprintf("INSERT INTO accounts(name, phc) VALUES('newest', "
                          "%Q)",
                          phc);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_close(db);
}
