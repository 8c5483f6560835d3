/* SPDX-License-Identifier: MIT */
/* The file that the server keeps, looked at and changed behind its back. */
#ifndef ATTACK_DATABASE_H
#define ATTACK_DATABASE_H

#include <sqlite3.h>

#include "server/phc.h"
#include "tests/attack/target.h"

/* database_open: that of TARGET, to be closed with sqlite3_close. */
sqlite3 *database_open(const struct target *target);

/* database_complaints: what SQLite finds wrong in it, in lines. */
long database_complaints(const struct target *target);

/*
 * database_phc: PASSWORD as it is stored, with the least work that the server
 * takes: for very many logins. database_crowd: so for the crowd of TARGET,
 * and for whoever is unknown.
 */
void database_phc(char out[PHC_SIZE], const char *password);
void database_crowd(const struct target *target);

#endif
