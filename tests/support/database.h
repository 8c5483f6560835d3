/* SPDX-License-Identifier: MIT */
/* The file that the server keeps, looked at and changed behind its back. */
#ifndef TESTS_SUPPORT_DATABASE_H
#define TESTS_SUPPORT_DATABASE_H

#include <sqlite3.h>

#include "server/store/password_hash.h"
#include "tests/support/target.h"

/* database_open: that of TARGET, to be closed with sqlite3_close. */
sqlite3 *database_open(const struct target *target);

/* database_number: what the query SQL gives, one number. */
long database_number(const struct target *target, const char *sql);

/* database_text: the same with a text, which is to be freed. */
char *database_text(const struct target *target, const char *sql);

/* database_change: runs SQL with its ?1 and ?2, where it has them. */
void database_change(const struct target *target, const char *sql,
                     const char *one, const char *two);

/*
 * database_all: the tables and all accounts but the times of their logins, in
 * one text, which is to be freed.
 */
char *database_all(const struct target *target);

/* database_complaints: what SQLite finds wrong in it, in lines. */
long database_complaints(const struct target *target);

/* database_add: COUNT accounts NAMES, with passwords at the cost below. */
void database_add(const struct target *target, const char names[][TARGET_NAME],
                  size_t count);

/*
 * database_phc: PASSWORD as it is stored, with the least work that the server
 * accepts: for very many logins. database_crowd: all accounts of TARGET so.
 */
void database_phc(char out[PASSWORD_HASH_SIZE], const char *password);
void database_crowd(const struct target *target);

#endif
