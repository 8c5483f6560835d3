/* SPDX-License-Identifier: MIT */
/* UTF-8: every character is read, and only in its one spelling. */
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"
#include "tests/support/suites.h"

/* Writes CODE in SIZE bytes, also where that is not allowed. */
static void spell(uint8_t *out, uint32_t code, size_t size)
{
    static const uint8_t lead[] = {0x00, 0xc0, 0xe0, 0xf0};

    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (uint8_t)(0x80 | (code & 0x3f));
    out[0] = (uint8_t)(lead[size - 1] | code);
}

/* The size that RFC 3629 section 3 gives to CODE; 0 to what is none. */
static size_t size_of(uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* How many numbers SIZE bytes have room for. */
static uint32_t room_of(size_t size)
{
    static const uint32_t room[] = {0x80, 0x800, 0x10000, 0x200000};

    return room[size - 1];
}

/* All numbers in all sizes: read if and only if number and size agree. */
START_TEST(every_number)
{
    uint8_t bytes[4];
    uint32_t got;

    for (size_t size = 1; size <= 4; size++) {
        for (uint32_t code = 0; code < room_of(size); code++) {
            size_t want = size_of(code) == size ? size : 0;
            spell(bytes, code, size);
            if (kit_utf8_next(&got, bytes, size) != want ||
                got != (want > 0 ? code : 0))
                ck_abort_msg("U+%04X in %zu bytes", code, size);
        }
    }
}
END_TEST

/* A byte that does not continue, at every place it can stand. */
START_TEST(no_continuation)
{
    static const uint8_t bad[] = {0x00, 0x7f, 0xc0, 0xff};
    static const uint32_t codes[] = {0x80, 0x800, 0x10000};
    uint8_t bytes[4];
    uint32_t code;

    for (size_t size = 2; size <= 4; size++) {
        for (size_t at = 1; at < size; at++) {
            for (size_t i = 0; i < sizeof bad; i++) {
                spell(bytes, codes[size - 2], size);
                bytes[at] = bad[i];
                ck_assert_uint_eq(kit_utf8_next(&code, bytes, 4), 0);
            }
        }
    }
}
END_TEST

/* Bytes that begin nothing, whatever follows. */
START_TEST(no_lead)
{
    for (int lead = 0x80; lead < 0x100; lead++) {
        uint8_t bytes[6] = {(uint8_t)lead, 0x80, 0x80, 0x80, 0x80, 0x80};
        uint32_t code;
        if (lead < 0xc0 || lead >= 0xf5)
            ck_assert_uint_eq(kit_utf8_next(&code, bytes, sizeof bytes), 0);
    }
}
END_TEST

/* Cut texts, in memory that ends where they do. */
START_TEST(cut)
{
    static const uint32_t codes[] = {0x7f, 0x7ff, 0xfffd, 0x10ffff};

    for (size_t size = 1; size <= 4; size++) {
        for (size_t len = 0; len < size; len++) {
            uint8_t bytes[4], *exact = malloc(len + (len == 0));
            uint32_t code = 1;
            spell(bytes, codes[size - 1], size);
            memcpy(exact, bytes, len);
            ck_assert_uint_eq(kit_utf8_next(&code, exact, len), 0);
            ck_assert_uint_eq(code, 0);
            free(exact);
        }
    }
}
END_TEST

/* What follows a character does not matter. */
START_TEST(first_of_many)
{
    uint32_t code;

    ck_assert_uint_eq(kit_utf8_next(&code, "a\xff", 2), 1);
    ck_assert_uint_eq(code, 'a');
    ck_assert_uint_eq(kit_utf8_next(&code, "\xe2\x82\xac\xff", 4), 3);
    ck_assert_uint_eq(code, 0x20ac);
}
END_TEST

TEST_SUITE(utf8)
{
    Suite *suite = suite_create("utf8");
    TCase *tests = suite_add_case(suite, "utf8");

    tcase_add_tests(tests, every_number, no_continuation, no_lead, cut,
                    first_of_many);
    return suite;
}
