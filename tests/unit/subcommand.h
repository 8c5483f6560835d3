/* SPDX-License-Identifier: MIT */
/* Runs the server's subcommands in the process of the test. */
#ifndef TESTS_UNIT_SUBCOMMAND_H
#define TESTS_UNIT_SUBCOMMAND_H

#include <stdbool.h>

#include "server/commands/commands.h"
#include "server/store/store.h"

/* Calls of every subcommand that can fail, for fault_each. */
#define DATABASE "sqlite3_open_v2 sqlite3_exec sqlite3_prepare_v3 sqlite3_step "
#define CRYPTO   "kit_random kit_sha256 kit_hmac kit_scrypt "

/* The database file of this test, an empty one at first, for --db. */
extern char *subcommand_db;

/*
 * subcommand_begin: makes the database file, and captures standard output and
 * standard error; captured() returns the latter. subcommand_end: removes the
 * file.
 */
void subcommand_begin(void);
void subcommand_end(void);

/* WORDS: a command line for subcommand_run. */
#define WORDS(...)                                                             \
    (const char *const[])                                                      \
    {                                                                          \
        __VA_ARGS__, NULL                                                      \
    }

/*
 * subcommand_run: runs COMMAND with WORDS, the first of which is its name.
 * Returns its exit code. The test fails if COMMAND leaves a descriptor open, or
 * fails without an error.
 */
int subcommand_run(int (*command)(int argc, char **argv),
                   const char *const *words);

/* subcommand_is_silent: whether standard output is empty. */
bool subcommand_is_silent(void);

/* subcommand_execute: executes SQL in the database. */
void subcommand_execute(const char *sql);

/*
 * subcommand_damage_passwords: makes the password hash of every account
 * unreadable, as another program may do.
 */
void subcommand_damage_passwords(void);

/* subcommand_accounts: the number of its accounts. */
int subcommand_accounts(void);

/* subcommand_has: whether it has the account NAME with this PASSWORD. */
bool subcommand_has(const char *name, const char *password);

#endif
