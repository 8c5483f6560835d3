/* SPDX-License-Identifier: MIT */
/* Splits a stream of bytes, read in pieces, into lines. */
#ifndef KIT_LINES_H
#define KIT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/wire.h"

/* The buffer of one connection or file. Initialize it with {0}. */
struct kit_lines {
    size_t start, end; /* the bytes not yet taken: from START, before END */
    bool ended;        /* the end of the stream was reached */
    char bytes[KIT_LINE_MAX]; /* the longest line, newline included */
};

/*
 * kit_lines_read: calls read(2) once to fill the buffer from FD, and wipes the
 * lines that have been taken from it. Returns the number of bytes read; 0 at
 * the end of the stream (or if the buffer is full: take the lines first); or -1
 * with errno.
 */
ssize_t kit_lines_read(struct kit_lines *lines, int fd);

/*
 * kit_lines_take: sets LINE and LEN to the next whole line in the buffer,
 * without its newline and without a terminating zero. Returns false if the
 * buffer has no whole line. LINE is valid until the next kit_lines_read.
 */
bool kit_lines_take(const char **line, size_t *len, struct kit_lines *lines);

/* kit_lines_full: whether a line is too long: no newline in a full buffer. */
bool kit_lines_full(const struct kit_lines *lines);

/* kit_lines_unfinished: the length of the last line if it has no newline. */
size_t kit_lines_unfinished(const struct kit_lines *lines);

#endif
