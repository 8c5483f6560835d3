/* SPDX-License-Identifier: MIT */
/* Base64: everything canonical is read, and nothing else is. */
#include <stdlib.h>
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

/* Whether TEXT is refused, with nothing left behind in the output. */
static bool refuses(const char *text, size_t len)
{
    uint8_t out[ROOM], zero[ROOM] = {0};
    size_t out_len = 7;

    memset(out, 0xaa, sizeof out);
    return kit_base64_decode(out, sizeof out, &out_len, text, len) == -1 &&
           out_len == 0 && memcmp(out, zero, sizeof out) == 0;
}

/* BYTES and TEXT are the same value, read either way. */
static void check_pair(const void *bytes, size_t len, const char *text)
{
    char encoded[ROOM];
    uint8_t decoded[BYTES];
    size_t decoded_len;

    ck_assert_int_eq(kit_base64_encode(encoded, sizeof encoded, bytes, len), 0);
    ck_assert_str_eq(encoded, text);
    ck_assert_int_eq(kit_base64_decode(decoded, sizeof decoded, &decoded_len,
                                       text, strlen(text)),
                     0);
    ck_assert_mem_eq(decoded, bytes, len);
    ck_assert_uint_eq(decoded_len, len);
}

START_TEST(protocol_vectors)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *base64 = cJSON_GetObjectItemCaseSensitive(root, "base64");
    const cJSON *item;
    uint8_t bytes[BYTES];

    cJSON_ArrayForEach(item, vectors_list(base64, "valid"))
    {
        size_t len = vectors_hex(bytes, sizeof bytes, item, "hex");
        check_pair(bytes, len, vectors_text(item, "text"));
    }
    cJSON_ArrayForEach(item, vectors_list(base64, "invalid"))
    {
        const char *text = cJSON_GetStringValue(item);
        ck_assert_msg(refuses(text, strlen(text)), "taken: \"%s\"", text);
    }
    cJSON_Delete(root);
}
END_TEST

START_TEST(rfc_vectors)
{
    cJSON *root = vectors_load(RFC_VECTORS);
    const cJSON *item;

    cJSON_ArrayForEach(item, vectors_list(root, "rfc4648_base64"))
    {
        const char *text = vectors_text(item, "text");
        check_pair(text, strlen(text), vectors_text(item, "base64"));
    }
    cJSON_Delete(root);
}
END_TEST

/* Every byte at every place of a group: the alphabet, and nothing else. */
START_TEST(every_byte)
{
    for (size_t at = 0; at < 4; at++) {
        for (int c = 0; c < 256; c++) {
            char text[] = "AAAA";
            bool letter = c != 0 && strchr(ALPHABET, c) != NULL;
            text[at] = (char)c;
            if (at == 3 && c == '=')
                continue;
            ck_assert_msg(refuses(text, 4) != letter, "byte %d at %zu", c, at);
        }
    }
    ck_assert(refuses("AAAA=AAA", 8));
    ck_assert(refuses("====", 4));
    ck_assert(refuses("AAAA====", 8));
}
END_TEST

START_TEST(round_trip)
{
    uint8_t bytes[BYTES], back[BYTES];
    char text[ROOM];
    size_t back_len;

    for (size_t len = 0; len <= BYTES; len++) {
        for (size_t i = 0; i < len; i++)
            bytes[i] = (uint8_t)(197 * i + 31 * len);
        ck_assert_int_eq(kit_base64_encode(text, sizeof text, bytes, len), 0);
        ck_assert_uint_eq(strlen(text), KIT_BASE64_LEN(len));
        ck_assert_int_eq(
            kit_base64_decode(back, sizeof back, &back_len, text, strlen(text)),
            0);
        ck_assert_uint_eq(back_len, len);
        ck_assert_mem_eq(back, bytes, len);
    }
}
END_TEST

/* Changes the character at AT to every other one: no second spelling. */
static void change_at(char *text, size_t at, const uint8_t *bytes, size_t len)
{
    uint8_t out[BYTES];
    size_t out_len;
    char kept = text[at];

    for (int c = 0; c < 256; c++) {
        text[at] = (char)c;
        if (text[at] == kept)
            continue;
        if (kit_base64_decode(out, sizeof out, &out_len, text, strlen(text)) ==
            0)
            ck_assert(out_len != len || memcmp(out, bytes, len) != 0);
    }
    text[at] = kept;
}

START_TEST(every_change)
{
    static const uint8_t bytes[] = "\x00\x10\x83\x10\x51\x87\x20\x92\x8b";
    char text[ROOM];

    for (size_t len = 1; len < sizeof bytes; len++) {
        ck_assert_int_eq(kit_base64_encode(text, sizeof text, bytes, len), 0);
        for (size_t at = 0; text[at] != '\0'; at++)
            change_at(text, at, bytes, len);
    }
}
END_TEST

/* Counts the texts that are read, of those that begin with LETTERS letters. */
static size_t count_spellings(int letters)
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

/* As many texts as values, and each value has one: so none has two. */
START_TEST(one_spelling_each)
{
    ck_assert_uint_eq(count_spellings(1), 0);
    ck_assert_uint_eq(count_spellings(2), 256);
    ck_assert_uint_eq(count_spellings(3), 65536);
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

    /* And back; what does not fit leaves zeros, and nothing behind them. */
    ck_assert_int_eq(kit_base64_decode(bytes, 4, &len, "YWJjZA==", 8), 0);
    memset(bytes, 0xaa, sizeof bytes);
    ck_assert_int_eq(kit_base64_decode(bytes, 3, &len, "YWJjZA==", 8), -1);
    ck_assert_mem_eq(bytes, "\0\0\0\xaa\xaa\xaa", 6);
    ck_assert_uint_eq(len, 0);
    ck_assert_int_eq(kit_base64_decode(NULL, 0, &len, "", 0), 0);
    ck_assert_int_eq(kit_base64_decode(NULL, 0, &len, "AA==", 4), -1);
}
END_TEST

TEST_SUITE(base64)
{
    Suite *suite = suite_create("base64");
    TCase *tests = suite_add_case(suite, "base64");

    tcase_add_tests(tests, protocol_vectors, rfc_vectors, every_byte,
                    round_trip, every_change, one_spelling_each, room);
    return suite;
}
