/* SPDX-License-Identifier: MIT */
/* scrypt: the values of RFC 7914, the lab's own, and what is refused. */
#include <limits.h>
#include <string.h>

#include "backends/crypto.h"
#include "backends/limits.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

/* N = 2^20 takes a GiB and seconds: left to who has both. */
enum { LARGEST_N = 1 << 16 };

/* ln of N, a power of two. */
static unsigned log2_of(long n)
{
    unsigned ln = 0;

    while (1L << ln < n)
        ln++;
    return ln;
}

START_TEST(rfc_7914)
{
    cJSON *root = vectors_load(RFC_VECTORS);
    const cJSON *item;
    uint8_t wanted[64], out[sizeof wanted];
    const char *password, *salt;
    int ran = 0;

    cJSON_ArrayForEach(item, vectors_list(root, "rfc7914_scrypt"))
    {
        if (vectors_number(item, "N") > LARGEST_N)
            continue;
        password = vectors_text(item, "password");
        salt = vectors_text(item, "salt");
        ck_assert_uint_eq(vectors_hex(wanted, sizeof wanted, item, "dk"), 64);
        ck_assert_int_eq(kit_scrypt(out, sizeof out, password, strlen(password),
                                    salt, strlen(salt),
                                    log2_of(vectors_number(item, "N")),
                                    (unsigned)vectors_number(item, "r"),
                                    (unsigned)vectors_number(item, "p")),
                         0);
        ck_assert_mem_eq(out, wanted, sizeof wanted);
        ran++;
    }
    ck_assert_int_gt(ran, 0);
    cJSON_Delete(root);
}
END_TEST

START_TEST(passwords_of_the_protocol)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    uint8_t password[256], salt[64], wanted[32], out[sizeof wanted];
    size_t password_len, salt_len;

    cJSON_ArrayForEach(item, vectors_list(root, "password"))
    {
        password_len =
            vectors_hex(password, sizeof password, item, "password_hex");
        salt_len = vectors_hex(salt, sizeof salt, item, "salt_hex");
        ck_assert_uint_eq(vectors_hex(wanted, sizeof wanted, item, "hash_hex"),
                          sizeof wanted);
        ck_assert_int_eq(kit_scrypt(out, sizeof out, password, password_len,
                                    salt, salt_len,
                                    (unsigned)vectors_number(item, "ln"),
                                    (unsigned)vectors_number(item, "r"),
                                    (unsigned)vectors_number(item, "p")),
                         0);
        ck_assert_mem_eq(out, wanted, sizeof wanted);
    }
    cJSON_Delete(root);
}
END_TEST

/* 64 MiB: more than some libraries allow unless they are told. */
START_TEST(much_memory)
{
    static const uint8_t salt[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                     8, 9, 10, 11, 12, 13, 14, 15};
    static const uint8_t wanted[32] = {
        0x00, 0x47, 0x62, 0x95, 0xb5, 0x14, 0x82, 0x1b, 0xb3, 0x3b, 0xd9,
        0x7f, 0x5e, 0x3c, 0xed, 0xcc, 0x79, 0xf4, 0x13, 0x4a, 0x65, 0x9e,
        0x2c, 0x20, 0x9c, 0x44, 0xdb, 0x8b, 0x6f, 0xe6, 0xe8, 0x83};
    uint8_t out[sizeof wanted];

    ck_assert_int_eq(kit_scrypt(out, sizeof out, "correct horse", 13, salt,
                                sizeof salt, 16, 8, 1),
                     0);
    ck_assert_mem_eq(out, wanted, sizeof wanted);
}
END_TEST

/* The smallest numbers that are valid, and NULL for no bytes. */
START_TEST(accepted)
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
} bad[] = {
    /* no such N; a careless shift takes 74 for 10 */
    {0, 8, 1},
    {64, 8, 1},
    {74, 8, 1},
    {UINT_MAX, 8, 1},
    /* nothing to do */
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
    /* a table beyond every machine */
    {63, 8, 1},
    {54, 8, 1},
    {38, 8, 1},
    {30, 1u << 22, 1},
};

START_TEST(refused)
{
    static const uint8_t zero[32];
    uint8_t out[32];

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_scrypt(out, sizeof out, "password", 8, "salt", 4,
                                bad[_i].ln, bad[_i].r, bad[_i].p),
                     -1);
    ck_assert_mem_eq(out, zero, sizeof out);
    /* Refused by us, whatever the library says. */
    ck_assert_uint_eq(kit_scrypt_memory(bad[_i].ln, bad[_i].r, bad[_i].p), 0);
}
END_TEST

/* A table of N blocks, P blocks and two more, each of 128 * R bytes. */
START_TEST(memory)
{
    ck_assert_uint_eq(kit_scrypt_memory(1, 1, 1), 128 * (2 + 1 + 2));
    ck_assert_uint_eq(kit_scrypt_memory(14, 8, 5), 1024 * (16384 + 5 + 2));
    ck_assert_uint_eq(kit_scrypt_memory(10, 1, (1u << 24) - 1),
                      UINT64_C(128) * (1024 + (1u << 24) - 1 + 2));
    ck_assert_uint_eq(kit_scrypt_memory(36, 8, 1),
                      1024 * ((UINT64_C(1) << 36) + 1 + 2));
}
END_TEST

/* Refused before anyone reads so much of a short buffer. */
START_TEST(refused_lengths)
{
    static const uint8_t zero[32];
    size_t immense = (size_t)INT_MAX + 1;
    uint8_t out[32];

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_scrypt(out, 32, "", immense, "", 0, 1, 1, 1), -1);
    ck_assert_mem_eq(out, zero, sizeof out);
    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_scrypt(out, 32, "", 0, "", immense, 1, 1, 1), -1);
    ck_assert_mem_eq(out, zero, sizeof out);
    ck_assert_int_eq(kit_scrypt(out, 0, "", 0, "", 0, 1, 1, 1), -1);
    ck_assert_int_eq(kit_scrypt(NULL, 0, "", 0, "", 0, 1, 1, 1), -1);
}
END_TEST

TEST_SUITE(scrypt)
{
    Suite *suite = suite_create("scrypt");
    TCase *values = suite_add_case(suite, "values");
    TCase *bounds = suite_add_case(suite, "bounds");

    /* Slow on purpose, and slower under a sanitizer. */
    tcase_set_timeout(values, 60);
    tcase_add_tests(values, rfc_7914, passwords_of_the_protocol, much_memory);
    tcase_add_test(bounds, accepted);
    tcase_add_loop_test(bounds, refused, 0, sizeof bad / sizeof bad[0]);
    tcase_add_tests(bounds, memory, refused_lengths);
    return suite;
}
