/* SPDX-License-Identifier: MIT */
/*
 * Strict JSON (protocol.md section 4, RFC 8259), built on cJSON.
 *
 * cJSON alone accepts too much for a protocol: "01", bytes after the end,
 * invalid UTF-8, and two members with the same name. kit_json_parse checks the
 * text first and gives cJSON only valid JSON.
 */
#ifndef KIT_JSON_H
#define KIT_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "backends/crypto.h"

enum {
    KIT_JSON_DEPTH = 8,   /* levels of nested arrays and objects */
    KIT_JSON_MAX = 65536, /* bytes; the protocol needs at most 16384 */
};

/*
 * kit_json_parse: parses the LEN bytes of TEXT, which needs no terminating
 * zero. Returns the tree, to be freed with kit_json_free; or NULL if TEXT is
 * not valid. It must be one JSON value with only white space around it, in
 * UTF-8, without U+0000 (not even as \u0000), without two members of the same
 * name in one object, at most KIT_JSON_DEPTH levels deep and KIT_JSON_MAX bytes
 * long. If NULL is for lack of memory, errno is ENOMEM; otherwise errno is
 * unchanged.
 *
 * The protocol has only integers. A number with a fraction or an exponent (1.0,
 * 1e0) or beyond 2^53 is NAN in the tree, so kit_json_integer rejects it.
 */
cJSON *kit_json_parse(const char *text, size_t len) KIT_MUST_CHECK;

/* kit_json_object: the same, but returns NULL unless the value is an object. */
cJSON *kit_json_object(const char *text, size_t len) KIT_MUST_CHECK;

/*
 * kit_json_string: returns the string that is member NAME of OBJECT; or NULL if
 * there is no such member or it is not a string. The string belongs to the
 * tree. OBJECT may be NULL.
 */
const char *kit_json_string(const cJSON *object, const char *name);

/*
 * kit_json_copy: copies the string that is member NAME of OBJECT, with its
 * terminating zero, to OUT, which has room for OUT_SIZE characters. VALID
 * (kit_is_name, kit_is_token, ...) must return true for the string. Returns 0;
 * or -1 with OUT zero if the member is missing, not a string, not valid or too
 * long. OBJECT may be NULL: then VALID is called with NULL.
 */
int kit_json_copy(char *out, size_t out_size, const cJSON *object,
                  const char *name, bool (*valid)(const char *)) KIT_MUST_CHECK;

/*
 * kit_json_integer: sets OUT to the integer that is member NAME of OBJECT.
 * Returns 0; or -1 with OUT 0 if the member is missing, is not a number written
 * as an integer, or is not from MIN to MAX. OBJECT may be NULL.
 */
int kit_json_integer(long long *out, const cJSON *object, const char *name,
                     long long min, long long max) KIT_MUST_CHECK;

/* kit_json_has: whether OBJECT has a member NAME, of any type. */
bool kit_json_has(const cJSON *object, const char *name);

/*
 * kit_json_print: writes OBJECT as JSON, without white space and with a
 * terminating zero, to OUT, which has room for OUT_SIZE characters. Returns 0;
 * or -1 with OUT zero if it does not fit, OBJECT is NULL or there is no memory.
 */
int kit_json_print(char *out, size_t out_size,
                   const cJSON *object) KIT_MUST_CHECK;

/*
 * kit_json_free: wipes every string of TREE, because it may be a token or a
 * secret, and frees TREE, which may be NULL.
 */
void kit_json_free(cJSON *tree);

#endif
