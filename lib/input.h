/* SPDX-License-Identifier: MIT */
/* The texts a user types: one a line of standard input. */
#ifndef KIT_INPUT_H
#define KIT_INPUT_H

#include "lib/lines.h"

/* Begins as all zero. */
struct kit_input {
    struct kit_lines lines;
    bool skipping; /* inside a line that was too long */
    bool begun;    /* it has been said how to end */
};

/*
 * kit_input_text: waits for the next line of standard input. Returns 1 with
 * TEXT and LEN (no newline, no terminating zero, valid until the next call),
 * also for a last line that lacks its newline; 0 at the end; -1 for a line
 * over KIT_TEXT_MAX bytes, which is skipped whole, or a read error (then the
 * next call returns 0). What went wrong is said on standard error, and, once,
 * to whoever sits at a terminal, how to type.
 */
int kit_input_text(const char **text, size_t *len, struct kit_input *input);

/* kit_input_waits: whether another whole line is here already. */
bool kit_input_waits(const struct kit_input *input);

#endif
