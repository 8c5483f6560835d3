/* SPDX-License-Identifier: MIT */
/* The server's database, looked at from beside while the server runs. */
#ifndef ATTACK_LEDGER_H
#define ATTACK_LEDGER_H

#include <stddef.h>

#include "tests/attack/target.h"

/* ledger_number: what the query SQL gives, one number. */
long ledger_number(const struct target *target, const char *sql);

/* ledger_text: the same with a text, which is to be freed. */
char *ledger_text(const struct target *target, const char *sql);

/* ledger_change: runs SQL with its ?1 and ?2, where it has them. */
void ledger_change(const struct target *target, const char *sql,
                   const char *one, const char *two);

/*
 * ledger_all: the tables and all accounts but the times of their logins, in
 * one text, which is to be freed.
 */
char *ledger_all(const struct target *target);

/* ledger_is_sound: whether SQLite finds nothing wrong in the file. */
int ledger_is_sound(const struct target *target);

#endif
