/* SPDX-License-Identifier: MIT */
/* Messages 1 and 3 with wrong values in them. */
#ifndef TESTS_ATTACK_BODIES_H
#define TESTS_ATTACK_BODIES_H

#include <stdbool.h>
#include <stddef.h>

enum {
    BODY_SIZE = 1 << 18,
    BODY_MEMBERS = 6, /* three of message 1, three of message 3 */
    BODY_PORT = 2,
};

struct body {
    size_t len;
    char bytes[BODY_SIZE]; /* terminated */
};

struct body_piece {
    const char *bytes;
    size_t len;
};

/* Values, most of them JSON, that are valid for no member. */
extern const struct body_piece body_values[];
extern const size_t body_value_count;

/* Strings that some program somewhere did not survive. */
extern const char *const body_strings[];
extern const size_t body_string_count;

/* Bodies that are not a request at all. */
extern const struct body_piece body_others[];
extern const size_t body_other_count;

/* Bytes around valid requests. */
struct body_whole {
    struct body_piece before;
    int good; /* how many requests are between */
    struct body_piece behind;
};

extern const struct body_whole body_wholes[];
extern const size_t body_whole_count;

/* body_path: the path of the request that has MEMBER. */
const char *body_path(int member);

/*
 * Each of these writes BODY, for which the users of the target must be logged
 * in; the test fails if it has no room. body_with: the request of u00 that has
 * MEMBER, whose value is VALUE. body_whole: WHOLE, for that request.
 * body_around: a valid login with an unknown member whose value is VALUE.
 * body_deep: DEPTH nested values that begin with OPENER, and their ends if
 * CLOSED.
 */
void body_with(struct body *body, int member, const struct body_piece *value);
void body_whole(struct body *body, int member, const struct body_whole *whole);
void body_around(struct body *body, const struct body_piece *value);
void body_deep(struct body *body, const char *opener, int depth, bool closed);

#endif
