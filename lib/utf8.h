/* SPDX-License-Identifier: MIT */
/* UTF-8 of RFC 3629, one character at a time. */
#ifndef KIT_UTF8_H
#define KIT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * kit_utf8_next: reads the character at the head of TEXT (LEN bytes, at least
 * one). Returns how many bytes it has, 1 to 4, and sets CODE to its number;
 * or 0 with CODE 0 when it is cut, overlong, a surrogate, beyond U+10FFFF or
 * no UTF-8 at all.
 */
size_t kit_utf8_next(uint32_t *code, const void *text, size_t len);

#endif
