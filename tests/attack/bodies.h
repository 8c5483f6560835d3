/* SPDX-License-Identifier: MIT */
/* Messages 1 and 3 with wrong values in them. */
#ifndef ATTACK_BODIES_H
#define ATTACK_BODIES_H

#include <stddef.h>

#include "tests/support/target.h"

struct body_piece {
    const char *bytes;
    size_t len;
};

/* The paths, and how many members their requests have together. */
enum { body_paths = 2, body_members = 6 };
extern const char *const body_path[body_paths];

/* Values, most of them JSON, that are valid for no member. */
extern const struct body_piece body_values[];
extern const size_t body_value_count;

/*
 * body_with: writes the request that has member NUMBER to OUT, valid except
 * that this member is VALUE, and sets PATH. The users of TARGET must be logged
 * in. Returns the length; if OUT_SIZE is too small, the test fails.
 */
size_t body_with(char *out, size_t out_size, const char **path,
                 const struct target *target, int number,
                 const struct body_piece *value);

/* Something around a valid request, or in its place. */
struct body_whole {
    struct body_piece before;
    int good; /* how many valid requests are between */
    struct body_piece behind;
};

extern const struct body_whole body_wholes[];
extern const size_t body_whole_count;

/* body_whole: the same, for the request of path NUMBER. */
size_t body_whole(char *out, size_t out_size, const struct target *target,
                  int number, const struct body_whole *whole);

/* body_around: a valid login with an unknown member whose value is MEMBER. */
size_t body_around(char *out, size_t out_size, const struct target *target,
                   const struct body_piece *member);

/* body_deep: the same with DEPTH nested values that begin with OPENER. */
size_t body_deep(char *out, size_t out_size, const struct target *target,
                 const char *opener, int depth);

#endif
