/* SPDX-License-Identifier: MIT */
/* Sealing and opening: vectors, and the limits of every length. */
#include <limits.h>
#include <string.h>

#include "backends/crypto.h"
#include "lib/box.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

enum { ROOM = 8192 };

static const struct kit_key key = {{1, 2, 3}};
static const struct kit_nonce nonce = {{4, 5, 6}};

/*
 * Seals TEXT to BOX (BOX_LEN bytes) and opens it again, with an output of the
 * exact size and with a larger one, of which the rest must not change.
 */
static void both_ways(const struct kit_key *k, const struct kit_nonce *n,
                      const void *ad, size_t ad_len, const uint8_t *text,
                      const uint8_t *box, size_t box_len)
{
    uint8_t out[ROOM];
    size_t text_len = box_len - KIT_TAG_LEN;

    for (size_t spare = 0; spare < 20; spare += 19) {
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(
            kit_seal(out, box_len + spare, k, n, ad, ad_len, text, text_len),
            0);
        ck_assert_mem_eq(out, box, box_len);
        ck_assert(all_bytes(out + box_len, sizeof out - box_len, 0xaa));

        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(
            kit_open(out, text_len + spare, k, n, ad, ad_len, box, box_len), 0);
        ck_assert_mem_eq(out, text, text_len);
        ck_assert(all_bytes(out + text_len, sizeof out - text_len, 0xaa));
    }
}

static void check_aead(const cJSON *vector)
{
    struct kit_key k;
    struct kit_nonce n;
    uint8_t ad[ROOM], text[ROOM], box[ROOM], out[ROOM];
    size_t ad_len = vectors_hex(ad, sizeof ad, vector, "aad");
    size_t text_len = vectors_hex(text, sizeof text, vector, "msg");
    size_t len = vectors_hex(box, sizeof box, vector, "ct");

    /* struct kit_nonce cannot hold nonces of other sizes. */
    if (strlen(vectors_text(vector, "iv")) != 2 * KIT_NONCE_LEN) {
        vectors_skip();
        return;
    }
    vectors_hex(k.bytes, sizeof k.bytes, vector, "key");
    vectors_hex(n.bytes, sizeof n.bytes, vector, "iv");
    len += vectors_hex(box + len, KIT_TAG_LEN, vector, "tag");
    ck_assert_uint_eq(len, text_len + KIT_TAG_LEN);
    if (vectors_valid(vector))
        both_ways(&k, &n, ad, ad_len, text, box, len);
    else
        ck_assert_int_eq(kit_open(out, ROOM, &k, &n, ad, ad_len, box, len), -1);
}

/* A ticket or a message of the protocol. */
static void check_sealed(const cJSON *vector)
{
    const char *ad = vectors_text(vector, "ad");
    struct kit_box box;
    struct kit_key k;
    uint8_t text[ROOM];

    vectors_hex(k.bytes, sizeof k.bytes, vector, "key_hex");
    vectors_hex(text, sizeof text, vector, "plaintext_hex");
    ck_assert_int_eq(kit_box_decode(&box, vectors_text(vector, "sealed")), 0);
    both_ways(&k, &box.nonce, ad, strlen(ad), text, box.bytes, box.len);
}

/* Either decoding or opening fails. */
static void check_rejected(const cJSON *vector)
{
    const char *id = vectors_text(vector, "id");
    const char *ad = vectors_text(vector, "ad");
    /* One vector ends with a zero byte, which strlen does not count. */
    size_t ad_len = strlen(ad) + (strcmp(id, "ad-nul") == 0);
    struct kit_box box;
    struct kit_key k;
    uint8_t out[ROOM];

    vectors_hex(k.bytes, sizeof k.bytes, vector, "key_hex");
    if (kit_box_decode(&box, vectors_text(vector, "sealed")) != 0)
        return;
    memset(out, 0xaa, sizeof out);
    ck_assert_msg(kit_open(out, sizeof out, &k, &box.nonce, ad, ad_len,
                           box.bytes, box.len) == -1,
                  "%s was opened", id);
    ck_assert(all_bytes(out, sizeof out, 0));
}

START_TEST(vectors)
{
    vectors_each(RFC_VECTORS, "rfc8439_aead", check_aead);
    vectors_each(PROTOCOL_VECTORS, "ticket", check_sealed);
    vectors_each(PROTOCOL_VECTORS, "message", check_sealed);
    vectors_each(PROTOCOL_VECTORS, "open_must_fail", check_rejected);
    vectors_wycheproof("chacha20_poly1305", check_aead);
}
END_TEST

/* For every argument, NULL with length 0 is an empty string. */
START_TEST(null_is_empty)
{
    uint8_t null[KIT_TAG_LEN], empty[KIT_TAG_LEN], out[4] = {1, 2, 3, 4};

    ck_assert_int_eq(
        kit_seal(null, sizeof null, &key, &nonce, NULL, 0, NULL, 0), 0);
    ck_assert_int_eq(kit_seal(empty, sizeof empty, &key, &nonce, "", 0, "", 0),
                     0);
    ck_assert_mem_eq(null, empty, sizeof null);
    ck_assert_int_eq(
        kit_open(NULL, 0, &key, &nonce, NULL, 0, null, sizeof null), 0);
    ck_assert_int_eq(kit_open(out, sizeof out, &key, &nonce, NULL, 0, NULL, 0),
                     -1);
    ck_assert(all_bytes(out, sizeof out, 0));
    null[0] ^= 1;
    ck_assert_int_eq(
        kit_open(NULL, 0, &key, &nonce, NULL, 0, null, sizeof null), -1);
}
END_TEST

/* Every size that is too small for "0123456789" and its tag. */
START_TEST(seal_too_small)
{
    uint8_t out[10 + KIT_TAG_LEN + 1];

    for (size_t size = 0; size < 10 + KIT_TAG_LEN; size++) {
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(
            kit_seal(out, size, &key, &nonce, "ad", 2, "0123456789", 10), -1);
        ck_assert(all_bytes(out, size, 0));
        ck_assert(all_bytes(out + size, sizeof out - size, 0xaa));
    }
    ck_assert_int_eq(kit_seal(NULL, 0, &key, &nonce, NULL, 0, NULL, 0), -1);
}
END_TEST

START_TEST(open_too_small)
{
    uint8_t box[10 + KIT_TAG_LEN], out[11];

    ck_assert_int_eq(
        kit_seal(box, sizeof box, &key, &nonce, "ad", 2, "0123456789", 10), 0);
    for (size_t size = 0; size < 10; size++) {
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(
            kit_open(out, size, &key, &nonce, "ad", 2, box, sizeof box), -1);
        ck_assert(all_bytes(out, size, 0));
        ck_assert(all_bytes(out + size, sizeof out - size, 0xaa));
    }
}
END_TEST

/* Lengths that overflow when the tag is added, or when converted to int. */
static const size_t immense[] = {
    (size_t)KIT_SEAL_MAX + 1,   (size_t)INT_MAX + 1, SIZE_MAX / 2 + 1,
    SIZE_MAX - KIT_TAG_LEN + 1, SIZE_MAX - 3,        SIZE_MAX,
};

/* They are rejected before anything is read from the short buffers. */
START_TEST(immense_lengths)
{
    enum { SIZE = 64 };
    uint8_t box[20], out[4 * SIZE], *at = out;
    size_t len = immense[_i];

    ck_assert_int_eq(
        kit_seal(box, sizeof box, &key, &nonce, "ad", 2, "text", 4), 0);
    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_seal(at, SIZE, &key, &nonce, "ad", len, "text", 4),
                     -1);
    at += SIZE;
    ck_assert_int_eq(kit_seal(at, SIZE, &key, &nonce, "ad", 2, "text", len),
                     -1);
    at += SIZE;
    ck_assert_int_eq(
        kit_open(at, SIZE, &key, &nonce, "ad", len, box, sizeof box), -1);
    at += SIZE;
    ck_assert_int_eq(kit_open(at, SIZE, &key, &nonce, "ad", 2, box, len), -1);
    ck_assert(all_bytes(out, sizeof out, 0));
}
END_TEST

TEST_SUITE(aead, 60, NULL, NULL)
{
    tcase_add_tests(tcase, vectors, null_is_empty, seal_too_small,
                    open_too_small);
    tcase_add_rows(tcase, immense_lengths, immense);
}
