/* SPDX-License-Identifier: MIT */
/* Base64 with one encoding for every value (RFC 4648 sections 3.5 and 4). */
#include "lib/base64.h"

#include <string.h>

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of each character. NO: it is not in the alphabet. */
#define NO 64
/* clang-format off */
static const uint8_t values[256] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
    NO,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
    NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
    /* Bytes beyond ASCII. */
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
};
/* clang-format on */

/* Encodes three bytes as four characters. */
static void encode_group(char *out, const uint8_t *in)
{
    uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];

    out[0] = letters[bits >> 18];
    out[1] = letters[bits >> 12 & 63];
    out[2] = letters[bits >> 6 & 63];
    out[3] = letters[bits & 63];
}

/* Encodes the last COUNT bytes, 1 or 2, with padding. */
static void encode_last(char *out, const uint8_t *in, size_t count)
{
    const uint8_t padded[3] = {in[0], count > 1 ? in[1] : 0};

    encode_group(out, padded);
    memset(out + count + 1, '=', 3 - count);
}

int kit_base64_encode(char *out, size_t out_size, const void *in, size_t in_len)
{
    const uint8_t *from = in;

    if (out_size > 0)
        out[0] = '\0';

    /* The first comparison makes sure that the second does not overflow. */
    if (out_size <= in_len || out_size <= KIT_BASE64_LEN(in_len))
        return -1;

    size_t left = in_len;
    for (; left >= 3; from += 3, left -= 3, out += 4)
        encode_group(out, from);
    if (left > 0) {
        encode_last(out, from, left);
        out += 4;
    }
    *out = '\0';
    return 0;
}

/* The value of C, or NO. */
static uint32_t value_of(char c)
{
    return values[(uint8_t)c];
}

/* Decodes COUNT groups of four characters to three bytes each. */
static int decode_groups(uint8_t *out, const char *text, size_t count)
{
    for (; count > 0; count--, text += 4, out += 3) {
        uint32_t a = value_of(text[0]), b = value_of(text[1]);
        uint32_t c = value_of(text[2]), d = value_of(text[3]);
        uint32_t bits = a << 18 | b << 12 | c << 6 | d;

        if ((a | b | c | d) & NO)
            return -1;
        out[0] = (uint8_t)(bits >> 16);
        out[1] = (uint8_t)(bits >> 8);
        out[2] = (uint8_t)bits;
    }
    return 0;
}

/* Decodes the last COUNT bytes, 1 or 2. Their group ends with padding. */
static int decode_last(uint8_t *out, const char *text, size_t count)
{
    /* Decode 'A', six zero bits, in place of the padding. The bytes after the
       first COUNT then have only the unused bits of the last letter. These must
       be zero: otherwise a value would have several encodings. */
    char group[4] = {text[0], text[1], 'A', 'A'};
    uint8_t bytes[3];

    if (count > 1)
        group[2] = text[2];
    if (decode_groups(bytes, group, 1) != 0 || bytes[2] != 0 ||
        (count == 1 && bytes[1] != 0))
        return -1;
    memcpy(out, bytes, count);
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
    size_t groups = len / 3, rest = len % 3;
    if (decode_groups(bytes, text, groups) != 0 ||
        (rest > 0 &&
         decode_last(bytes + 3 * groups, text + 4 * groups, rest) != 0))
        goto done;
    *out_len = len;
    rc = 0;

done:
    if (rc != 0 && out_size > 0)
        memset(out, 0, out_size);
    return rc;
}
