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

/* Strings that have crashed or tricked other programs. */
extern const char *const body_strings[];
extern const size_t body_string_count;

/* Bodies that do not contain a request. */
extern const struct body_piece body_non_requests[];
extern const size_t body_non_request_count;

/* Bytes before and after valid requests. */
struct body_wrapper {
    struct body_piece before;
    int requests; /* how many are between */
    struct body_piece after;
};

extern const struct body_wrapper body_wrappers[];
extern const size_t body_wrapper_count;

/* body_path: the path of the request that has MEMBER. */
const char *body_path(int member);

/*
 * These functions write BODY. The users of the target must be logged in. The
 * test fails if BODY is too small. body_with: the request of u00 that has
 * MEMBER; MEMBER has VALUE. body_wrapped: the same request, valid, in WRAPPER.
 * body_around: a valid login with an unknown member whose value is
 * VALUE. body_deep: DEPTH nested values that begin with OPENER; they are closed
 * if CLOSED.
 */
void body_with(struct body *body, int member, const struct body_piece *value);
void body_wrapped(struct body *body, int member,
                  const struct body_wrapper *wrapper);
void body_around(struct body *body, const struct body_piece *value);
void body_deep(struct body *body, const char *opener, int depth, bool closed);

#endif
