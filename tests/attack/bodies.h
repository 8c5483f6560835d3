/* SPDX-License-Identifier: MIT */
/* Messages 1 and 3 with something in the place of what belongs there. */
#ifndef ATTACK_BODIES_H
#define ATTACK_BODIES_H

#include <stddef.h>

#include "tests/support/target.h"

struct body_piece {
    const char *bytes;
    size_t len;
};

/* The paths, and the members that their requests have. */
enum { body_paths = 2, body_members = 6 };
extern const char *const body_path[body_paths];

/* JSON, or nearly, that fits no member. */
extern const struct body_piece body_values[];
extern const size_t body_value_count;

/*
 * body_with: writes the request of member NUMBER to OUT, good but for it,
 * which has VALUE; sets PATH to where it goes. The crowd of TARGET has been
 * logged in. Returns the length; too long for OUT_SIZE ends the test.
 */
size_t body_with(char *out, size_t out_size, const char **path,
                 const struct target *target, int number,
                 const struct body_piece *value);

/* Something around a good request, or in its place. */
struct body_whole {
    struct body_piece before;
    int good; /* the good request stands between: so many times */
    struct body_piece behind;
};

extern const struct body_whole body_wholes[];
extern const size_t body_whole_count;

/* body_whole: the same, for the request of path NUMBER. */
size_t body_whole(char *out, size_t out_size, const struct target *target,
                  int number, const struct body_whole *whole);

/* body_around: a good login with MEMBER as the value of one nobody knows. */
size_t body_around(char *out, size_t out_size, const struct target *target,
                   const struct body_piece *member);

/* body_deep: the same with the value OPENER, DEPTH times, and their ends. */
size_t body_deep(char *out, size_t out_size, const struct target *target,
                 const char *opener, int depth);

#endif
