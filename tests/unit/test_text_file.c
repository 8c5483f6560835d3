/* SPDX-License-Identifier: MIT */
/* The same text, as different editors write it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/text_file.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

#define S(text) (text), sizeof(text) - 1

enum { MOST = 100 };

static char why[KIT_TEXT_FILE_WHY];

/* TEXT from a file; to be freed. */
static char *read_text(const char *text, size_t len, enum kit_encoding encoding)
{
    feed(text, len);
    why[0] = '\0';
    return kit_text_file_read(why, STDIN_FILENO, MOST, encoding);
}

static const struct {
    const char *text;
    size_t len;
    const char *wanted;
} clean[] = {
    {S(""), ""},
    {S("a\nb\n"), "a\nb\n"},
    {S("a\r\nb\r\n"), "a\nb\n"},
    {S("a\rb\r"), "a\nb\n"},
    {S("a\r\r\nb\n\r"), "a\n\nb\n\n"},
    {S("\xef\xbb\xbf"), ""},
    {S("\xef\xbb\xbf"
       "a\r\n"),
     "a\n"},
    {S("\xef\xbb"), NULL},
    {S("a\xef\xbb\xbf"), "a\xef\xbb\xbf"}, /* not at the start: a character */
    {S("Gr\xc3\xbc\xc3\x9f"
       "e"),
     "Gr\xc3\xbc\xc3\x9f"
     "e"},
};

START_TEST(cleaned)
{
    char *text = read_text(clean[_i].text, clean[_i].len, KIT_UTF8);
    char *any = read_text(clean[_i].text, clean[_i].len, KIT_ANY_TEXT);

    if (clean[_i].wanted == NULL) {
        ck_assert_ptr_null(text);
    } else {
        ck_assert_msg(text != NULL, "%s", why);
        ck_assert_str_eq(text, clean[_i].wanted);
        ck_assert_str_eq(any, clean[_i].wanted);
    }
    free(text);
    free(any);
}
END_TEST

static const struct {
    const char *text;
    size_t len;
    const char *why; /* with KIT_ASCII and KIT_UTF8 */
    const char *any; /* with KIT_ANY_TEXT; NULL: an error, too */
} odd[] = {
    {S("\xff\xfe"
       "a\0\r\0\n\0\xe4\0"),
     "UTF-16", "a\n\xc3\xa4"},
    {S("\xfe\xff\0a\0\r\0\n\0\xe4"), "UTF-16", "a\n\xc3\xa4"},
    {S("a\0b\0"), "UTF-16", "ab"},
    {S("\0a\0b"), "UTF-16", "ab"},
    {S("\xff\xfe\x3d\xd8\x11\xdd"), "UTF-16", "\xf0\x9f\x94\x91"},
    {S("\xff\xfe\x3d\xd8"
       "a\0\x11\xdd"),
     "UTF-16",
     "\xef\xbf\xbd"
     "a\xef\xbf\xbd"},
    {S("\xff\xfe"
       "a"),
     "UTF-16", ""},
    {S("\xff\xfe\0\0a\0\0\0"), "UTF-32", NULL},
    {S("\0\0\xfe\xff\0\0\0a"), "UTF-32", NULL},
    {S("a\nbc\0d"), "line 2 has a zero byte", "a\nbc d"},
    {S("a\r\nb\rcc\0d"), "line 3 has a zero byte", "a\nb\ncc d"},
};

START_TEST(odd_encodings)
{
    for (int e = KIT_UTF8; e <= KIT_ASCII; e++) {
        ck_assert_ptr_null(
            read_text(odd[_i].text, odd[_i].len, (enum kit_encoding)e));
        ck_assert_msg(strstr(why, odd[_i].why) != NULL, "%s", why);
    }
    char *any = read_text(odd[_i].text, odd[_i].len, KIT_ANY_TEXT);

    if (odd[_i].any == NULL)
        ck_assert_ptr_null(any);
    else
        ck_assert_str_eq(any, odd[_i].any);
    free(any);
}
END_TEST

/* Latin-1 is named with its line, left alone, or converted line by line. */
START_TEST(latin1)
{
    static const char file[] = "J\xc3\xb6rg\r\nJ\xf6rg\nO\x92Neil \x8a\n";
    char *text;

    ck_assert_ptr_null(read_text(S(file), KIT_UTF8));
    ck_assert_msg(strstr(why, "line 2 is not UTF-8") != NULL, "%s", why);
    text = read_text(S(file), KIT_ASCII);
    ck_assert_str_eq(text, "J\xc3\xb6rg\nJ\xf6rg\nO\x92Neil \x8a\n");
    free(text);
    text = read_text(S(file), KIT_ANY_TEXT);
    ck_assert_str_eq(text,
                     "J\xc3\xb6rg\nJ\xc3\xb6rg\nO\xe2\x80\x99Neil \xc5\xa0\n");
    free(text);
    text = read_text(S("\xef\xbb\xbf"
                       "J\xf6rg"),
                     KIT_ANY_TEXT);
    ck_assert_str_eq(text, "J\xc3\xb6rg");
    free(text);
}
END_TEST

START_TEST(limits)
{
    char text[MOST + 1], *read;

    memset(text, 'x', sizeof text);
    read = read_text(text, MOST, KIT_UTF8);
    ck_assert_uint_eq(strlen(read), MOST);
    free(read);
    for (int e = KIT_UTF8; e <= KIT_ANY_TEXT; e++) {
        ck_assert_ptr_null(read_text(text, MOST + 1, (enum kit_encoding)e));
        ck_assert_msg(strstr(why, "100 bytes") != NULL, "%s", why);
    }
    ck_assert_ptr_null(kit_text_file_read(why, -1, MOST, KIT_UTF8));
    ck_assert_uint_gt(strlen(why), 0);
}
END_TEST

/* Bytes after the new end are wiped. */
START_TEST(nothing_is_left_behind)
{
    char text[] = "\xef\xbb\xbf"
                  "a\r\nsecret";
    size_t len = sizeof text - 1;

    ck_assert_int_eq(kit_text_file_clean(why, text, &len, KIT_UTF8), 0);
    ck_assert_mem_eq(text, "a\nsecret\0\0\0\0", sizeof text - 1);
    ck_assert_uint_eq(len, 8);
}
END_TEST

TEST_SUITE(text_file)
{
    Suite *suite = suite_create("text_file");
    TCase *tc = suite_add_case(suite, "text_file");

    tcase_add_loop_test(tc, cleaned, 0, sizeof clean / sizeof clean[0]);
    tcase_add_loop_test(tc, odd_encodings, 0, sizeof odd / sizeof odd[0]);
    tcase_add_tests(tc, latin1, limits, nothing_is_left_behind);
    return suite;
}
