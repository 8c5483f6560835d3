/* SPDX-License-Identifier: MIT */
/*
 * Strict JSON in front of cJSON (protocol.md section 4, RFC 8259).
 *
 * cJSON by itself forgives too much for a protocol: it takes "01", bytes
 * after the end, broken UTF-8 and a member that stands twice. kit_json_parse
 * checks the text first and hands cJSON only what is JSON to the letter.
 */
#ifndef KIT_JSON_H
#define KIT_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "backends/crypto.h"

enum {
    KIT_JSON_DEPTH = 8,   /* arrays and objects inside one another */
    KIT_JSON_MAX = 65536, /* bytes of text; the protocol's largest has 16384 */
};

/*
 * kit_json_parse: reads LEN bytes of TEXT, which needs no terminating zero.
 * Returns the tree, to be given back with kit_json_free, or NULL when the
 * text is not one JSON value with nothing but white space around it, in
 * UTF-8, without NUL in any form, without a member name that stands twice in
 * one object, at most KIT_JSON_DEPTH deep and KIT_JSON_MAX bytes long; or
 * when there is no memory for it, which alone sets errno, to ENOMEM.
 *
 * No number of the protocol has a fraction or an exponent, so one that is
 * spelled that way (1.0, 1e0), or is beyond 2^53, stands in the tree with the
 * value NAN, which no range accepts.
 */
cJSON *kit_json_parse(const char *text, size_t len) KIT_MUST_CHECK;

/* kit_json_object: the same, and NULL unless the value is an object. */
cJSON *kit_json_object(const char *text, size_t len) KIT_MUST_CHECK;

/*
 * kit_json_string: the string that is member NAME of OBJECT, or NULL when
 * there is none or it is no string. It belongs to the tree. OBJECT may be
 * NULL.
 */
const char *kit_json_string(const cJSON *object, const char *name);

/*
 * kit_json_copy: copies the string that is member NAME of OBJECT, with its
 * terminating zero, to OUT, which has room for OUT_SIZE characters, after IS
 * has found it good (kit_is_name, kit_is_token, ...). Returns 0, or -1 with
 * OUT zero when it is absent, no string, not good, or too long. OBJECT may be
 * NULL.
 */
int kit_json_copy(char *out, size_t out_size, const cJSON *object,
                  const char *name, bool (*is)(const char *)) KIT_MUST_CHECK;

/*
 * kit_json_integer: sets OUT to the integer that is member NAME of OBJECT.
 * Returns 0, or -1 with OUT 0 when there is none, it is no number spelled as
 * an integer, or it is not from MIN to MAX. OBJECT may be NULL.
 */
int kit_json_integer(long long *out, const cJSON *object, const char *name,
                     long long min, long long max) KIT_MUST_CHECK;

/* kit_json_has: whether OBJECT has a member NAME of any kind. */
bool kit_json_has(const cJSON *object, const char *name);

/*
 * kit_json_print: writes OBJECT without white space and with a terminating
 * zero to OUT, with room for OUT_SIZE characters. Returns 0, or -1 with OUT
 * zero when there is no room or OBJECT is NULL.
 */
int kit_json_print(char *out, size_t out_size,
                   const cJSON *object) KIT_MUST_CHECK;

/*
 * kit_json_free: wipes every string of the tree (tokens and secrets stand in
 * them) and frees it. NULL is nothing to do.
 */
void kit_json_free(cJSON *tree);

#endif
