/* SPDX-License-Identifier: MIT */
/* Showing text: nothing steers a terminal, and nothing else is changed. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/show.h"
#include "lib/utf8.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

enum { TEXT = 64 };

/* TEXT of LEN bytes, shown in exactly the room that the header names. */
static const char *shown(const void *text, size_t len)
{
    static char out[KIT_SHOWN_SIZE(TEXT) + 1];

    ck_assert_uint_le(len, TEXT);
    memset(out, 'x', sizeof out);
    kit_show(out, KIT_SHOWN_SIZE(len), text, len);
    ck_assert_int_eq(out[KIT_SHOWN_SIZE(len)], 'x');
    return out;
}

/* LEN bytes as \xhh, written another way than the library does. */
static const char *as_hex(const uint8_t *bytes, size_t len)
{
    static char out[KIT_SHOWN_SIZE(TEXT)];

    out[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        const char digits[] = "0123456789abcdef";
        char one[] = {'\\', 'x', digits[bytes[i] / 16], digits[bytes[i] % 16],
                      '\0'};
        strcat(out, one);
    }
    return out;
}

START_TEST(vectors)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    uint8_t bytes[TEXT];

    cJSON_ArrayForEach(item, vectors_list(root, "print_safe"))
    {
        size_t len = vectors_hex(bytes, sizeof bytes, item, "hex");
        ck_assert_str_eq(shown(bytes, len), vectors_text(item, "shown"));
    }
    cJSON_Delete(root);
}
END_TEST

/* The classes of protocol.md section 6, first and last. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x0, 0x1f},      {0x7f, 0x9f},     {0x61c, 0x61c},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

/* Writes CODE as UTF-8; returns its size. */
static size_t spell(uint8_t out[4], uint32_t code)
{
    static const uint8_t lead[] = {0x00, 0xc0, 0xe0, 0xf0};
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (uint8_t)(0x80 | (code & 0x3f));
    out[0] = (uint8_t)(lead[size - 1] | code);
    return size;
}

static void check_code(uint32_t code, bool hides)
{
    uint8_t bytes[5] = {0};
    size_t size = spell(bytes, code);

    ck_assert_str_eq(shown(bytes, size),
                     hides ? as_hex(bytes, size) : (const char *)bytes);
}

START_TEST(bounds_of_classes)
{
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        check_code(hidden[i].first, true);
        check_code(hidden[i].last, true);
        check_code((hidden[i].first + hidden[i].last) / 2, true);
        if (hidden[i].first > 0)
            check_code(hidden[i].first - 1, false);
        check_code(hidden[i].last + 1, false);
    }
    check_code(0xd7ff, false);
    check_code(0xe000, false);
    check_code(0x10ffff, false);
}
END_TEST

/* All characters, counted: no class is larger or smaller than the text says. */
START_TEST(every_character)
{
    size_t count = 0, want = 0;

    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        want += hidden[i].last - hidden[i].first + 1;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t bytes[4];
        char out[KIT_SHOWN_SIZE(4)];
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        kit_show(out, sizeof out, bytes, spell(bytes, code));
        count += out[0] == '\\' && code != '\\';
    }
    ck_assert_uint_eq(count, want);
}
END_TEST

/* What is no UTF-8, byte by byte, and what follows is not swallowed. */
START_TEST(invalid_bytes)
{
    ck_assert_str_eq(shown("a\xff"
                           "b",
                           3),
                     "a\\xffb");
    ck_assert_str_eq(shown("\xc3", 1), "\\xc3");
    ck_assert_str_eq(shown("\xc3(", 2), "\\xc3(");
    ck_assert_str_eq(shown("\xe2\x82z", 3), "\\xe2\\x82z");
    ck_assert_str_eq(shown("\xc0\xaf", 2), "\\xc0\\xaf");
    ck_assert_str_eq(shown("\xf4\x90\x80\x80", 4), "\\xf4\\x90\\x80\\x80");
    ck_assert_str_eq(shown("\xe2\xc3\xa9", 3), "\\xe2\xc3\xa9");
    for (int c = 0x80; c < 0x100; c++) {
        uint8_t byte = (uint8_t)c;
        ck_assert_str_eq(shown(&byte, 1), as_hex(&byte, 1));
    }
}
END_TEST

/* No text can be made to look like another that is shown. */
START_TEST(backslash)
{
    ck_assert_str_eq(shown("\\", 1), "\\\\");
    ck_assert_str_eq(shown("\\x1b", 4), "\\\\x1b");
    ck_assert_str_eq(shown("a\nbob: b\r\0", 10), "a\\x0abob: b\\x0d\\x00");
}
END_TEST

/* Too little room: whole characters, then the zero, and nothing behind it. */
START_TEST(short_room)
{
    static const struct {
        size_t room;
        const char *shown;
    } cases[] = {
        /* a, e acute, ESC, backslash, key: 1 + 2 + 4 + 2 + 4 characters */
        {1, ""},
        {2, "a"},
        {3, "a"},
        {4, "a\xc3\xa9"},
        {7, "a\xc3\xa9"},
        {8, "a\xc3\xa9\\x1b"},
        {9, "a\xc3\xa9\\x1b"},
        {10, "a\xc3\xa9\\x1b\\\\"},
        {13, "a\xc3\xa9\\x1b\\\\"},
        {14, "a\xc3\xa9\\x1b\\\\\xf0\x9f\x94\x91"},
    };
    static const char text[] = "a\xc3\xa9\x1b\\\xf0\x9f\x94\x91";

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = malloc(cases[i].room);
        kit_show(out, cases[i].room, text, sizeof text - 1);
        ck_assert_str_eq(out, cases[i].shown);
        free(out);
    }
}
END_TEST

/* Of one hidden character, all bytes are shown or none. */
START_TEST(short_room_hidden)
{
    char out[] = "xxxxxxxxx";

    kit_show(out, 8, "\xc2\x9b", 2);
    ck_assert_str_eq(out, "");
    kit_show(out, 9, "\xc2\x9b", 2);
    ck_assert_str_eq(out, "\\xc2\\x9b");
    out[0] = 'x';
    kit_show(out, 0, "a", 1);
    ck_assert_int_eq(out[0], 'x');
    kit_show(out, 1, NULL, 0);
    ck_assert_str_eq(out, "");
}
END_TEST

/* What a shell would make of it is the name again. */
static const struct {
    const char *name, *word;
} words[] = {
    {"chat.db", "chat.db"},
    {"/var/lib/chat-1/a_b.db", "/var/lib/chat-1/a_b.db"},
    {"", ""},
    {"my class.db", "'my class.db'"},
    {"$(reboot)", "'$(reboot)'"},
    {"a;b", "'a;b'"},
    {"~/x", "'~/x'"},
    {"it's", "'it'\"'\"'s'"},
    {"''", "''\"'\"''\"'\"''"},
    {"-R", "./-R"},
    {"-R .", "'./-R .'"},
    {"\xc3\xa4.db", "'\xc3\xa4.db'"},
};

START_TEST(word)
{
    char out[KIT_QUOTED_SIZE];

    kit_shell_quote(out, words[_i].name);
    ck_assert_str_eq(out, words[_i].word);
}
END_TEST

START_TEST(long_word)
{
    char name[3 * KIT_QUOTED_SIZE], out[KIT_QUOTED_SIZE + 1];

    memset(name, '\'', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    out[KIT_QUOTED_SIZE] = 'x';
    kit_shell_quote(out, name);
    ck_assert_uint_lt(strlen(out), KIT_QUOTED_SIZE);
    ck_assert_int_eq(out[KIT_QUOTED_SIZE], 'x');
}
END_TEST

TEST_SUITE(show)
{
    Suite *suite = suite_create("show");
    TCase *tests = suite_add_case(suite, "show");

    tcase_add_tests(tests, vectors, bounds_of_classes, every_character,
                    invalid_bytes, backslash, short_room, short_room_hidden);
    tcase_add_loop_test(tests, word, 0, sizeof words / sizeof words[0]);
    tcase_add_test(tests, long_word);
    return suite;
}
