/* SPDX-License-Identifier: MIT */
/*
 * UTF-8, and text shown on a terminal: what could control the terminal is
 * escaped, and all other text is unchanged.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/show.h"
#include "lib/utf8.h"
#include "tests/support/harmless.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

/* Writes CODE in SIZE bytes, even if that is not valid. */
static void encode(uint8_t *out, uint32_t code, size_t size)
{
    static const uint8_t lead[] = {0x00, 0xc0, 0xe0, 0xf0};

    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (uint8_t)(0x80 | (code & 0x3f));
    out[0] = (uint8_t)(lead[size - 1] | code);
}

/* The size that RFC 3629 section 3 gives to CODE; 0 if it is not valid. */
static size_t size_of(uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* --- UTF-8 ---------------------------------------------------------------- */

/* Each number in each size: only the shortest encoding is valid. */
START_TEST(every_number)
{
    static const uint32_t ends[] = {0x80, 0x800, 0x10000, 0x200000};
    uint8_t bytes[4];
    uint32_t got;

    for (size_t size = 1; size <= 4; size++) {
        for (uint32_t code = 0; code < ends[size - 1]; code++) {
            size_t want = size_of(code) == size ? size : 0;

            encode(bytes, code, size);
            if (kit_utf8_next(&got, bytes, size) != want ||
                got != (want > 0 ? code : 0))
                ck_abort_msg("U+%04X in %zu bytes: not %s", code, size,
                             want > 0 ? "accepted" : "rejected");
        }
    }
}
END_TEST

/* A byte that cannot continue a character, at every place after the first. */
START_TEST(no_continuation)
{
    static const uint8_t bad[] = {0x00, 0x7f, 0xc0, 0xff};
    static const uint32_t codes[] = {0x80, 0x800, 0x10000};
    uint8_t bytes[4];
    uint32_t code;

    for (size_t size = 2; size <= 4; size++) {
        for (size_t at = 1; at < size; at++) {
            for (size_t i = 0; i < sizeof bad; i++) {
                encode(bytes, codes[size - 2], size);
                bytes[at] = bad[i];
                ck_assert_uint_eq(kit_utf8_next(&code, bytes, 4), 0);
            }
        }
    }
}
END_TEST

/* Bytes that cannot begin a character, whatever follows. */
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

/* Cut characters, in memory that ends where they do. */
START_TEST(cut)
{
    static const uint32_t codes[] = {0x7f, 0x7ff, 0xfffd, 0x10ffff};

    for (size_t size = 1; size <= 4; size++) {
        for (size_t len = 0; len < size; len++) {
            uint8_t bytes[4], *exact = malloc(len + (len == 0));
            uint32_t code = 1;

            encode(bytes, codes[size - 1], size);
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

/* Only these characters are plain; any other one ends the plain text. */
START_TEST(plain_text)
{
    char text[40];

    for (int byte = 0; byte < 256; byte++) {
        bool plain = byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';

        for (size_t at = 0; at < sizeof text; at++) {
            memset(text, 'a', sizeof text);
            text[at] = (char)byte;
            ck_assert_uint_eq(kit_utf8_plain(text, sizeof text),
                              plain ? sizeof text : at);
            ck_assert_uint_eq(kit_utf8_plain(text, at), at);
        }
    }
}
END_TEST

/* --- Showing -------------------------------------------------------------- */

enum { TEXT = 64 };

/*
 * LEN bytes of TEXT, shown in exactly as much room as the header says. This
 * runs a million times, and ck_assert writes to a file each time it holds.
 */
static const char *shown(const void *text, size_t len)
{
    static char out[KIT_SHOWN_SIZE(TEXT) + 1];

    if (len > TEXT)
        ck_abort_msg("%zu bytes are too long for this test", len);
    memset(out, 'x', sizeof out);
    kit_show(out, KIT_SHOWN_SIZE(len), text, len);
    if (out[KIT_SHOWN_SIZE(len)] != 'x')
        ck_abort_msg("more than KIT_SHOWN_SIZE bytes are written");
    return out;
}

/* LEN bytes as \xhh, written differently from how the library does it. */
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

static void check_shown(const cJSON *vector)
{
    uint8_t bytes[TEXT];
    size_t len = vectors_hex(bytes, sizeof bytes, vector, "hex");

    ck_assert_str_eq(shown(bytes, len), vectors_text(vector, "shown"));
}

START_TEST(vectors)
{
    vectors_each(PROTOCOL_VECTORS, "print_safe", check_shown);
}
END_TEST

/* Every character but the backslash is shown unchanged or as hex. */
START_TEST(every_character)
{
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t bytes[5] = {0};
        size_t size = size_of(code);
        const char *want = (const char *)bytes, *got;

        if (size == 0 || code == '\\')
            continue;
        encode(bytes, code, size);
        if (!is_harmless(want, size))
            want = as_hex(bytes, size);
        got = shown(bytes, size);
        if (strcmp(got, want) != 0)
            ck_abort_msg("U+%04X is shown as %s", code, got);
    }
}
END_TEST

/* Invalid bytes are shown as hex, and what follows is not lost. */
static const struct {
    const char *text, *shown;
} texts[] = {
    {"a\xff(b", "a\\xff(b"},
    {"\xc3", "\\xc3"},
    {"\xc3(", "\\xc3("},
    {"\xe2\x82z", "\\xe2\\x82z"},
    {"\xc0\xaf", "\\xc0\\xaf"},
    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
    {"\xe2\xc3\xa9", "\\xe2\xc3\xa9"},
    /* The backslash is escaped, too: no two texts look alike. */
    {"\\", "\\\\"},
    {"\\x1b", "\\\\x1b"},
    {"a\nbob: b\r", "a\\x0abob: b\\x0d"},
};

START_TEST(invalid_bytes_and_backslashes)
{
    for (size_t i = 0; i < COUNT(texts); i++)
        ck_assert_str_eq(shown(texts[i].text, strlen(texts[i].text)),
                         texts[i].shown);
    for (int c = 0x80; c < 0x100; c++) {
        uint8_t byte = (uint8_t)c;

        ck_assert_str_eq(shown(&byte, 1), as_hex(&byte, 1));
    }
    ck_assert_str_eq(shown("\0", 1), "\\x00");
}
END_TEST

/* If there is too little room, the text ends after a whole character. */
START_TEST(too_little_room)
{
    /* a, e acute, ESC, CSI, backslash, key */
    static const char text[] = "a\xc3\xa9\x1b\xc2\x9b\\\xf0\x9f\x94\x91";
    static const char want[] = "a\xc3\xa9\\x1b\\xc2\\x9b\\\\\xf0\x9f\x94\x91";
    static const size_t ends[] = {0, 1, 3, 7, 15, 17, 21};
    char none[] = "x";
    size_t fits = 0;

    for (size_t room = 1; room <= sizeof want; room++) {
        char *out = malloc(room);

        if (fits + 1 < COUNT(ends) && ends[fits + 1] < room)
            fits++;
        kit_show(out, room, text, sizeof text - 1);
        ck_assert_uint_eq(strlen(out), ends[fits]);
        ck_assert_mem_eq(out, want, ends[fits]);
        free(out);
    }
    kit_show(none, 0, "a", 1);
    ck_assert_str_eq(none, "x");
    kit_show(none, 1, NULL, 0);
    ck_assert_str_eq(none, "");
}
END_TEST

/* Quoted, so that a shell reads the word as the name. */
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

START_TEST(shell_quote)
{
    char out[KIT_QUOTED_SIZE];

    kit_shell_quote(out, words[_i].name);
    ck_assert_str_eq(out, words[_i].word);
}
END_TEST

START_TEST(shell_quote_long)
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

TEST_SUITE(show, 60, NULL, NULL)
{
    tcase_add_tests(tcase, every_number, no_continuation, no_lead, cut,
                    first_of_many, plain_text, vectors, every_character,
                    invalid_bytes_and_backslashes, too_little_room,
                    shell_quote_long);
    tcase_add_rows(tcase, shell_quote, words);
}
