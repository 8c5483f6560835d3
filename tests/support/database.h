/* SPDX-License-Identifier: MIT */
/* Reads and changes the database of TARGET while the server has it open. */
#ifndef TESTS_SUPPORT_DATABASE_H
#define TESTS_SUPPORT_DATABASE_H

#include <sqlite3.h>

#include "server/store/password_hash.h"
#include "tests/support/target.h"

/* database_open: opens it; call sqlite3_close when done. */
sqlite3 *database_open(const struct target *target);

/* database_number: the result of the query SQL, one number. */
long database_number(const struct target *target, const char *sql);

/* database_text: the same for a string, which the caller frees. */
char *database_text(const struct target *target, const char *sql);

/* database_change: runs SQL with ONE for ?1 and TWO for ?2, or NULL. */
void database_change(const struct target *target, const char *sql,
                     const char *one, const char *two);

/*
 * database_all: the schema and all accounts, without the times of their last
 * logins, as one string, which the caller frees.
 */
char *database_all(const struct target *target);

/* database_complaints: how many errors SQLite finds in it. */
long database_complaints(const struct target *target);

/* database_add: adds accounts with COUNT NAMES, hashed by database_phc. */
void database_add(const struct target *target, const char names[][TARGET_NAME],
                  size_t count);

/*
 * database_phc: hashes PASSWORD with the lowest cost that the server accepts,
 * for tests with very many logins. database_cheapen: gives every account of
 * TARGET such a hash.
 */
void database_phc(char out[PASSWORD_HASH_SIZE], const char *password);
void database_cheapen(const struct target *target);

#endif
