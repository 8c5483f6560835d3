/* SPDX-License-Identifier: MIT */
/* The ranges of protocol.md section 6, as a check on those in lib/show.c. */
#include "tests/support/harmless.h"

#include <stdint.h>
#include <string.h>

#include "lib/utf8.h"

static const struct {
    uint32_t first, last;
} harmful[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

bool is_harmless(const char *line, size_t len)
{
    const uint8_t *at = (const uint8_t *)line, *end = at + len;

    while (at < end) {
        uint32_t code;
        size_t size = kit_utf8_next(&code, at, (size_t)(end - at));

        if (size == 0)
            return false;
        for (size_t i = 0; i < sizeof harmful / sizeof harmful[0]; i++) {
            if (code >= harmful[i].first && code <= harmful[i].last)
                return false;
        }
        at += size;
    }
    return true;
}

long harmful_lines(const char *text, size_t len, long *lines)
{
    const char *end = text + len;
    long count = 0, harm = 0;

    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline != NULL ? newline : end;

        count++;
        harm += !is_harmless(text, (size_t)(stop - text));
        text = stop + 1;
    }
    if (lines != NULL)
        *lines = count;
    return harm;
}
