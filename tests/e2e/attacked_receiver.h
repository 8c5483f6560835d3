/* SPDX-License-Identifier: MIT */
/*
 * A receiver that the test attacks, line by line. After each line the test
 * sends the fence, a valid line of another sender on another connection. When
 * the receiver shows the fence it has processed the line before it: it has
 * printed that by then, or never will.
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
    const char *where;   /* his address */
    struct forgery made; /* the last line of attacked_line */
    long fences;         /* so far */
};

extern struct attacked attacked;

/* attacked_begin, attacked_end: for tcase_add_checked_fixture. */
void attacked_begin(void);
void attacked_end(void);

/* attacked_start: starts bob's receiver with the option EXTRA, or NULL. */
void attacked_start(const char *extra);

/* attacked_line: makes a valid line of alice's with number SEQ and TEXT. */
const char *attacked_line(int64_t seq, const char *text);

/* attacked_fence: carol's next line must be shown, and nothing before it. */
void attacked_fence(void);

/* attacked_refuses: LINE is refused, in words, and the connection ends without
 * a byte. */
void attacked_refuses(const char *line);

/* attacked_shows: LINE is shown as alice's TEXT. */
void attacked_shows(const char *line, const char *text);

#endif
