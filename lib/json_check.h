/* SPDX-License-Identifier: MIT */
/* Checks text against the grammar of JSON (RFC 8259). For lib/json.c only. */
#ifndef KIT_JSON_CHECK_H
#define KIT_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* Replaces a number that is not an integer: see below. */
#define KIT_JSON_NOT_INTEGER "-0"

/*
 * kit_json_check: whether the LEN bytes of TEXT are one JSON value with only
 * white space around it, in UTF-8 without a byte order mark, without U+0000, at
 * most KIT_JSON_DEPTH levels deep (lib/json.h). Does not check for members with
 * the same name.
 *
 * Overwrites each number that has a fraction or an exponent, or is beyond 2^53,
 * with KIT_JSON_NOT_INTEGER and spaces, and a real -0 with 0. A parser that
 * turns every number into a double cannot tell 1.0 from 1, or 2^53 + 1 from
 * 2^53, but it can tell -0 from all others.
 */
bool kit_json_check(char *text, size_t len);

#endif
