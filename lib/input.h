/* SPDX-License-Identifier: MIT */
/* The texts a user types: one a line of standard input. */
#ifndef KIT_INPUT_H
#define KIT_INPUT_H

#include "lib/lines.h"

/* Begins as all zero. */
struct kit_input {
    struct kit_lines lines;
    bool skipping;  /* inside a line that was too long */
    bool cut;       /* the terminal may have cut the last line */
    bool past_mark; /* the start was searched for a byte order mark */
    bool begun;     /* the user has been told how to type */
};

/* What kit_input_text returns. */
enum {
    KIT_INPUT_END = 0,
    KIT_INPUT_TEXT = 1,
    KIT_INPUT_REFUSED = -1, /* this line is not sent; the next may be */
    KIT_INPUT_FAILED = -2,  /* nothing more can be read */
};

/*
 * kit_input_text: waits for the next line of standard input. Returns
 * KIT_INPUT_TEXT with TEXT and LEN (no newline, no terminating zero, valid
 * until the next call), also for a last line that lacks its newline.
 *
 * A line over KIT_TEXT_MAX bytes is refused and skipped whole. So is a line
 * that a terminal may have cut: Linux keeps the first 4,095 bytes of a typed
 * line and silently drops the rest. The reason for a refusal or a
 * failure is printed on standard error. At a terminal the first call also
 * prints how to type.
 */
int kit_input_text(const char **text, size_t *len, struct kit_input *input);

/* kit_input_has_line: whether another whole line is here already. */
bool kit_input_has_line(const struct kit_input *input);

#endif
