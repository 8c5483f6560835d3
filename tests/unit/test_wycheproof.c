/* SPDX-License-Identifier: MIT */
/*
 * The vectors of project Wycheproof, if they are in a folder next to the
 * repository: we do not distribute them. A comment explains each vector that is
 * skipped, and the end of the test checks that some were not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/crypto.h"
#include "lib/hkdf.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

#define FOLDER "../shared/data/wycheproof"

enum { ROOM = KIT_HKDF_OUT_MAX + 1 };

/* Checks one TEST of GROUP; false if it does not apply to our interface. */
typedef bool check_fn(const cJSON *group, const cJSON *test);

static bool is_valid(const cJSON *test)
{
    const char *result = vectors_text(test, "result");
    bool valid = strcmp(result, "valid") == 0;

    ck_assert(valid || strcmp(result, "invalid") == 0);
    return valid;
}

/* Skips other sizes of nonces, which struct kit_nonce cannot hold. */
static bool check_aead(const cJSON *group, const cJSON *test)
{
    struct kit_key key;
    struct kit_nonce nonce;
    uint8_t ad[ROOM], text[ROOM], box[ROOM], out[ROOM];
    size_t ad_len, text_len, box_len;

    if (vectors_number(group, "ivSize") != 8 * KIT_NONCE_LEN)
        return false;
    vectors_hex(key.bytes, sizeof key.bytes, test, "key");
    vectors_hex(nonce.bytes, sizeof nonce.bytes, test, "iv");
    ad_len = vectors_hex(ad, sizeof ad, test, "aad");
    text_len = vectors_hex(text, sizeof text, test, "msg");
    box_len = vectors_hex(box, sizeof box, test, "ct");
    box_len += vectors_hex(box + box_len, KIT_TAG_LEN, test, "tag");

    ck_assert_int_eq(
        kit_open(out, ROOM, &key, &nonce, ad, ad_len, box, box_len),
        is_valid(test) ? 0 : -1);
    if (!is_valid(test))
        return true;
    ck_assert_uint_eq(box_len, text_len + KIT_TAG_LEN);
    ck_assert_mem_eq(out, text, text_len);
    ck_assert_int_eq(
        kit_seal(out, ROOM, &key, &nonce, ad, ad_len, text, text_len), 0);
    ck_assert_mem_eq(out, box, box_len);
    return true;
}

/* A truncated tag is the first bytes of ours. */
static bool check_hmac(const cJSON *group, const cJSON *test)
{
    uint8_t key[ROOM], in[ROOM], tag[KIT_DIGEST_LEN];
    size_t key_len = vectors_hex(key, sizeof key, test, "key");
    size_t in_len = vectors_hex(in, sizeof in, test, "msg");
    size_t tag_len = vectors_hex(tag, sizeof tag, test, "tag");
    struct kit_digest mac;

    ck_assert_uint_eq(tag_len, (size_t)vectors_number(group, "tagSize") / 8);
    ck_assert_int_eq(kit_hmac(&mac, key, key_len, in, in_len), 0);
    ck_assert(kit_equal(mac.bytes, tag, tag_len) == is_valid(test));
    return true;
}

/* The invalid ones are outputs of more than 255 blocks. */
static bool check_hkdf(const cJSON *group, const cJSON *test)
{
    uint8_t input[ROOM], salt[ROOM], info[ROOM], out[ROOM];
    size_t input_len = vectors_hex(input, sizeof input, test, "ikm");
    size_t salt_len = vectors_hex(salt, sizeof salt, test, "salt");
    size_t info_len = vectors_hex(info, sizeof info, test, "info");
    size_t len = (size_t)vectors_number(test, "size");
    int rc;

    ck_assert_uint_le(len, sizeof out);
    rc = kit_hkdf(out, len, salt, salt_len, input, input_len, info, info_len);
    ck_assert_int_eq(rc, is_valid(test) ? 0 : -1);
    if (rc == 0)
        vectors_match(test, "okm", out, len);
    return true;
}

static const struct {
    const char *path;
    check_fn *check;
} files[] = {
    {FOLDER "/chacha20_poly1305_test.json", check_aead},
    {FOLDER "/hmac_sha256_test.json", check_hmac},
    {FOLDER "/hkdf_sha256_test.json", check_hkdf},
};

START_TEST(agrees)
{
    cJSON *root = vectors_load(files[_i].path);
    const cJSON *group, *test;
    int applied = 0, skipped = 0;

    cJSON_ArrayForEach(group, vectors_list(root, "testGroups"))
    {
        cJSON_ArrayForEach(test, vectors_list(group, "tests"))
        {
            if (files[_i].check(group, test))
                applied++;
            else
                skipped++;
        }
    }
    ck_assert_int_gt(applied, 0);
    ck_assert_int_eq(applied + skipped, vectors_number(root, "numberOfTests"));
    cJSON_Delete(root);
}
END_TEST

TEST_SUITE(wycheproof)
{
    Suite *suite = suite_create("wycheproof");
    TCase *tcase = suite_add_case(suite, "wycheproof");

    if (access(FOLDER, F_OK) == 0)
        tcase_add_loop_test(tcase, agrees, 0, sizeof files / sizeof files[0]);
    else
        printf("skipped: Wycheproof vectors (" FOLDER " is absent)\n");
    return suite;
}
