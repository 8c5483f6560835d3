/* SPDX-License-Identifier: MIT */
/* Captures what the test itself writes, and provides its standard input. */
#ifndef TESTS_SUPPORT_CAPTURED_OUTPUT_H
#define TESTS_SUPPORT_CAPTURED_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* capture: from now on FD, such as STDERR_FILENO, writes to a file. */
void capture(int fd);

/* capture_errors: the same for STDERR_FILENO, for tcase_add_checked_fixture. */
void capture_errors(void);

/*
 * captured: what was written since capture, as a string that is valid until
 * the next call. Capturing goes on.
 */
const char *captured(void);

/* captured_has: whether it contains PART. */
bool captured_has(const char *part);

/* captured_lines: the number of its lines. */
int captured_lines(void);

/* captured_one_line: it must be exactly one line, which contains PART. */
void captured_one_line(const char *part);

/* feed: makes standard input LEN bytes of TEXT. */
void feed(const void *text, size_t len);

/* feed_from: makes standard input the same as FD. */
void feed_from(int fd);

#endif
