/* SPDX-License-Identifier: MIT */
/* Lines out of a stream of bytes that comes in pieces. */
#ifndef KIT_LINES_H
#define KIT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/wire.h"

/* Begins as all zero. One buffer serves one connection or file. */
struct kit_lines {
    size_t start, end;        /* the bytes read and not yet taken */
    bool ended;               /* the stream is at its end */
    char bytes[KIT_LINE_MAX]; /* the longest line, newline included */
};

/*
 * kit_lines_read: one read(2) from FD into what room there is. Returns the
 * bytes read, 0 at the end of the stream (or when there is no room: take the
 * lines first), -1 with errno.
 */
ssize_t kit_lines_read(struct kit_lines *lines, int fd);

/*
 * kit_lines_take: the next whole line: sets LINE and LEN, without its
 * newline, and returns true. The bytes stay where they are until the next
 * kit_lines_read. The line is not terminated by a zero.
 */
bool kit_lines_take(const char **line, size_t *len, struct kit_lines *lines);

/* kit_lines_full: no newline in KIT_LINE_MAX bytes: the line is too long. */
bool kit_lines_full(const struct kit_lines *lines);

/* kit_lines_unfinished: bytes of a line that has no newline yet. */
size_t kit_lines_unfinished(const struct kit_lines *lines);

#endif
