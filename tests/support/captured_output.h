/* SPDX-License-Identifier: MIT */
/* Standard input and output of the program under test, in the test's hands. */
#ifndef TESTS_SUPPORT_CAPTURED_OUTPUT_H
#define TESTS_SUPPORT_CAPTURED_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* capture: what is written to FD (2: standard error) is kept from now on. */
void capture(int fd);

/*
 * captured: what was written since capture, as a string. Valid until the next
 * call. The captured descriptor goes on to be captured.
 */
const char *captured(void);

/* captured_has: whether PART stands in it. */
bool captured_has(const char *part);

/* captured_lines: how many lines it has. */
int captured_lines(void);

/* feed: standard input is LEN bytes of TEXT and then ends. */
void feed(const void *text, size_t len);

#endif
