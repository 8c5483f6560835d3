/* SPDX-License-Identifier: MIT */
/*
 * The attacker at the receiver's door. Every attack is one line; behind it
 * comes the fence, a good line of another sender on a connection of its own.
 * When the fence is shown, the attack has been dealt with: what was to be
 * shown stands before it, and what was not to be shown does not.
 */
#ifndef TESTS_E2E_ATTACKED_RECEIVER_H
#define TESTS_E2E_ATTACKED_RECEIVER_H

#include <stdint.h>

#include "tests/support/fixture.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"

#define TOKEN  "0123456789abcdef-token-of-bob"
#define SECRET "fedcba9876543210-secret-of-alice"

struct attacked {
    struct fixture fixture;
    struct http_server oracle; /* gives bob TOKEN */
    struct process *bob;
    const char *where; /* he listens */
    struct forgery f;  /* the line that is being made */
    long fences;       /* so far */
};

extern struct attacked attacked;

/* attacked_begin, attacked_end: for tcase_add_checked_fixture. */
void attacked_begin(void);
void attacked_end(void);

/* attacked_start: starts his receiver, with one more option or NULL. */
void attacked_start(const char *extra);

/* good: makes a good line of alice's with number SEQ and TEXT. */
const char *good(int64_t seq, const char *text);

/* attacked_fence: carol's next line comes through, and nothing before it. */
void attacked_fence(void);

/* attacked_refuses: LINE is refused, in words, and the connection ends without
 * a byte. */
void attacked_refuses(const char *line);

/* attacked_shows: LINE is shown as alice's TEXT. */
void attacked_shows(const char *line, const char *text);

#endif
