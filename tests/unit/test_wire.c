/* SPDX-License-Identifier: MIT */
/* Names, tokens, passwords, addresses, associated data: their limits. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/name.h"
#include "lib/wire.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
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

/* --- Names, tokens, passwords, addresses ---------------------------------- */

static void check_valid_name(const cJSON *name)
{
    ck_assert_msg(kit_is_name(name->valuestring), "rejected: %s",
                  name->valuestring);
}

/* One is "a\u0000b", which is "a" here. test_json_check.c rejects it. */
static void check_invalid_name(const cJSON *name)
{
    if (strcmp(name->valuestring, "a") != 0)
        ck_assert_msg(!kit_is_name(name->valuestring), "accepted: \"%s\"",
                      name->valuestring);
}

START_TEST(name_vectors)
{
    vectors_each(PROTOCOL_VECTORS, "username.valid", check_valid_name);
    vectors_each(PROTOCOL_VECTORS, "username.invalid", check_invalid_name);
}
END_TEST

/* Every byte, first in a name, later in one, and at the end of a token. */
START_TEST(every_byte)
{
    for (int c = 1; c < 256; c++) {
        char first[] = {(char)c, 'a', '\0'}, later[] = {'a', (char)c, '\0'};
        char token[] = "0123456789abcdef?";
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        token[16] = (char)c;
        ck_assert_int_eq(kit_is_name(first), letter);
        ck_assert_int_eq(kit_is_name(later), letter || c == '_' || c == '-');
        ck_assert_int_eq(kit_is_token(token), c >= 0x21 && c <= 0x7e);
    }
}
END_TEST

static const struct {
    bool (*is_valid)(const char *text);
    size_t least, most;
} lengths[] = {
    {kit_is_name, 1, KIT_NAME_MAX},
    {kit_is_token, 16, 128},
    {kit_is_password, 1, 128},
};

START_TEST(lengths_of_texts)
{
    ck_assert(!lengths[_i].is_valid(NULL));
    for (size_t len = 0; len < 140; len++)
        ck_assert_msg(lengths[_i].is_valid(times('a', len)) ==
                          (len >= lengths[_i].least && len <= lengths[_i].most),
                      "length %zu", len);
}
END_TEST

static const struct {
    const char *text;
    bool valid;
} passwords[] = {
    {" ", true},
    {"\xd0\xbf\xd0\xb0\xd1\x80", true},
    {"caf\xe9", false},
    {"cut\xe2\x82", false},
    {"\xed\xa0\x80", false},
};

START_TEST(password)
{
    for (size_t i = 0; i < COUNT(passwords); i++)
        ck_assert_msg(kit_is_password(passwords[i].text) == passwords[i].valid,
                      "row %zu", i);
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
    for (size_t i = 0; i < COUNT(addresses); i++)
        ck_assert_msg(kit_is_address(addresses[i]), "rejected: %s",
                      addresses[i]);
    for (size_t i = 0; i < COUNT(no_addresses); i++)
        ck_assert_msg(!kit_is_address(no_addresses[i]), "accepted: \"%s\"",
                      no_addresses[i]);
    ck_assert(!kit_is_address(times('0', 200)));
    ck_assert(!kit_is_address(NULL));
}
END_TEST

/* Names as people type them, and a part of the advice they get. */
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
    bool valid = typed[_i].advice == NULL;

    capture_errors();
    ck_assert_int_eq(kit_name_check(typed[_i].name), valid ? 0 : -1);
    if (valid)
        ck_assert_str_eq(captured(), "");
    else
        captured_one_line(typed[_i].advice);
}
END_TEST

/* --- Associated data ------------------------------------------------------ */

static void check_ticket_ad(const cJSON *vector)
{
    struct kit_ad ad;

    ck_assert_int_eq(kit_ad_ticket(&ad, vectors_text(vector, "receiver")), 0);
    ck_assert_str_eq(ad.text, vectors_text(vector, "ad"));
}

/* Takes the vector's text apart; the library must put it together again. */
static void check_message_ad(const cJSON *vector)
{
    const char *ad = vectors_text(vector, "ad");
    char from[KIT_NAME_MAX + 1], to[KIT_NAME_MAX + 1];
    struct kit_ad again;
    uint32_t seq;
    int len;

    ck_assert_int_eq(
        sscanf(ad, "%32[^>]>%32[^#]#%" SCNu32 "%n", from, to, &seq, &len), 3);
    ck_assert_int_eq(kit_ad_message(&again, from, to, seq), 0);
    /* One vector has a word after seq. It must differ from ours. */
    ck_assert_int_eq(strcmp(again.text, ad) == 0, ad[len] == '\0');
}

START_TEST(ad_vectors)
{
    vectors_each(PROTOCOL_VECTORS, "ticket", check_ticket_ad);
    vectors_each(PROTOCOL_VECTORS, "message", check_message_ad);
}
END_TEST

static const struct {
    uint32_t seq;
    const char *ad; /* empty: SEQ is invalid */
} seqs[] = {
    {1, "a>b#1"},     {9, "a>b#9"},
    {10, "a>b#10"},   {1000000000, "a>b#1000000000"},
    {409, "a>b#409"}, {KIT_SEQ_MAX, "a>b#2147483647"},
    {0, ""},          {KIT_SEQ_MAX + UINT32_C(1), ""},
    {UINT32_MAX, ""},
};

START_TEST(ad_seq)
{
    struct kit_ad ad = {"old"};

    ck_assert_int_eq(kit_ad_message(&ad, "a", "b", seqs[_i].seq),
                     seqs[_i].ad[0] != '\0' ? 0 : -1);
    ck_assert_str_eq(ad.text, seqs[_i].ad);
}
END_TEST

/* With an invalid name, associated data could look like that of others. */
START_TEST(ad_names)
{
    static const char *const bad[] = {NULL, "", "A", "a>b", "a#1", "a b"};
    struct kit_ad ad = {"old"};

    ck_assert_int_eq(kit_ad_message(&ad, bad[_i], "b", 1), -1);
    ck_assert_str_eq(ad.text, "");
    strcpy(ad.text, "old");
    ck_assert_int_eq(kit_ad_message(&ad, "a", bad[_i], 1), -1);
    ck_assert_str_eq(ad.text, "");
    strcpy(ad.text, "old");
    ck_assert_int_eq(kit_ad_ticket(&ad, bad[_i]), -1);
    ck_assert_str_eq(ad.text, "");
}
END_TEST

/* The longest needs all of KIT_AD_SIZE. */
START_TEST(ad_size)
{
    struct kit_name a = {{0}}, b = {{0}};
    struct kit_ad ad;

    memset(a.text, 'a', KIT_NAME_MAX);
    memset(b.text, 'b', KIT_NAME_MAX);
    ck_assert_int_eq(kit_ad_message(&ad, a.text, b.text, KIT_SEQ_MAX), 0);
    ck_assert_uint_eq(strlen(ad.text), KIT_AD_SIZE - 1);
    ck_assert_str_eq(strchr(ad.text, '#'), "#2147483647");
    ck_assert_int_eq(kit_ad_ticket(&ad, b.text), 0);
    ck_assert_str_eq(strchr(ad.text, '>') + 1, b.text);
}
END_TEST

/* With KIT_DEBUG, an error tells a student who forgot to count seq. */
START_TEST(ad_misuse)
{
    struct kit_ad ad;

    capture_errors();
    setenv("KIT_DEBUG", "1", 1);
    ck_assert_int_eq(kit_ad_message(&ad, "a", "b", 0), -1);
    captured_one_line(
        "seq is 0: number the texts of a chat from 1 to 2147483647");
    ck_assert_int_eq(kit_ad_message(&ad, NULL, "b", 1), -1);
    ck_assert_int_eq(kit_ad_message(&ad, "a", "", 1), -1);
    ck_assert_int_eq(kit_ad_ticket(&ad, "B"), -1);
    ck_assert_int_eq(captured_lines(), 4);
}
END_TEST

/* --- Hex ------------------------------------------------------------------ */

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

    ck_assert_int_eq(kit_random_hex(one, sizeof one), 0);
    ck_assert_int_eq(kit_random_hex(two, sizeof two), 0);
    ck_assert_uint_eq(strspn(one, "0123456789abcdef"), 2 * KIT_TOKEN_BYTES);
    ck_assert_uint_eq(strlen(one), 2 * KIT_TOKEN_BYTES);
    ck_assert_str_ne(one, two);
    ck_assert(kit_is_token(one));

    ck_assert_int_eq(kit_random_hex(one, sizeof one - 1), -1);
    ck_assert(all_bytes(one, sizeof one - 1, 0));
}
END_TEST

/* All sixteen digits appear at the first place, and at the last. */
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

static int draw_token(void)
{
    char out[2 * KIT_TOKEN_BYTES + 1];
    int rc;

    memset(out, 'x', sizeof out);
    rc = kit_random_hex(out, sizeof out);
    ck_assert(all_bytes(out, sizeof out, 0) == (rc != 0));
    return rc;
}

START_TEST(no_random_bytes)
{
    ck_assert_int_eq(fault_each("kit_random", draw_token, true), 1);
}
END_TEST

TEST_SUITE(wire, 60, NULL, NULL)
{
    tcase_add_tests(tcase, name_vectors, every_byte, password, address,
                    ad_vectors, ad_size, ad_misuse, hex, random_hex,
                    random_hex_digits);
    tcase_add_rows(tcase, lengths_of_texts, lengths);
    tcase_add_rows(tcase, typed_names, typed);
    tcase_add_rows(tcase, ad_seq, seqs);
    tcase_add_loop_test(tcase, ad_names, 0, 6);
    if (faults_possible("wire"))
        tcase_add_test(tcase, no_random_bytes);
}
