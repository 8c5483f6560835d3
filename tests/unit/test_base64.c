/* SPDX-License-Identifier: MIT */
/* Base64: for each value exactly one text is accepted. */
#include <string.h>

#include "lib/base64.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

#define ALPHABET                                                               \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

enum {
    BYTES = 100, /* the longest value tried */
    ROOM = KIT_BASE64_LEN(BYTES) + 1,
};

/* Whether TEXT is rejected, with nothing left in the output. */
static bool rejects(const char *text, size_t len)
{
    uint8_t out[ROOM];
    size_t out_len = 7;

    memset(out, 0xaa, sizeof out);
    return kit_base64_decode(out, sizeof out, &out_len, text, len) == -1 &&
           out_len == 0 && all_bytes(out, sizeof out, 0);
}

/*
 * BYTES must be encoded as TEXT, and TEXT decoded as BYTES. One assertion for
 * all: each writes to a file even if it holds, and there are 65,000 pairs.
 */
static void check_pair(const void *bytes, size_t len, const char *text)
{
    char encoded[ROOM];
    uint8_t decoded[BYTES];
    size_t decoded_len;

    ck_assert_msg(kit_base64_encode(encoded, sizeof encoded, bytes, len) == 0 &&
                      strcmp(encoded, text) == 0 &&
                      kit_base64_decode(decoded, sizeof decoded, &decoded_len,
                                        text, strlen(text)) == 0 &&
                      decoded_len == len && memcmp(decoded, bytes, len) == 0,
                  "%zu bytes, encoded as %s, expected %s", len, encoded, text);
}

static void check_valid(const cJSON *vector)
{
    uint8_t bytes[BYTES];
    size_t len = vectors_hex(bytes, sizeof bytes, vector, "hex");

    check_pair(bytes, len, vectors_text(vector, "text"));
}

static void check_invalid(const cJSON *vector)
{
    const char *text = cJSON_GetStringValue(vector);

    ck_assert_msg(rejects(text, strlen(text)), "accepted: \"%s\"", text);
}

static void check_rfc_4648(const cJSON *vector)
{
    const char *text = vectors_text(vector, "text");

    check_pair(text, strlen(text), vectors_text(vector, "base64"));
}

START_TEST(vectors)
{
    vectors_each(PROTOCOL_VECTORS, "base64.valid", check_valid);
    vectors_each(PROTOCOL_VECTORS, "base64.invalid", check_invalid);
    vectors_each(RFC_VECTORS, "rfc4648_base64", check_rfc_4648);
}
END_TEST

/* Every byte, at every place of a group: only the alphabet is accepted. */
START_TEST(every_byte)
{
    static const char *const padded[] = {"AAAA=AAA", "====", "AAAA===="};

    for (size_t at = 0; at < 4; at++) {
        for (int c = 0; c < 256; c++) {
            char text[] = "AAAA";
            bool letter = c != 0 && strchr(ALPHABET, c) != NULL;
            text[at] = (char)c;
            if (at == 3 && c == '=')
                continue;
            ck_assert_msg(rejects(text, 4) != letter, "byte %d at %zu: %s", c,
                          at, letter ? "rejected" : "accepted");
        }
    }
    for (size_t i = 0; i < COUNT(padded); i++)
        ck_assert(rejects(padded[i], strlen(padded[i])));
}
END_TEST

/* Encodes LEN bytes; the result must decode to the same bytes. */
static void round_trip(const uint8_t *bytes, size_t len)
{
    char text[ROOM];

    ck_assert_msg(kit_base64_encode(text, sizeof text, bytes, len) == 0 &&
                      strlen(text) == KIT_BASE64_LEN(len),
                  "%zu bytes have %zu letters", len, strlen(text));
    check_pair(bytes, len, text);
}

START_TEST(every_length)
{
    uint8_t bytes[BYTES] = {0};

    for (size_t len = 0; len <= BYTES; len++) {
        for (size_t i = 0; i < len; i++)
            bytes[i] = (uint8_t)(197 * i + 31 * len);
        round_trip(bytes, len);
    }
}
END_TEST

/* How many texts of LETTERS letters and then "=" are accepted. */
static size_t count_accepted(int letters)
{
    size_t count = 0, len;
    uint8_t out[3];

    for (int i = 0; i < 1 << 6 * letters; i++) {
        char text[] = "====";
        for (int k = 0; k < letters; k++)
            text[k] = ALPHABET[i >> 6 * k & 63];
        if (kit_base64_decode(out, sizeof out, &len, text, 4) == 0)
            count++;
    }
    return count;
}

/* Each value has a text. There are as many texts as values, so it has one. */
START_TEST(one_text_each)
{
    for (int value = 0; value < 65536; value++) {
        const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8)};

        round_trip(bytes, 2);
        if (value < 256)
            round_trip(bytes, 1);
    }
    ck_assert_uint_eq(count_accepted(1), 0);
    ck_assert_uint_eq(count_accepted(2), 256);
    ck_assert_uint_eq(count_accepted(3), 65536);
}
END_TEST

START_TEST(room)
{
    char text[9];
    uint8_t bytes[6];
    size_t len;

    /* Four bytes are eight characters and a zero. */
    ck_assert_int_eq(kit_base64_encode(text, 9, "abcd", 4), 0);
    ck_assert_str_eq(text, "YWJjZA==");
    ck_assert_int_eq(kit_base64_encode(text, 8, "abcd", 4), -1);
    ck_assert_str_eq(text, "");
    text[0] = 'x';
    ck_assert_int_eq(kit_base64_encode(text, 0, "abcd", 4), -1);
    ck_assert_int_eq(text[0], 'x');
    ck_assert_int_eq(kit_base64_encode(text, 1, NULL, 0), 0);
    ck_assert_str_eq(text, "");

    /* An output that is too small is zeroed; nothing after it is written. */
    ck_assert_int_eq(kit_base64_decode(bytes, 4, &len, "YWJjZA==", 8), 0);
    memset(bytes, 0xaa, sizeof bytes);
    ck_assert_int_eq(kit_base64_decode(bytes, 3, &len, "YWJjZA==", 8), -1);
    ck_assert_mem_eq(bytes, "\0\0\0\xaa\xaa\xaa", 6);
    ck_assert_uint_eq(len, 0);
    ck_assert_int_eq(kit_base64_decode(NULL, 0, &len, "", 0), 0);
    ck_assert_int_eq(kit_base64_decode(NULL, 0, &len, "AA==", 4), -1);
}
END_TEST

TEST_SUITE(base64, 60, NULL, NULL)
{
    tcase_add_tests(tcase, vectors, every_byte, every_length, one_text_each,
                    room);
}
