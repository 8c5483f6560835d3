/* SPDX-License-Identifier: MIT */
/* A terminal without a screen, for tests of what is asked and shown there. */
#ifndef KIT_TESTS_TERMINAL_H
#define KIT_TESTS_TERMINAL_H

#include <stddef.h>

struct terminal {
    int user;    /* what the person has: types here, reads the screen */
    int program; /* what the program has */
    char screen[4096];
    size_t len; /* of what is on the screen */
};

/* terminal_open: a new one. Check's failure where there is none to be had. */
struct terminal terminal_open(void);

/*
 * terminal_take: makes it the controlling terminal of this process, which
 * must not lead a process group (a forked child is right).
 */
void terminal_take(const struct terminal *terminal);

/*
 * terminal_wait: reads until PART stands on the screen and returns all that
 * does. Ends the test when the terminal closes before.
 */
const char *terminal_wait(struct terminal *terminal, const char *part);

/* terminal_type: types KEYS. */
void terminal_type(const struct terminal *terminal, const char *keys);

#endif
