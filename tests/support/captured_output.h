/* SPDX-License-Identifier: MIT */
/* Captures what the test itself writes, and provides its standard input. */
#ifndef TESTS_SUPPORT_CAPTURED_OUTPUT_H
#define TESTS_SUPPORT_CAPTURED_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* capture: from now on FD, such as STDERR_FILENO, writes to a file. */
void capture(int fd);

/*
 * captured: what was written since capture, as a string that is valid until
 * the next call. Capturing goes on.
 */
const char *captured(void);

/* captured_has: whether it contains PART. */
bool captured_has(const char *part);

/* captured_lines: the number of its lines. */
int captured_lines(void);

/* feed: makes standard input LEN bytes of TEXT. */
void feed(const void *text, size_t len);

#endif
