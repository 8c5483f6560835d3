/* SPDX-License-Identifier: MIT */
/*
 * SHA-256, HMAC, HKDF and scrypt: the vectors of their standards and of the
 * protocol, and the limits of their arguments.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/crypto.h"
#include "backends/limits.h"
#include "lib/hkdf.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

enum { ROOM = KIT_HKDF_OUT_MAX + 1 };

/* Longer than the buffers here: it must be rejected before they are read. */
static const size_t immense = (size_t)INT_MAX + 1;

/* --- SHA-256 and HMAC ------------------------------------------------------*/

#define NOTHING                                                                \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* The examples of FIPS 180, and the hash of nothing. */
static const struct {
    const char *text, *digest;
} fips[] = {
    {"", NOTHING},
    {"abc", "ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void check_sha256(const void *text, size_t len, const char *digest)
{
    struct kit_digest out;

    memset(&out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_sha256(&out, text, len), 0);
    hex_match(out.bytes, sizeof out.bytes, digest);
}

START_TEST(sha256_of_fips)
{
    check_sha256(fips[_i].text, strlen(fips[_i].text), fips[_i].digest);
}
END_TEST

START_TEST(sha256_of_nothing)
{
    check_sha256(NULL, 0, NOTHING);
}
END_TEST

/* FIPS 180: a million times the letter a. */
START_TEST(sha256_of_a_million)
{
    size_t len = 1000000;
    char *text = malloc(len);

    ck_assert_ptr_nonnull(text);
    memset(text, 'a', len);
    check_sha256(
        text, len,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}
END_TEST

/* A truncated tag is the first bytes of ours. */
static void check_hmac(const cJSON *vector)
{
    uint8_t key[256], in[256], tag[KIT_DIGEST_LEN];
    size_t key_len = vectors_hex(key, sizeof key, vector, "key");
    size_t in_len = vectors_hex(in, sizeof in, vector, "msg");
    size_t tag_len = vectors_hex(tag, sizeof tag, vector, "tag");
    struct kit_digest mac;

    ck_assert_uint_ge(tag_len, KIT_DIGEST_LEN / 2);
    ck_assert_int_eq(kit_hmac(&mac, key, key_len, in, in_len), 0);
    ck_assert(kit_equal(mac.bytes, tag, tag_len) == vectors_valid(vector));
}

/*
 * The key may be empty. Some libraries take NULL to mean the key of the call
 * before. HMAC pads keys with zeros, so one zero byte is the same key.
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
    ck_assert(!all_bytes(null.bytes, KIT_DIGEST_LEN, 0));
}
END_TEST

START_TEST(hmac_with_immense_key)
{
    struct kit_digest mac;

    memset(&mac, 0xaa, sizeof mac);
    ck_assert_int_eq(kit_hmac(&mac, "key", immense, "text", 4), -1);
    ck_assert(all_bytes(mac.bytes, KIT_DIGEST_LEN, 0));
}
END_TEST

/* --- HKDF ------------------------------------------------------------------*/

/* The invalid ones are outputs of more than 255 blocks. */
static void check_hkdf(const cJSON *vector)
{
    static uint8_t input[ROOM], salt[ROOM], info[ROOM], out[ROOM + 1];
    size_t input_len = vectors_hex(input, sizeof input, vector, "ikm");
    size_t salt_len = vectors_hex(salt, sizeof salt, vector, "salt");
    size_t info_len = vectors_hex(info, sizeof info, vector, "info");
    size_t len = (size_t)vectors_number(vector, "size");
    int rc;

    ck_assert_uint_le(len, ROOM);
    memset(out, 0xaa, sizeof out);
    rc = kit_hkdf(out, len, salt, salt_len, input, input_len, info, info_len);
    ck_assert_int_eq(rc, vectors_valid(vector) ? 0 : -1);
    if (rc == 0)
        vectors_match(vector, "okm", out, len);
    ck_assert_uint_eq(out[len], 0xaa);
}

/* RFC 5869. The first step, extract, is HMAC with the salt as the key. */
static void check_hkdf_steps(const cJSON *vector)
{
    uint8_t input[128], salt[128];
    size_t input_len = vectors_hex(input, sizeof input, vector, "ikm");
    size_t salt_len = vectors_hex(salt, sizeof salt, vector, "salt");
    struct kit_digest prk;

    ck_assert_int_eq(kit_hmac(&prk, salt, salt_len, input, input_len), 0);
    vectors_match(vector, "prk", prk.bytes, sizeof prk.bytes);
    check_hkdf(vector);
}

static void check_derive(const cJSON *vector)
{
    struct kit_key key;

    memset(&key, 0xaa, sizeof key);
    ck_assert_int_eq(kit_derive(&key, vectors_text(vector, "ikm"),
                                vectors_text(vector, "info")),
                     0);
    vectors_match(vector, "okm_hex", key.bytes, sizeof key.bytes);
}

/* The output of each length is the beginning of the longest output. */
START_TEST(hkdf_of_every_length)
{
    static uint8_t longest[ROOM], out[ROOM];

    ck_assert_int_eq(
        kit_hkdf(longest, KIT_HKDF_OUT_MAX, "salt", 4, "input", 5, "info", 4),
        0);
    for (size_t len = 1; len <= KIT_HKDF_OUT_MAX; len += len < 100 ? 1 : 1009) {
        memset(out, 0xaa, ROOM);
        ck_assert_int_eq(kit_hkdf(out, len, "salt", 4, "input", 5, "info", 4),
                         0);
        ck_assert_mem_eq(out, longest, len);
        ck_assert_uint_eq(out[len], 0xaa);
    }
}
END_TEST

/* A single block is one HMAC: compare the longest info with that. */
START_TEST(hkdf_with_longest_info)
{
    uint8_t info[KIT_HKDF_INFO_MAX + 1];
    struct kit_digest prk, wanted, out;

    for (size_t i = 0; i < sizeof info; i++)
        info[i] = (uint8_t)i;
    ck_assert_int_eq(kit_hmac(&prk, "salt", 4, "input", 5), 0);
    info[KIT_HKDF_INFO_MAX] = 1;
    ck_assert_int_eq(
        kit_hmac(&wanted, prk.bytes, KIT_DIGEST_LEN, info, sizeof info), 0);
    ck_assert_int_eq(kit_hkdf(out.bytes, KIT_DIGEST_LEN, "salt", 4, "input", 5,
                              info, KIT_HKDF_INFO_MAX),
                     0);
    ck_assert_mem_eq(out.bytes, wanted.bytes, KIT_DIGEST_LEN);
}
END_TEST

START_TEST(hkdf_over_its_limits)
{
    uint8_t out[ROOM], info[KIT_HKDF_INFO_MAX + 1] = {0};

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(
        kit_hkdf(out, KIT_HKDF_OUT_MAX + 1, NULL, 0, "i", 1, NULL, 0), -1);
    ck_assert(all_bytes(out, KIT_HKDF_OUT_MAX + 1, 0));

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_hkdf(out, 32, NULL, 0, "i", 1, info, sizeof info), -1);
    ck_assert(all_bytes(out, 32, 0));
    ck_assert_int_eq(kit_hkdf(out, 32, NULL, 0, "i", 1, info, SIZE_MAX), -1);

    out[0] = 0xaa;
    ck_assert_int_eq(kit_hkdf(out, 0, NULL, 0, "i", 1, NULL, 0), -1);
    ck_assert_uint_eq(out[0], 0xaa);
}
END_TEST

START_TEST(hkdf_of_nothing)
{
    uint8_t null[32], empty[32];

    ck_assert_int_eq(kit_hkdf(null, 32, NULL, 0, NULL, 0, NULL, 0), 0);
    ck_assert_int_eq(kit_hkdf(empty, 32, "", 0, "", 0, "", 0), 0);
    ck_assert_mem_eq(null, empty, sizeof null);
}
END_TEST

/* A label that is too long gives zeros, not a key that a caller might use. */
START_TEST(derive_fails_closed)
{
    char label[KIT_HKDF_INFO_MAX + 2];
    struct kit_key key;

    memset(label, 'x', sizeof label);
    label[sizeof label - 1] = '\0';
    memset(&key, 0xaa, sizeof key);
    ck_assert_int_eq(kit_derive(&key, "string", label), -1);
    ck_assert(all_bytes(key.bytes, sizeof key.bytes, 0));
    ck_assert_int_eq(kit_derive(&key, "string", label + 1), 0);
    ck_assert(!all_bytes(key.bytes, sizeof key.bytes, 0));
}
END_TEST

/* --- scrypt ----------------------------------------------------------------*/

/* N = 2^20 needs a GiB and seconds: its vector is left out. */
enum { LARGEST_N = 1 << 16 };

/* ln of N, a power of two. */
static unsigned log2_of(long n)
{
    unsigned ln = 0;

    while (1L << ln < n)
        ln++;
    return ln;
}

static void check_scrypt(const cJSON *vector)
{
    const char *password = vectors_text(vector, "password");
    const char *salt = vectors_text(vector, "salt");
    long n = vectors_number(vector, "N");
    uint8_t out[64];

    if (n > LARGEST_N) {
        vectors_skip();
        return;
    }
    ck_assert_int_eq(kit_scrypt(out, sizeof out, password, strlen(password),
                                salt, strlen(salt), log2_of(n),
                                (unsigned)vectors_number(vector, "r"),
                                (unsigned)vectors_number(vector, "p")),
                     0);
    vectors_match(vector, "dk", out, sizeof out);
}

static void check_password(const cJSON *vector)
{
    uint8_t password[256], salt[64], out[32];
    size_t password_len =
        vectors_hex(password, sizeof password, vector, "password_hex");
    size_t salt_len = vectors_hex(salt, sizeof salt, vector, "salt_hex");

    ck_assert_int_eq(kit_scrypt(out, sizeof out, password, password_len, salt,
                                salt_len,
                                (unsigned)vectors_number(vector, "ln"),
                                (unsigned)vectors_number(vector, "r"),
                                (unsigned)vectors_number(vector, "p")),
                     0);
    vectors_match(vector, "hash_hex", out, sizeof out);
}

/* 64 MiB: more than some libraries allow by default. */
START_TEST(scrypt_with_much_memory)
{
    static const uint8_t salt[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                     8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t out[32];

    ck_assert_int_eq(kit_scrypt(out, sizeof out, "correct horse", 13, salt,
                                sizeof salt, 16, 8, 1),
                     0);
    hex_match(
        out, sizeof out,
        "00476295b514821bb33bd97f5e3cedcc79f4134a659e2c209c44db8b6fe6e883");
}
END_TEST

/* The smallest valid numbers, and NULL for no bytes. */
START_TEST(scrypt_at_its_limits)
{
    uint8_t null[32], empty[32], short_one[1];

    ck_assert_int_eq(kit_scrypt(null, 32, NULL, 0, NULL, 0, 1, 1, 1), 0);
    ck_assert_int_eq(kit_scrypt(empty, 32, "", 0, "", 0, 1, 1, 1), 0);
    ck_assert_mem_eq(null, empty, sizeof null);
    ck_assert_int_eq(kit_scrypt(short_one, 1, "", 0, "", 0, 1, 1, 1), 0);
    ck_assert_uint_eq(short_one[0], null[0]);
    ck_assert_int_eq(kit_scrypt(null, 32, "", 0, "", 0, 15, 1, 1), 0);
}
END_TEST

static const struct {
    unsigned ln, r, p;
} invalid[] = {
    /* no N is 2^0 or 2^64; a shift by 74 bits may act like one by 10 */
    {0, 8, 1},
    {64, 8, 1},
    {74, 8, 1},
    {UINT_MAX, 8, 1},
    /* no blocks */
    {10, 0, 1},
    {10, 8, 0},
    {10, 0, 0},
    /* N is not below 2^(16 r) */
    {16, 1, 1},
    {32, 2, 1},
    /* working blocks beyond an int */
    {10, 1, 1u << 24},
    {10, 1u << 24, 1},
    {10, 1u << 12, 1u << 12},
    {10, UINT_MAX, 1},
    {10, 1, UINT_MAX},
    {10, UINT_MAX, UINT_MAX},
    /* a table beyond the memory of any machine */
    {63, 8, 1},
    {54, 8, 1},
    {38, 8, 1},
    {30, 1u << 22, 1}};

/* Our own check rejects them, whatever the library does. */
START_TEST(scrypt_with_invalid_cost)
{
    unsigned ln = invalid[_i].ln, r = invalid[_i].r, p = invalid[_i].p;
    uint8_t out[32];

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_scrypt(out, sizeof out, "", 0, "", 0, ln, r, p), -1);
    ck_assert(all_bytes(out, sizeof out, 0));
    ck_assert_uint_eq(kit_scrypt_memory(ln, r, p), 0);
}
END_TEST

/* A table of N blocks, P blocks and two more, each of 128 * R bytes. */
START_TEST(scrypt_memory)
{
    ck_assert_uint_eq(kit_scrypt_memory(1, 1, 1), 128 * (2 + 1 + 2));
    ck_assert_uint_eq(kit_scrypt_memory(14, 8, 5), 1024 * (16384 + 5 + 2));
    ck_assert_uint_eq(kit_scrypt_memory(10, 1, (1u << 24) - 1),
                      UINT64_C(128) * (1024 + (1u << 24) - 1 + 2));
    ck_assert_uint_eq(kit_scrypt_memory(36, 8, 1),
                      1024 * ((UINT64_C(1) << 36) + 1 + 2));
}
END_TEST

START_TEST(scrypt_with_invalid_length)
{
    uint8_t out[32];

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_scrypt(out, 32, "", immense, "", 0, 1, 1, 1), -1);
    ck_assert(all_bytes(out, sizeof out, 0));
    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_scrypt(out, 32, "", 0, "", immense, 1, 1, 1), -1);
    ck_assert(all_bytes(out, sizeof out, 0));
    ck_assert_int_eq(kit_scrypt(out, 0, "", 0, "", 0, 1, 1, 1), -1);
    ck_assert_int_eq(kit_scrypt(NULL, 0, "", 0, "", 0, 1, 1, 1), -1);
}
END_TEST

START_TEST(vectors)
{
    vectors_each(RFC_VECTORS, "rfc4231_hmac_sha256", check_hmac);
    vectors_each(RFC_VECTORS, "rfc5869_hkdf_sha256", check_hkdf_steps);
    vectors_each(PROTOCOL_VECTORS, "hkdf", check_derive);
    vectors_wycheproof("hmac_sha256", check_hmac);
    vectors_wycheproof("hkdf_sha256", check_hkdf);
}
END_TEST

START_TEST(scrypt_vectors)
{
    vectors_each(RFC_VECTORS, "rfc7914_scrypt", check_scrypt);
    vectors_each(PROTOCOL_VECTORS, "password", check_password);
}
END_TEST

TEST_SUITE(hash, 60, NULL, NULL)
{
    tcase_add_rows(tcase, sha256_of_fips, fips);
    tcase_add_rows(tcase, scrypt_with_invalid_cost, invalid);
    tcase_add_tests(
        tcase, vectors, scrypt_vectors, sha256_of_nothing, sha256_of_a_million,
        hmac_with_no_key, hmac_of_nothing, hmac_with_immense_key,
        hkdf_of_every_length, hkdf_with_longest_info, hkdf_over_its_limits,
        hkdf_of_nothing, derive_fails_closed, scrypt_with_much_memory,
        scrypt_at_its_limits, scrypt_memory, scrypt_with_invalid_length);
    if (!vectors_has_wycheproof())
        puts("skipped: the vectors of Wycheproof, which are absent");
}
