/* SPDX-License-Identifier: MIT */
/* What somebody may have written into the database, in SQL. */
#ifndef ATTACK_TAMPERS_H
#define ATTACK_TAMPERS_H

#include <stddef.h>

/* What ?1, the stored form of the right password, becomes. */
extern const char *const tampered_rows[];
extern const size_t tampered_row_count;

/* What is set in a session. */
extern const char *const tampered_sessions[];
extern const size_t tampered_session_count;

#endif
