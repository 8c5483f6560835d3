/* SPDX-License-Identifier: MIT */
/* The same text, as different editors write it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/text_file.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

#define TEXT(text) text, sizeof(text) - 1

enum { MOST = 100 };

static char why[KIT_TEXT_FILE_WHY];

/* Reads TEXT from a file, which must give WANT; or, with NULL, the ERROR. */
static void expect(const char *text, size_t len, enum kit_encoding encoding,
                   const char *want, const char *error)
{
    char *got;

    feed(text, len);
    why[0] = '\0';
    got = kit_text_file_read(why, STDIN_FILENO, MOST, encoding);
    if (want == NULL) {
        ck_assert_ptr_null(got);
        ck_assert_msg(strstr(why, error) != NULL, "\"%s\" instead of \"%s\"",
                      why, error);
    } else {
        ck_assert_msg(got != NULL, "rejected: %s", why);
        ck_assert_str_eq(got, want);
    }
    free(got);
}

static const struct {
    const char *text;
    size_t len;
    const char *utf8;  /* as KIT_UTF8; NULL: there is an error */
    const char *error; /* a part of it */
    const char *any;   /* as KIT_ANY_TEXT; NULL: the same error */
} texts[] = {
    {TEXT(""), "", NULL, ""},
    {TEXT("a\nb\n"), "a\nb\n", NULL, "a\nb\n"},
    {TEXT("a\r\nb\r\n"), "a\nb\n", NULL, "a\nb\n"},
    {TEXT("a\rb\r"), "a\nb\n", NULL, "a\nb\n"},
    {TEXT("a\r\r\nb\n\r"), "a\n\nb\n\n", NULL, "a\n\nb\n\n"},
    {TEXT("\xef\xbb\xbf"), "", NULL, ""},
    {TEXT("\xef\xbb\xbf\x61\r\n"), "a\n", NULL, "a\n"},
    /* Not at the start: a character. */
    {TEXT("a\xef\xbb\xbf"), "a\xef\xbb\xbf", NULL, "a\xef\xbb\xbf"},
    {TEXT("Grüße"), "Grüße", NULL, "Grüße"},
    {TEXT("\xef\xbb"), NULL, "line 1 is not UTF-8", "ï»"},
    /* Latin-1 and its successor of Windows, converted line by line. */
    {TEXT("Jörg\r\nJ\xf6rg\nO\x92Neil \x8a\n"), NULL, "line 2 is not UTF-8",
     "Jörg\nJörg\nO’Neil Š\n"},
    {TEXT("\xef\xbb\xbfJ\xf6rg"), NULL, "line 1 is not UTF-8", "Jörg"},
    {TEXT("\xff\xfe\x61\0\r\0\n\0\xe4\0"), NULL, "UTF-16", "a\nä"},
    {TEXT("\xfe\xff\0a\0\r\0\n\0\xe4"), NULL, "UTF-16", "a\nä"},
    {TEXT("a\0b\0"), NULL, "UTF-16", "ab"},
    {TEXT("\0a\0b"), NULL, "UTF-16", "ab"},
    {TEXT("\xff\xfe\x3d\xd8\x11\xdd"), NULL, "UTF-16", "\xf0\x9f\x94\x91"},
    {TEXT("\xff\xfe\x3d\xd8\x61\0\x11\xdd"), NULL, "UTF-16",
     "\xef\xbf\xbd\x61\xef\xbf\xbd"},
    {TEXT("\xff\xfe\x61"), NULL, "UTF-16", ""},
    {TEXT("\xff\xfe\0\0a\0\0\0"), NULL, "UTF-32", NULL},
    {TEXT("\0\0\xfe\xff\0\0\0a"), NULL, "UTF-32", NULL},
    {TEXT("a\nbc\0d"), NULL, "line 2 has a zero byte", "a\nbc d"},
    {TEXT("a\r\nb\rcc\0d"), NULL, "line 3 has a zero byte", "a\nb\ncc d"},
};

START_TEST(encodings)
{
    const char *error = texts[_i].error;

    expect(texts[_i].text, texts[_i].len, KIT_UTF8, texts[_i].utf8, error);
    expect(texts[_i].text, texts[_i].len, KIT_ANY_TEXT, texts[_i].any, error);
    /* KIT_8BIT leaves bytes over 127 unchanged, so only a few are errors. */
    if (error != NULL && strstr(error, "UTF-8") == NULL)
        expect(texts[_i].text, texts[_i].len, KIT_8BIT, NULL, error);
}
END_TEST

START_TEST(latin1_as_8bit)
{
    expect(TEXT("Jörg\r\nJ\xf6rg\nO\x92Neil \x8a\n"), KIT_8BIT,
           "Jörg\nJ\xf6rg\nO\x92Neil \x8a\n", NULL);
}
END_TEST

START_TEST(limits)
{
    char text[MOST + 2] = "";

    memset(text, 'x', MOST);
    expect(text, MOST, KIT_UTF8, text, NULL);
    for (int e = KIT_UTF8; e <= KIT_ANY_TEXT; e++)
        expect(text, MOST + 1, (enum kit_encoding)e, NULL, "100 bytes");
    ck_assert_ptr_null(kit_text_file_read(why, -1, MOST, KIT_UTF8));
    ck_assert_uint_gt(strlen(why), 0);
}
END_TEST

/* Bytes after the new end are wiped. */
START_TEST(nothing_is_left_behind)
{
    char text[] = "\xef\xbb\xbf\x61\r\nsecret";
    size_t len = sizeof text - 1;

    ck_assert_int_eq(kit_text_file_clean(why, text, &len, KIT_UTF8), 0);
    ck_assert_mem_eq(text, "a\nsecret\0\0\0\0", sizeof text - 1);
    ck_assert_uint_eq(len, 8);
}
END_TEST

TEST_SUITE(text_file, 60, NULL, NULL)
{
    tcase_add_rows(tcase, encodings, texts);
    tcase_add_tests(tcase, latin1_as_8bit, limits, nothing_is_left_behind);
}
