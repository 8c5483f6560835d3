/* SPDX-License-Identifier: MIT */
/* A strict UTF-8 decoder (RFC 3629 section 3). */
#include "lib/utf8.h"

#include <stdbool.h>

/* The first byte of a character of 1, 2, 3 or 4 bytes. */
static const struct {
    uint8_t mask;   /* the bits that give the length ... */
    uint8_t lead;   /* ... and their value */
    uint32_t least; /* a smaller code point is overlong in this form */
} forms[] = {
    {0x80, 0x00, 0x0},
    {0xe0, 0xc0, 0x80},
    {0xf0, 0xe0, 0x800},
    {0xf8, 0xf0, 0x10000},
};

/* Decodes a character whose first byte announces SIZE bytes. */
static size_t read_form(uint32_t *code, const uint8_t *p, size_t size)
{
    uint32_t number = p[0] & (uint8_t)~forms[size - 1].mask;

    /* Every further byte is 10xxxxxx and adds six bits. */
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        number = number << 6 | (p[i] & 0x3f);
    }

    /* Overlong, too large, or a surrogate, which only UTF-16 may contain. */
    if (number < forms[size - 1].least || number > 0x10ffff ||
        (number >= 0xd800 && number <= 0xdfff))
        return 0;
    *code = number;
    return size;
}

size_t kit_utf8_next(uint32_t *code, const void *text, size_t len)
{
    const uint8_t *p = text;

    *code = 0;
    for (size_t size = 1; size <= 4 && size <= len; size++)
        if ((p[0] & forms[size - 1].mask) == forms[size - 1].lead)
            return read_form(code, p, size);
    return 0;
}

static bool is_special(uint8_t byte)
{
    return byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\';
}

enum { BLOCK = 16 };

/* Whether BLOCK bytes are plain. The loop always looks at all of them, so that
   compilers can use SIMD. */
static bool is_plain_block(const uint8_t *p)
{
    uint8_t special = 0; /* gcc uses no SIMD for a bool */

    for (int i = 0; i < BLOCK; i++)
        special |= is_special(p[i]);
    return special == 0;
}

size_t kit_utf8_plain(const void *text, size_t len)
{
    const uint8_t *p = text;
    size_t count = 0;

    while (len - count >= BLOCK && is_plain_block(p + count))
        count += BLOCK;
    while (count < len && !is_special(p[count]))
        count++;
    return count;
}
