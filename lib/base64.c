/* SPDX-License-Identifier: MIT */
/* Base64 with one encoding for every value (RFC 4648 sections 3.5 and 4). */
#include "lib/base64.h"

#include <string.h>

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of each ASCII character. NO: it is not in the alphabet. */
#define NO 64
/* clang-format off */
static const uint8_t values[128] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
    NO,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
    NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
};
/* clang-format on */

/* Encodes COUNT bytes, 1 to 3, as four characters. */
static void encode_group(char *out, const uint8_t *in, size_t count)
{
    uint32_t bits = (uint32_t)in[0] << 16;

    /* A missing byte counts as zero, and its character becomes padding. */
    out[2] = '=';
    out[3] = '=';
    if (count > 1)
        bits |= (uint32_t)in[1] << 8;
    if (count > 2)
        bits |= in[2];
    out[0] = letters[bits >> 18];
    out[1] = letters[bits >> 12 & 63];
    if (count > 1)
        out[2] = letters[bits >> 6 & 63];
    if (count > 2)
        out[3] = letters[bits & 63];
}

int kit_base64_encode(char *out, size_t out_size, const void *in, size_t in_len)
{
    const uint8_t *from = in;

    if (out_size > 0)
        out[0] = '\0';

    /* The first comparison makes sure that the second does not overflow. */
    if (out_size <= in_len || out_size <= KIT_BASE64_LEN(in_len))
        return -1;

    for (size_t left = in_len; left > 0; out += 4) {
        size_t count = left < 3 ? left : 3;

        encode_group(out, from, count);
        from += count;
        left -= count;
    }
    *out = '\0';
    return 0;
}

/* Decodes the COUNT bytes, 1 to 3, of a group of COUNT + 1 characters. */
static int decode_group(uint8_t *out, const char *text, size_t count)
{
    uint32_t bits = 0;

    for (size_t i = 0; i <= count; i++) {
        uint8_t c = (uint8_t)text[i];
        if (c >= sizeof values || values[c] == NO)
            return -1;
        bits |= (uint32_t)values[c] << (18 - 6 * i);
    }

    /* The bits after the last byte are unused: they must be zero. */
    if (bits & (0xffffffu >> 8 * count))
        return -1;
    for (size_t i = 0; i < count; i++)
        out[i] = (uint8_t)(bits >> (16 - 8 * i));
    return 0;
}

/* The number of padding characters at the end: 0, 1 or 2. */
static size_t count_padding(const char *text, size_t text_len)
{
    if (text_len < 4 || text[text_len - 1] != '=')
        return 0;
    return text[text_len - 2] == '=' ? 2 : 1;
}

int kit_base64_decode(void *out, size_t out_size, size_t *out_len,
                      const char *text, size_t text_len)
{
    size_t len = text_len / 4 * 3 - count_padding(text, text_len);
    uint8_t *bytes = out;
    int rc = -1;

    *out_len = 0;
    if (text_len % 4 != 0 || len > out_size)
        goto done;

    /* Only the last group can be short. A '=' before it is an error. */
    for (size_t at = 0; at < len; at += 3, text += 4)
        if (decode_group(bytes + at, text, len - at < 3 ? len - at : 3) != 0)
            goto done;
    *out_len = len;
    rc = 0;

done:
    if (rc != 0 && out_size > 0)
        memset(out, 0, out_size);
    return rc;
}
