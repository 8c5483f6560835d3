/* SPDX-License-Identifier: MIT */
/* Decodes UTF-8 (RFC 3629), one character at a time. */
#ifndef KIT_UTF8_H
#define KIT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * kit_utf8_next: decodes the first character of TEXT (LEN bytes, at least 1).
 * Returns the number of its bytes, 1 to 4, and sets CODE to its code point.
 * Returns 0 with CODE 0 if the character is incomplete, overlong, a surrogate,
 * over U+10FFFF or not UTF-8 at all.
 */
size_t kit_utf8_next(uint32_t *code, const void *text, size_t len);

/*
 * kit_utf8_plain: counts the characters at the start of TEXT (LEN bytes) that
 * need no decoding, no escape in JSON and no \xhh on a terminal: visible ASCII
 * and spaces, but not '"' and '\'. Most text is nothing else, so callers take
 * all of these in one step, and only the rest one character at a time.
 */
size_t kit_utf8_plain(const void *text, size_t len);

#endif
