/* SPDX-License-Identifier: MIT */
/*
 * Reading a JSON object in place, without copies. It is less strict than
 * lib/json.h: it refuses escapes and nested values, and accepts any bytes in a
 * string.
 */
#ifndef TESTS_BENCH_PEERS_MESSAGES_JSON_H
#define TESTS_BENCH_PEERS_MESSAGES_JSON_H

#include <stddef.h>

/* A value in the text of the object, without quotes. */
struct json_value {
    const char *bytes; /* NULL: the object does not have this member */
    size_t len;
};

/*
 * json_members: finds the members with the COUNT NAMES in the terminated TEXT
 * of an object of strings and numbers. All must be there, and only once; others
 * are ignored. Returns 0; or -1 with OUT undefined.
 */
int json_members(struct json_value *out, const char *const *names, int count,
                 const char *text);

#endif
