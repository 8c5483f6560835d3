/* SPDX-License-Identifier: MIT */
/* Whether a line is one that a terminal only shows. */
#ifndef ATTACK_HARMLESS_H
#define ATTACK_HARMLESS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * is_harmless: LEN bytes of LINE, without its newline, are UTF-8 and have
 * nothing in them that moves, hides or turns what stands around it.
 */
bool is_harmless(const char *line, size_t len);

/*
 * harmful_lines: how many lines of LEN bytes of TEXT are not so; LINES, if
 * not NULL, is set to how many there are.
 */
long harmful_lines(const char *text, size_t len, long *lines);

#endif
