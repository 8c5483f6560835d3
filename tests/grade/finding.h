/* SPDX-License-Identifier: MIT */
/* What a sanitizer has written about a program, in one sentence. */
#ifndef GRADE_FINDING_H
#define GRADE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * finding_in: whether TEXT, all that a program wrote on standard error, holds
 * a report; then OUT becomes "stack-buffer-overflow in sender.c:41
 * (read_chat_response)".
 */
bool finding_in(char *out, size_t out_size, const char *text);

/*
 * finding_no_start: the line of TEXT, made harmless, in which a sanitizer has
 * written that it cannot work on this machine; or NULL.
 *
 * finding_no_leaks: whether LeakSanitizer could not look into the process. If
 * a right program can be looked into, then this one has used up its own
 * descriptors or memory.
 */
const char *finding_no_start(const char *text);
bool finding_no_leaks(const char *text);

#endif
