/* SPDX-License-Identifier: MIT */
/* SHA-256 and HMAC-SHA256 against the values of their standards. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "backends/crypto.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

static const uint8_t zero[KIT_DIGEST_LEN];

/* The examples of FIPS 180, and the hash of nothing. */
static const struct {
    const char *text;
    uint8_t digest[KIT_DIGEST_LEN];
} fips[] = {
    {"", {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
          0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
          0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}},
    {"abc", {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
             0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
             0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad}},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     {0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26,
      0x93, 0x0c, 0x3e, 0x60, 0x39, 0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff,
      0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1}},
};

/* FIPS 180: a million times the letter a. */
static const uint8_t million[KIT_DIGEST_LEN] = {
    0xcd, 0xc7, 0x6e, 0x5c, 0x99, 0x14, 0xfb, 0x92, 0x81, 0xa1, 0xc7,
    0xe2, 0x84, 0xd7, 0x3e, 0x67, 0xf1, 0x80, 0x9a, 0x48, 0xa4, 0x97,
    0x20, 0x0e, 0x04, 0x6d, 0x39, 0xcc, 0xc7, 0x11, 0x2c, 0xd0};

START_TEST(sha256_of_fips)
{
    struct kit_digest digest;

    memset(&digest, 0xaa, sizeof digest);
    ck_assert_int_eq(kit_sha256(&digest, fips[_i].text, strlen(fips[_i].text)),
                     0);
    ck_assert_mem_eq(digest.bytes, fips[_i].digest, KIT_DIGEST_LEN);
}
END_TEST

START_TEST(sha256_of_nothing)
{
    struct kit_digest digest;

    ck_assert_int_eq(kit_sha256(&digest, NULL, 0), 0);
    ck_assert_mem_eq(digest.bytes, fips[0].digest, KIT_DIGEST_LEN);
}
END_TEST

START_TEST(sha256_of_a_million)
{
    size_t len = 1000000;
    char *text = malloc(len);
    struct kit_digest digest;

    ck_assert_ptr_nonnull(text);
    memset(text, 'a', len);
    ck_assert_int_eq(kit_sha256(&digest, text, len), 0);
    ck_assert_mem_eq(digest.bytes, million, KIT_DIGEST_LEN);
    free(text);
}
END_TEST

START_TEST(hmac_of_rfc_4231)
{
    cJSON *root = vectors_load(RFC_VECTORS);
    const cJSON *item;
    uint8_t key[256], in[256], wanted[KIT_DIGEST_LEN];
    size_t key_len, in_len;
    struct kit_digest mac;

    cJSON_ArrayForEach(item, vectors_list(root, "rfc4231_hmac_sha256"))
    {
        key_len = vectors_hex(key, sizeof key, item, "key");
        in_len = vectors_hex(in, sizeof in, item, "data");
        ck_assert_uint_eq(vectors_hex(wanted, sizeof wanted, item, "mac"),
                          sizeof wanted);
        ck_assert_int_eq(kit_hmac(&mac, key, key_len, in, in_len), 0);
        ck_assert_mem_eq(mac.bytes, wanted, sizeof wanted);
    }
    cJSON_Delete(root);
}
END_TEST

/*
 * An empty key is a key of its own, and not the key of the call before, for
 * which some libraries take NULL. HMAC fills keys up with zeros, so a key of
 * one zero byte gives what no key gives.
 */
START_TEST(hmac_with_no_key)
{
    struct kit_digest before, null, empty, filled;

    ck_assert_int_eq(kit_hmac(&filled, "", 1, "text", 4), 0);
    ck_assert_int_eq(kit_hmac(&before, "key", 3, "text", 4), 0);
    ck_assert_int_eq(kit_hmac(&null, NULL, 0, "text", 4), 0);
    ck_assert_int_eq(kit_hmac(&before, "key", 3, "text", 4), 0);
    ck_assert_int_eq(kit_hmac(&empty, "", 0, "text", 4), 0);
    ck_assert_mem_eq(null.bytes, filled.bytes, KIT_DIGEST_LEN);
    ck_assert_mem_eq(empty.bytes, filled.bytes, KIT_DIGEST_LEN);
    ck_assert_mem_ne(null.bytes, before.bytes, KIT_DIGEST_LEN);
}
END_TEST

START_TEST(hmac_of_nothing)
{
    struct kit_digest null, empty;

    ck_assert_int_eq(kit_hmac(&null, "key", 3, NULL, 0), 0);
    ck_assert_int_eq(kit_hmac(&empty, "key", 3, "", 0), 0);
    ck_assert_mem_eq(null.bytes, empty.bytes, KIT_DIGEST_LEN);
    ck_assert_mem_ne(null.bytes, zero, KIT_DIGEST_LEN);
}
END_TEST

/* The length is refused before anyone reads so much of a short key. */
START_TEST(hmac_refuses_an_immense_key)
{
    struct kit_digest mac;

    memset(&mac, 0xaa, sizeof mac);
    ck_assert_int_eq(kit_hmac(&mac, "key", (size_t)INT_MAX + 1, "text", 4), -1);
    ck_assert_mem_eq(mac.bytes, zero, KIT_DIGEST_LEN);
}
END_TEST

TEST_SUITE(hash)
{
    Suite *suite = suite_create("hash");
    TCase *sha256 = suite_add_case(suite, "sha256");
    TCase *hmac = suite_add_case(suite, "hmac");

    tcase_add_loop_test(sha256, sha256_of_fips, 0,
                        sizeof fips / sizeof fips[0]);
    tcase_add_tests(sha256, sha256_of_nothing, sha256_of_a_million);
    tcase_add_tests(hmac, hmac_of_rfc_4231, hmac_with_no_key, hmac_of_nothing,
                    hmac_refuses_an_immense_key);
    return suite;
}
