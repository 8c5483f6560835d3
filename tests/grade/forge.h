/* SPDX-License-Identifier: MIT */
/* Tickets and boxes as the grader makes them, good and bad. */
#ifndef GRADE_FORGE_H
#define GRADE_FORGE_H

#include "lib/box.h"

enum { FORGE_JSON = 1024 }; /* bytes of a ticket in clear */

/* forge_box: SEALED of LEN bytes of TEXT under KEY with AD. */
void forge_box(char out[KIT_SEALED_SIZE], const struct kit_key *key,
               const void *ad, size_t ad_len, const void *text, size_t len);

/* forge_sealed: the same under K(STRING, LABEL), AD a string. */
void forge_sealed(char out[KIT_SEALED_SIZE], const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len);

/*
 * forge_ticket_json: what stands in a ticket from SENDER at 127.0.0.1, with
 * SECRET, and with EXP unless it is 0. SENDER may be anything.
 */
void forge_ticket_json(char out[FORGE_JSON], const char *sender,
                       const char *secret, long long exp);

/* forge_ticket: a good one without exp for RECEIVER, whose token is given. */
void forge_ticket(char out[KIT_SEALED_SIZE], const char *token,
                  const char *receiver, const char *sender, const char *secret);

/* forge_password_file: "password" in the current folder. */
void forge_password_file(const char *password);

#endif
