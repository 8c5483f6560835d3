/* SPDX-License-Identifier: MIT */
/* A command line that grows: words for exec, none of them for a shell. */
#ifndef GRADE_WORDS_H
#define GRADE_WORDS_H

#include <stddef.h>

/* Begins as all zero. */
struct words {
    char **all; /* COUNT words and a NULL: an argv. NULL while COUNT is 0 */
    size_t count, room;
};

/* words_add: appends a copy of WORD. Returns 0, or -1 without memory. */
int words_add(struct words *words, const char *word);

/* words_join: appends copies of all of MORE. Returns 0 or -1. */
int words_join(struct words *words, const struct words *more);

/* words_free: frees every word; then WORDS is empty. */
void words_free(struct words *words);

#endif
