/* SPDX-License-Identifier: MIT */
/*
 * Reading test vectors from JSON files, and comparing bytes. Anything missing
 * or malformed fails the test with a message: a vector that is absent must not
 * count as one that passed.
 */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RFC_VECTORS      "tests/vectors/rfc_vectors.json"
#define PROTOCOL_VECTORS "tests/vectors/protocol_vectors.json"

/*
 * vectors_load: the JSON file at PATH, relative to the root of the repository.
 * Free it with cJSON_Delete.
 */
cJSON *vectors_load(const char *path);

/*
 * vectors_list: the array NAME of OBJECT, with at least one element. "a.b" is
 * the array b of its member a.
 */
const cJSON *vectors_list(const cJSON *object, const char *name);

/* vectors_each: calls CHECK for each element of the array LIST in PATH. */
void vectors_each(const char *path, const char *list,
                  void (*check)(const cJSON *vector));

/*
 * vectors_skip: CHECK calls it if it does not test VECTOR. If it skips all of
 * them, the test fails.
 */
void vectors_skip(void);

/*
 * vectors_wycheproof: calls CHECK for each test of NAME of project Wycheproof,
 * if that is there. vectors_has_wycheproof: whether its folder is next to the
 * repository; we do not distribute it.
 */
bool vectors_has_wycheproof(void);
void vectors_wycheproof(const char *name, void (*check)(const cJSON *vector));

/* vectors_valid: false if the member "result" of VECTOR is "invalid". */
bool vectors_valid(const cJSON *vector);

/*
 * vectors_text: the string NAME of OBJECT, valid as long as OBJECT. A zero byte
 * (\u0000) inside it ends it.
 */
const char *vectors_text(const cJSON *object, const char *name);

/* vectors_number: the whole number NAME of OBJECT. */
long vectors_number(const cJSON *object, const char *name);

/*
 * vectors_hex: decodes the hex string NAME of OBJECT to OUT, which has room for
 * OUT_SIZE bytes. Returns the number of bytes.
 */
size_t vectors_hex(uint8_t *out, size_t out_size, const cJSON *object,
                   const char *name);

/* vectors_match: the hex string NAME of OBJECT must be the LEN bytes BYTES. */
void vectors_match(const cJSON *object, const char *name, const void *bytes,
                   size_t len);

/* hex_match: LEN bytes BYTES must be HEX, with lower-case letters. */
void hex_match(const void *bytes, size_t len, const char *hex);

/* all_bytes: whether each of LEN bytes BYTES is VALUE. */
bool all_bytes(const void *bytes, size_t len, uint8_t value);

#endif
