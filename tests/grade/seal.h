/* SPDX-License-Identifier: MIT */
/* Sealing boxes and tickets as the server and the sender do. */
#ifndef GRADE_SEAL_H
#define GRADE_SEAL_H

#include "lib/box.h"

enum { TICKET_JSON_MAX = 1024 }; /* bytes of a ticket before it is sealed */

/*
 * seal_with_key: seals LEN bytes of TEXT under KEY with associated data AD, and
 * writes the box to OUT in base64. TEXT may be longer than the protocol allows.
 */
void seal_with_key(char *out, size_t out_size, const struct kit_key *key,
                   const void *ad, size_t ad_len, const void *text, size_t len);

/* seal_derived: the same under the key K(STRING, LABEL); AD is a string. */
void seal_derived(char *out, size_t out_size, const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len);

/*
 * seal_ticket_json: the JSON of a ticket from SENDER at 127.0.0.1, with SECRET,
 * and with EXP unless it is 0. SENDER is copied unchanged, valid or not.
 */
void seal_ticket_json(char out[TICKET_JSON_MAX], const char *sender,
                      const char *secret, long long exp);

/*
 * seal_ticket: a valid ticket, without exp, for RECEIVER, whose session token
 * is TOKEN.
 */
void seal_ticket(char out[KIT_SEALED_SIZE], const char *token,
                 const char *receiver, const char *sender, const char *secret);

#endif
