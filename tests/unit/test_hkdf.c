/* SPDX-License-Identifier: MIT */
/* HKDF: the values of RFC 5869, the keys of the protocol, the bounds. */
#include <stdlib.h>
#include <string.h>

#include "lib/hkdf.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

enum { ROOM = KIT_HKDF_OUT_MAX + 1 };

/* Whether LEN bytes at P all are zero. */
static bool is_zero(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] != 0)
            return false;
    return true;
}

/* Extract is HMAC with the salt as the key: the first half by itself. */
static void check_prk(const cJSON *item, const uint8_t *salt, size_t salt_len,
                      const uint8_t *input, size_t input_len)
{
    struct kit_digest prk;
    uint8_t wanted[KIT_DIGEST_LEN];

    vectors_hex(wanted, sizeof wanted, item, "prk");
    ck_assert_int_eq(kit_hmac(&prk, salt, salt_len, input, input_len), 0);
    ck_assert_mem_eq(prk.bytes, wanted, sizeof wanted);
}

START_TEST(rfc_5869)
{
    cJSON *root = vectors_load(RFC_VECTORS);
    const cJSON *item;
    uint8_t input[128], salt[128], info[128], wanted[128], out[128];
    size_t input_len, salt_len, info_len, len;

    cJSON_ArrayForEach(item, vectors_list(root, "rfc5869_hkdf_sha256"))
    {
        input_len = vectors_hex(input, sizeof input, item, "ikm");
        salt_len = vectors_hex(salt, sizeof salt, item, "salt");
        info_len = vectors_hex(info, sizeof info, item, "info");
        len = vectors_hex(wanted, sizeof wanted, item, "okm");
        ck_assert_uint_eq(len, (size_t)vectors_number(item, "L"));
        check_prk(item, salt, salt_len, input, input_len);

        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(kit_hkdf(out, len, salt, salt_len, input, input_len,
                                  info, info_len),
                         0);
        ck_assert_mem_eq(out, wanted, len);
        /* Not a byte more than was asked for. */
        ck_assert_uint_eq(out[len], 0xaa);
    }
    cJSON_Delete(root);
}
END_TEST

START_TEST(keys_of_the_protocol)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    struct kit_key key;
    uint8_t wanted[KIT_KEY_LEN];

    cJSON_ArrayForEach(item, vectors_list(root, "hkdf"))
    {
        ck_assert_uint_eq(vectors_hex(wanted, sizeof wanted, item, "okm_hex"),
                          sizeof wanted);
        memset(&key, 0xaa, sizeof key);
        ck_assert_int_eq(kit_derive(&key, vectors_text(item, "ikm"),
                                    vectors_text(item, "info")),
                         0);
        ck_assert_mem_eq(key.bytes, wanted, sizeof wanted);
    }
    cJSON_Delete(root);
}
END_TEST

/* Every length is the head of the longest, in whole blocks and in parts. */
START_TEST(every_length)
{
    uint8_t *longest = malloc(ROOM), *out = malloc(ROOM);

    ck_assert_ptr_nonnull(longest);
    ck_assert_ptr_nonnull(out);
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
    free(longest);
    free(out);
}
END_TEST

/* The longest info, against the one HMAC that one block of it is. */
START_TEST(longest_info)
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

START_TEST(too_much)
{
    uint8_t out[ROOM], info[KIT_HKDF_INFO_MAX + 1] = {0};

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(
        kit_hkdf(out, KIT_HKDF_OUT_MAX + 1, NULL, 0, "i", 1, NULL, 0), -1);
    ck_assert(is_zero(out, KIT_HKDF_OUT_MAX + 1));

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_hkdf(out, 32, NULL, 0, "i", 1, info, sizeof info), -1);
    ck_assert(is_zero(out, 32));
    ck_assert_int_eq(kit_hkdf(out, 32, NULL, 0, "i", 1, info, SIZE_MAX), -1);

    out[0] = 0xaa;
    ck_assert_int_eq(kit_hkdf(out, 0, NULL, 0, "i", 1, NULL, 0), -1);
    ck_assert_uint_eq(out[0], 0xaa);
}
END_TEST

START_TEST(nothing_is_null)
{
    uint8_t null[32], empty[32];

    ck_assert_int_eq(kit_hkdf(null, 32, NULL, 0, NULL, 0, NULL, 0), 0);
    ck_assert_int_eq(kit_hkdf(empty, 32, "", 0, "", 0, "", 0), 0);
    ck_assert_mem_eq(null, empty, sizeof null);
}
END_TEST

/* A label that is too long leaves no key that someone might use. */
START_TEST(derive_fails_closed)
{
    char label[KIT_HKDF_INFO_MAX + 2];
    struct kit_key key;

    memset(label, 'x', sizeof label);
    label[sizeof label - 1] = '\0';
    memset(&key, 0xaa, sizeof key);
    ck_assert_int_eq(kit_derive(&key, "string", label), -1);
    ck_assert(is_zero(key.bytes, sizeof key.bytes));
    ck_assert_int_eq(kit_derive(&key, "string", label + 1), 0);
    ck_assert(!is_zero(key.bytes, sizeof key.bytes));
}
END_TEST

static int derive_three_blocks(void)
{
    uint8_t out[2 * KIT_DIGEST_LEN + 1];
    int rc;

    memset(out, 0xaa, sizeof out);
    rc = kit_hkdf(out, sizeof out, NULL, 0, "input", 5, "info", 4);
    ck_assert(is_zero(out, sizeof out) == (rc != 0));
    return rc;
}

START_TEST(hmac_fails)
{
    ck_assert_int_eq(fault_each("kit_hmac", derive_three_blocks, true), 4);
}
END_TEST

TEST_SUITE(hkdf)
{
    Suite *suite = suite_create("hkdf");
    TCase *values = suite_add_case(suite, "values");
    TCase *bounds = suite_add_case(suite, "bounds");

    tcase_add_tests(values, rfc_5869, keys_of_the_protocol, every_length,
                    longest_info);
    tcase_add_tests(bounds, too_much, nothing_is_null, derive_fails_closed);
    if (faults_possible("hkdf"))
        tcase_add_test(bounds, hmac_fails);
    return suite;
}
