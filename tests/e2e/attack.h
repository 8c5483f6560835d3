/* SPDX-License-Identifier: MIT */
/*
 * The attacker at the receiver's door. Every attack is one line; behind it
 * comes the fence, a good line of another sender on a connection of its own.
 * When the fence is shown, the attack has been dealt with: what was to be
 * shown stands before it, and what was not to be shown does not.
 */
#ifndef E2E_ATTACK_H
#define E2E_ATTACK_H

#include <stdint.h>

#include "tests/e2e/forge.h"
#include "tests/e2e/stage.h"

#define TOKEN  "0123456789abcdef-token-of-bob"
#define SECRET "fedcba9876543210-secret-of-alice"

struct attack {
    struct stage stage;
    struct oracle oracle; /* gives bob TOKEN */
    struct process *bob;
    const char *where; /* he listens */
    struct forgery f;  /* the line that is being made */
    long fences;       /* so far */
};

extern struct attack attack;

/* attack_begin, attack_end: for tcase_add_checked_fixture. */
void attack_begin(void);
void attack_end(void);

/* start_bob: starts his receiver, with one more option or NULL. */
void start_bob(const char *extra);

/* good: makes a good line of alice's with number SEQ and TEXT. */
const char *good(int64_t seq, const char *text);

/* expect_fence: carol's next line comes through, and nothing before it. */
void expect_fence(void);

/* refuse: LINE is refused, in words, and the connection ends without a byte. */
void refuse(const char *line);

/* accept_line: LINE is shown as alice's TEXT. */
void accept_line(const char *line, const char *text);

#endif
