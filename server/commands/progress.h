/* SPDX-License-Identifier: MIT */
/* The progress of a long job, shown on standard error. */
#ifndef SERVER_COMMANDS_PROGRESS_H
#define SERVER_COMMANDS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const char *what; /* "hashing passwords" */
    size_t total;     /* steps */
    bool terminal;    /* standard error is a terminal */
    int64_t next;     /* outside a terminal: kit_ticks of the next line */
};

/*
 * progress_begin: starts to show the progress of WHAT, a job of TOTAL steps.
 * On a terminal this is one line, rewritten after each step. Otherwise it is a
 * line at the start, if there are more than 10 steps, and one every ten
 * seconds. WHAT is not copied.
 *
 * progress_step: DONE steps are done.
 *
 * progress_end: ends the line on the terminal.
 *
 * Not thread-safe: with several threads, call progress_step under a lock.
 */
void progress_begin(struct progress *progress, const char *what, size_t total);
void progress_step(struct progress *progress, size_t done);
void progress_end(struct progress *progress);

#endif
