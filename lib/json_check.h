/* SPDX-License-Identifier: MIT */
/* The grammar of JSON, to the letter (RFC 8259). Only lib/json.c needs it. */
#ifndef KIT_JSON_CHECK_H
#define KIT_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* What stands where a number was that is no integer: see below. */
#define KIT_JSON_NOT_INTEGER "-0"

/*
 * kit_json_check: whether the LEN bytes at TEXT are one JSON value with
 * nothing but white space around it, in UTF-8 without a byte order mark,
 * without NUL in any form, at most KIT_JSON_DEPTH deep (lib/json.h). Member
 * names may still stand twice.
 *
 * A number with a fraction or an exponent, or beyond 2^53, is overwritten by
 * KIT_JSON_NOT_INTEGER and spaces, and a true -0 by 0: so a parser that makes
 * a double of every number and forgets how it was spelled cannot take 1.0
 * for 1, or 2^53 + 1 for 2^53.
 */
bool kit_json_check(char *text, size_t len);

#endif
