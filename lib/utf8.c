/* SPDX-License-Identifier: MIT */
/* UTF-8, read strictly (RFC 3629 section 3). */
#include "lib/utf8.h"

/* How the first byte of a character of 1, 2, 3 or 4 bytes looks. */
static const struct {
    uint8_t mask;   /* these bits of the first byte ... */
    uint8_t lead;   /* ... are these; the others belong to the number */
    uint32_t least; /* a smaller number has a shorter form: overlong */
} forms[] = {
    {0x80, 0x00, 0x0},
    {0xe0, 0xc0, 0x80},
    {0xf0, 0xe0, 0x800},
    {0xf8, 0xf0, 0x10000},
};

/* Reads SIZE bytes of the form that the first byte has shown. */
static size_t read_form(uint32_t *code, const uint8_t *p, size_t size)
{
    uint32_t number = p[0] & (uint8_t)~forms[size - 1].mask;

    /* Every further byte is 10xxxxxx and brings six bits. */
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        number = number << 6 | (p[i] & 0x3f);
    }

    /* One character, one spelling; and what UTF-16 needs is no character. */
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
