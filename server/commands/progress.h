/* SPDX-License-Identifier: MIT */
/* How far a long job is, on standard error. */
#ifndef SERVER_COMMANDS_PROGRESS_H
#define SERVER_COMMANDS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const char *what; /* "hashing passwords" */
    size_t total;
    int64_t next; /* kit_ticks of the next line, where there is no terminal */
    bool terminal;
};

/*
 * progress_begin: starts the display of WHAT, which has TOTAL steps. On a
 * terminal it is one line that is rewritten after each step. Elsewhere it is
 * a line at the start of a job of more than a few steps, and one every ten
 * seconds. progress_step: DONE of them are done. progress_end: ends the line
 * on the terminal, so that the next message starts at the left.
 *
 * Not thread-safe. WHAT must outlive PROGRESS.
 */
void progress_begin(struct progress *progress, const char *what, size_t total);
void progress_step(struct progress *progress, size_t done);
void progress_end(struct progress *progress);

#endif
