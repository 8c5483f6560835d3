/* SPDX-License-Identifier: MIT */
/* Names, tokens, passwords, addresses, associated data: all the bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/name.h"
#include "lib/wire.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

/* COUNT times the character C. */
static const char *times(char c, size_t count)
{
    static char text[256];

    memset(text, c, count);
    text[count] = '\0';
    return text;
}

START_TEST(name_vectors)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *names = cJSON_GetObjectItemCaseSensitive(root, "username");
    const cJSON *item;

    cJSON_ArrayForEach(item, vectors_list(names, "valid"))
        ck_assert_msg(kit_is_name(item->valuestring), "%s", item->valuestring);
    cJSON_ArrayForEach(item, vectors_list(names, "invalid"))
    {
        /* One vector is "a\u0000b", which a string of C cannot hold. */
        if (strcmp(item->valuestring, "a") != 0)
            ck_assert_msg(!kit_is_name(item->valuestring), "taken: \"%s\"",
                          item->valuestring);
    }
    cJSON_Delete(root);
}
END_TEST

/* That one never comes so far: JSON with a NUL in it is refused. */
START_TEST(name_with_nul)
{
    static const char text[] = "{\"username\":\"a\\u0000b\"}";

    ck_assert_ptr_null(kit_json_parse(text, sizeof text - 1));
}
END_TEST

/* Every byte, in front and behind. */
START_TEST(name_letters)
{
    for (int c = 1; c < 256; c++) {
        char first[] = {(char)c, 'a', '\0'}, later[] = {'a', (char)c, '\0'};
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        ck_assert_int_eq(kit_is_name(first), letter);
        ck_assert_int_eq(kit_is_name(later), letter || c == '_' || c == '-');
    }
    ck_assert(kit_is_name(times('a', KIT_NAME_MAX)));
    ck_assert(!kit_is_name(times('a', KIT_NAME_MAX + 1)));
    ck_assert(!kit_is_name(""));
    ck_assert(!kit_is_name(NULL));
}
END_TEST

START_TEST(token)
{
    ck_assert(!kit_is_token(times('a', 15)));
    ck_assert(kit_is_token(times('a', 16)));
    ck_assert(kit_is_token(times('a', 128)));
    ck_assert(!kit_is_token(times('a', 129)));
    ck_assert(!kit_is_token(""));
    ck_assert(!kit_is_token(NULL));

    /* Every byte at the end, where a check that stops early misses it. */
    for (int c = 1; c < 256; c++) {
        char text[] = "0123456789abcdef?";
        text[16] = (char)c;
        ck_assert_int_eq(kit_is_token(text), c >= 0x21 && c <= 0x7e);
    }
}
END_TEST

START_TEST(password)
{
    ck_assert(!kit_is_password(NULL));
    ck_assert(!kit_is_password(""));
    ck_assert(kit_is_password(" "));
    ck_assert(kit_is_password(times('x', 128)));
    ck_assert(!kit_is_password(times('x', 129)));
    ck_assert(kit_is_password("\xd0\xbf\xd0\xb0\xd1\x80"));
    ck_assert(!kit_is_password("caf\xe9"));
    ck_assert(!kit_is_password("cut\xe2\x82"));
    ck_assert(!kit_is_password("\xed\xa0\x80"));
}
END_TEST

static const char *const addresses[] = {
    "127.0.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "192.168.1.20",
    "::",
    "::1",
    "2001:db8::1",
    "fe80::1",
    "FE80::A",
    "::ffff:127.0.0.1",
    "1:2:3:4:5:6:7:8",
    "0000:0000:0000:0000:0000:ffff:255.255.255.255",
};

static const char *const no_addresses[] = {
    "",           "localhost",  "example.org",  "127.1",         "2130706433",
    "0x7f.0.0.1", "01.2.3.4",   "1.2.3.4.",     "1.2.3.4.5",     "256.1.1.1",
    " 127.0.0.1", "127.0.0.1 ", "127.0.0.1:80", "127.0.0.1\n",   "[::1]",
    "[::1]:80",   "fe80::1%lo", "fe80::1%1",    "1:2:3:4:5:6:7", ":::",
    "1::2::3",    "::g",        "::1/128",      "12345::",
};

START_TEST(address)
{
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        ck_assert_msg(kit_is_address(addresses[i]), "%s", addresses[i]);
    for (size_t i = 0; i < sizeof no_addresses / sizeof *no_addresses; i++)
        ck_assert_msg(!kit_is_address(no_addresses[i]), "taken: \"%s\"",
                      no_addresses[i]);
    ck_assert(!kit_is_address(times('0', 200)));
    ck_assert(!kit_is_address(NULL));
}
END_TEST

/* Takes the text AD apart by hand; the library puts it together again. */
static bool check_ad_message(const char *ad)
{
    char copy[KIT_AD_SIZE], again[KIT_AD_SIZE], *end;

    ck_assert_uint_lt(strlen(ad), sizeof copy);
    strcpy(copy, ad);
    const char *sender = strtok(copy, ">"), *receiver = strtok(NULL, "#");
    int64_t seq = strtoll(strtok(NULL, ""), &end, 10);

    /* One vector has a word behind seq: not ours, but good to tell apart. */
    ck_assert_int_eq(kit_ad_message(again, sizeof again, sender, receiver, seq),
                     0);
    ck_assert_int_eq(strcmp(again, ad) == 0, *end == '\0');
    return *end == '\0';
}

START_TEST(ad_vectors)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    char ad[KIT_AD_SIZE];
    int count = 0;

    cJSON_ArrayForEach(item, vectors_list(root, "ticket"))
    {
        const char *receiver = vectors_text(item, "receiver");
        ck_assert_int_eq(kit_ad_ticket(ad, sizeof ad, receiver), 0);
        ck_assert_str_eq(ad, vectors_text(item, "ad"));
    }
    cJSON_ArrayForEach(item, vectors_list(root, "message")) count +=
        check_ad_message(vectors_text(item, "ad"));
    ck_assert_int_ge(count, 6);
    cJSON_Delete(root);
}
END_TEST

START_TEST(ad_seq)
{
    char ad[KIT_AD_SIZE];

    ck_assert_int_eq(kit_ad_message(ad, sizeof ad, "a", "b", 1), 0);
    ck_assert_str_eq(ad, "a>b#1");
    ck_assert_int_eq(kit_ad_message(ad, sizeof ad, "a", "b", 2147483647), 0);
    ck_assert_str_eq(ad, "a>b#2147483647");
    ck_assert_int_eq(kit_ad_message(ad, sizeof ad, "a", "b", 0), -1);
    ck_assert_str_eq(ad, "");
    ck_assert_int_eq(kit_ad_message(ad, sizeof ad, "a", "b", -1), -1);
    ck_assert_int_eq(
        kit_ad_message(ad, sizeof ad, "a", "b", KIT_SEQ_MAX + INT64_C(1)), -1);
    /* A type of 32 bits would make 1 of it. */
    ck_assert_int_eq(
        kit_ad_message(ad, sizeof ad, "a", "b", INT64_C(4294967297)), -1);
}
END_TEST

/* A name that is none could look like other names and another seq. */
START_TEST(ad_names)
{
    static const char *const bad[] = {NULL, "", "A", "a>b", "a#1", "a b"};
    char ad[KIT_AD_SIZE];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        strcpy(ad, "old");
        ck_assert_int_eq(kit_ad_message(ad, sizeof ad, bad[i], "b", 1), -1);
        ck_assert_str_eq(ad, "");
        ck_assert_int_eq(kit_ad_message(ad, sizeof ad, "a", bad[i], 1), -1);
        strcpy(ad, "old");
        ck_assert_int_eq(kit_ad_ticket(ad, sizeof ad, bad[i]), -1);
        ck_assert_str_eq(ad, "");
    }
}
END_TEST

START_TEST(ad_room)
{
    char ad[KIT_AD_SIZE], a[KIT_NAME_MAX + 1];

    /* The longest needs all of KIT_AD_SIZE, and not one character less. */
    strcpy(a, times('a', KIT_NAME_MAX));
    const char *b = times('b', KIT_NAME_MAX);
    ck_assert_int_eq(kit_ad_message(ad, sizeof ad, a, b, KIT_SEQ_MAX), 0);
    ck_assert_uint_eq(strlen(ad), KIT_AD_SIZE - 1);
    ck_assert_int_eq(kit_ad_message(ad, sizeof ad - 1, a, b, KIT_SEQ_MAX), -1);
    ck_assert_str_eq(ad, "");
    ck_assert_int_eq(kit_ad_ticket(ad, 15, "bob"), 0);
    ck_assert_int_eq(kit_ad_ticket(ad, 14, "bob"), -1);
    ck_assert_str_eq(ad, "");
}
END_TEST

START_TEST(hex)
{
    static const uint8_t bytes[] = {0x00, 0x1f, 0xa9, 0xff};
    char out[] = "xxxxxxxxxx";

    kit_hex(out, bytes, sizeof bytes);
    ck_assert_str_eq(out, "001fa9ff");
    ck_assert_int_eq(out[2 * sizeof bytes + 1], 'x');
    kit_hex(out, bytes, 0);
    ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(random_hex)
{
    char one[2 * KIT_TOKEN_BYTES + 1], two[2 * KIT_TOKEN_BYTES + 1];
    static const char zero[sizeof one];

    ck_assert_int_eq(kit_random_hex(one, sizeof one), 0);
    ck_assert_int_eq(kit_random_hex(two, sizeof two), 0);
    ck_assert_uint_eq(strspn(one, "0123456789abcdef"), 2 * KIT_TOKEN_BYTES);
    ck_assert_uint_eq(strlen(one), 2 * KIT_TOKEN_BYTES);
    ck_assert_str_ne(one, two);
    ck_assert(kit_is_token(one));

    ck_assert_int_eq(kit_random_hex(one, sizeof one - 1), -1);
    ck_assert_mem_eq(one, zero, sizeof one - 1);
}
END_TEST

/* All sixteen digits come, at the first place and at the last. */
START_TEST(random_hex_digits)
{
    char first[17] = "", last[17] = "", text[2 * KIT_TOKEN_BYTES + 1];

    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(kit_random_hex(text, sizeof text), 0);
        if (strchr(first, text[0]) == NULL)
            first[strlen(first)] = text[0];
        if (strchr(last, text[63]) == NULL)
            last[strlen(last)] = text[63];
    }
    ck_assert_uint_eq(strlen(first), 16);
    ck_assert_uint_eq(strlen(last), 16);
}
END_TEST

/* Names as people type them, and a part of what they are told. */
static const struct {
    const char *name, *advice;
} typed[] = {
    {"bob", NULL},
    {"Bob", "did you mean bob?"},
    {"BOB_2", "did you mean bob_2?"},
    {"", "1 to 32"},
    {"-bob", "1 to 32"},
    {"bob smith", "1 to 32"},
    {"Zo\xc3\xab", "1 to 32"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ123456", "did you mean abcdef"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567", "1 to 32"},
};

START_TEST(typed_names)
{
    capture(STDERR_FILENO);
    ck_assert_int_eq(kit_name_check(typed[_i].name),
                     typed[_i].advice == NULL ? 0 : -1);
    ck_assert_int_eq(captured_lines(), typed[_i].advice == NULL ? 0 : 1);
    ck_assert(typed[_i].advice == NULL || captured_has(typed[_i].advice));
}
END_TEST

TEST_SUITE(wire)
{
    Suite *suite = suite_create("wire");
    TCase *tests = suite_add_case(suite, "wire");

    tcase_add_tests(tests, name_vectors, name_with_nul, name_letters);
    tcase_add_loop_test(tests, typed_names, 0, sizeof typed / sizeof typed[0]);
    tcase_add_tests(tests, token, password, address, ad_vectors, ad_seq,
                    ad_names, ad_room, hex, random_hex, random_hex_digits);
    return suite;
}
