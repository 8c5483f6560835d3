/* SPDX-License-Identifier: MIT */
/* A pseudo terminal, for tests of what is asked and shown at one. */
#ifndef TESTS_UNIT_TERMINAL_H
#define TESTS_UNIT_TERMINAL_H

#include <stddef.h>

struct terminal {
    int user;    /* the user's side: types here, reads the screen */
    int program; /* the program's side */
    char screen[4096];
    size_t len; /* of the text on the screen */
};

/* terminal_open: opens a new terminal, or fails the test. */
struct terminal terminal_open(void);

/*
 * terminal_take: makes it the controlling terminal of this process, which
 * must not lead a process group: call it in a forked child.
 */
void terminal_take(const struct terminal *terminal);

/*
 * terminal_wait: reads until PART is on the screen. Returns the whole screen.
 * The test fails if the terminal is closed before.
 */
const char *terminal_wait(struct terminal *terminal, const char *part);

/* terminal_type: types KEYS. */
void terminal_type(const struct terminal *terminal, const char *keys);

#endif
