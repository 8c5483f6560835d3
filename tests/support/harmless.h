/* SPDX-License-Identifier: MIT */
/* Whether a terminal would only display a line, or also obey it. */
#ifndef TESTS_SUPPORT_HARMLESS_H
#define TESTS_SUPPORT_HARMLESS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * is_harmless: whether LEN bytes of LINE, without its newline, are UTF-8
 * without characters that move, hide or reverse the text around them.
 */
bool is_harmless(const char *line, size_t len);

/*
 * harmful_lines: how many lines of LEN bytes of TEXT are not harmless. Sets
 * LINES, unless it is NULL, to the number of lines.
 */
long harmful_lines(const char *text, size_t len, long *lines);

#endif
