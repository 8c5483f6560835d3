/* SPDX-License-Identifier: MIT */
/*
 * Reading test vectors from JSON files. Whatever is missing or malformed ends
 * the test with a sentence: a vector that is not there must not count as one
 * that passed.
 */
#ifndef KIT_TESTS_VECTORS_H
#define KIT_TESTS_VECTORS_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#define RFC_VECTORS      "tests/vectors/rfc_vectors.json"
#define PROTOCOL_VECTORS "tests/vectors/protocol_vectors.json"

/*
 * vectors_load: the JSON file at PATH, relative to the root of the repository.
 * To be freed with cJSON_Delete.
 */
cJSON *vectors_load(const char *path);

/* vectors_list: the array NAME of OBJECT, with at least one element. */
const cJSON *vectors_list(const cJSON *object, const char *name);

/*
 * vectors_text: the string NAME of OBJECT. It lives as long as OBJECT does. A
 * zero byte (\u0000) inside it ends it.
 */
const char *vectors_text(const cJSON *object, const char *name);

/* vectors_number: the whole number NAME of OBJECT. */
long vectors_number(const cJSON *object, const char *name);

/*
 * vectors_hex: writes the bytes that the hex string NAME of OBJECT spells to
 * OUT, which has room for OUT_SIZE, and returns how many they are.
 */
size_t vectors_hex(uint8_t *out, size_t out_size, const cJSON *object,
                   const char *name);

#endif
