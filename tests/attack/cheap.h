/* SPDX-License-Identifier: MIT */
/* Passwords that cost the server next to nothing, for very many logins. */
#ifndef ATTACK_CHEAP_H
#define ATTACK_CHEAP_H

#include <sqlite3.h>

#include "server/phc.h"
#include "tests/attack/target.h"

/* cheap_phc: PASSWORD as it is stored, with the least work there may be. */
void cheap_phc(char out[PHC_SIZE], const char *password);

/* cheap_open: the database of TARGET, to be closed with sqlite3_close. */
sqlite3 *cheap_open(const struct target *target);

/* cheap_crowd: the crowd of TARGET, and whoever is unknown, at that cost. */
void cheap_crowd(const struct target *target);

#endif
