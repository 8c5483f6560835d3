/* SPDX-License-Identifier: MIT */
/* Sealing and opening: the right bytes, and the edges of every length. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "backends/crypto.h"
#include "lib/box.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

enum { ROOM = 8192 };

static const struct kit_key key = {{1, 2, 3}};
static const struct kit_nonce nonce = {{4, 5, 6}};

/* Whether LEN bytes at P all are VALUE. */
static bool all(const uint8_t *p, size_t len, uint8_t value)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] != value)
            return false;
    return true;
}

/* Seals TEXT to BOX (BOX_LEN bytes) and opens it again, with no byte to spare
   and with some that must stay as they are. */
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
        ck_assert(all(out + box_len, sizeof out - box_len, 0xaa));

        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(
            kit_open(out, text_len + spare, k, n, ad, ad_len, box, box_len), 0);
        ck_assert_mem_eq(out, text, text_len);
        ck_assert(all(out + text_len, sizeof out - text_len, 0xaa));
    }
}

START_TEST(rfc_8439)
{
    cJSON *root = vectors_load(RFC_VECTORS);
    const cJSON *item;
    struct kit_key k;
    struct kit_nonce n;
    uint8_t ad[ROOM], text[ROOM], box[ROOM];
    size_t ad_len, len;

    cJSON_ArrayForEach(item, vectors_list(root, "rfc8439_aead"))
    {
        vectors_hex(k.bytes, sizeof k.bytes, item, "key");
        vectors_hex(n.bytes, sizeof n.bytes, item, "nonce");
        ad_len = vectors_hex(ad, sizeof ad, item, "aad");
        vectors_hex(text, sizeof text, item, "plaintext");
        len = vectors_hex(box, sizeof box, item, "ciphertext");
        len += vectors_hex(box + len, KIT_TAG_LEN, item, "tag");
        both_ways(&k, &n, ad, ad_len, text, box, len);
    }
    cJSON_Delete(root);
}
END_TEST

/* The tickets and messages of the protocol, as they travel. */
static void sealed_vectors(const char *list)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    struct kit_box box;
    struct kit_key k;
    uint8_t text[ROOM];
    const char *ad;

    cJSON_ArrayForEach(item, vectors_list(root, list))
    {
        vectors_hex(k.bytes, sizeof k.bytes, item, "key_hex");
        vectors_hex(text, sizeof text, item, "plaintext_hex");
        ad = vectors_text(item, "ad");
        ck_assert_int_eq(kit_box_decode(&box, vectors_text(item, "sealed")), 0);
        both_ways(&k, &box.nonce, ad, strlen(ad), text, box.bytes, box.len);
    }
    cJSON_Delete(root);
}

START_TEST(tickets)
{
    sealed_vectors("ticket");
}
END_TEST

START_TEST(messages)
{
    sealed_vectors("message");
}
END_TEST

/* Either SEALED cannot be taken apart or the box does not open. */
START_TEST(must_not_open)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    struct kit_box box;
    struct kit_key k;
    uint8_t out[ROOM];
    const char *id, *ad;
    size_t ad_len;

    cJSON_ArrayForEach(item, vectors_list(root, "open_must_fail"))
    {
        id = vectors_text(item, "id");
        ad = vectors_text(item, "ad");
        /* One vector ends with a zero byte, which strlen does not count. */
        ad_len = strlen(ad) + (strcmp(id, "ad-nul") == 0);
        vectors_hex(k.bytes, sizeof k.bytes, item, "key_hex");
        if (kit_box_decode(&box, vectors_text(item, "sealed")) != 0)
            continue;
        memset(out, 0xaa, sizeof out);
        ck_assert_msg(kit_open(out, sizeof out, &k, &box.nonce, ad, ad_len,
                               box.bytes, box.len) == -1,
                      "%s was opened", id);
        ck_assert(all(out, sizeof out, 0));
    }
    cJSON_Delete(root);
}
END_TEST

/* NULL stands for no bytes, everywhere, also for a text that is not there. */
START_TEST(nothing_is_null)
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
    ck_assert(all(out, sizeof out, 0));
    null[0] ^= 1;
    ck_assert_int_eq(
        kit_open(NULL, 0, &key, &nonce, NULL, 0, null, sizeof null), -1);
}
END_TEST

/* Every room that is too small for "0123456789" and its tag. */
START_TEST(seal_needs_room)
{
    uint8_t out[10 + KIT_TAG_LEN + 1];

    for (size_t size = 0; size < 10 + KIT_TAG_LEN; size++) {
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(
            kit_seal(out, size, &key, &nonce, "ad", 2, "0123456789", 10), -1);
        ck_assert(all(out, size, 0));
        ck_assert(all(out + size, sizeof out - size, 0xaa));
    }
    ck_assert_int_eq(kit_seal(NULL, 0, &key, &nonce, NULL, 0, NULL, 0), -1);
}
END_TEST

START_TEST(open_needs_room)
{
    uint8_t box[10 + KIT_TAG_LEN], out[11];

    ck_assert_int_eq(
        kit_seal(box, sizeof box, &key, &nonce, "ad", 2, "0123456789", 10), 0);
    for (size_t size = 0; size < 10; size++) {
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(
            kit_open(out, size, &key, &nonce, "ad", 2, box, sizeof box), -1);
        ck_assert(all(out, size, 0));
        ck_assert(all(out + size, sizeof out - size, 0xaa));
    }
}
END_TEST

/* Lengths that wrap around when a tag is added, or become another int. */
static const size_t immense[] = {
    (size_t)KIT_SEAL_MAX + 1,   (size_t)INT_MAX + 1, SIZE_MAX / 2 + 1,
    SIZE_MAX - KIT_TAG_LEN + 1, SIZE_MAX - 3,        SIZE_MAX,
};

/* They are refused before anyone reads so much of a short buffer. */
START_TEST(immense_lengths)
{
    uint8_t out[64], box[20];
    size_t len = immense[_i];

    ck_assert_int_eq(
        kit_seal(box, sizeof box, &key, &nonce, "ad", 2, "text", 4), 0);

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(
        kit_seal(out, sizeof out, &key, &nonce, "ad", len, "text", 4), -1);
    ck_assert(all(out, sizeof out, 0));

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(
        kit_seal(out, sizeof out, &key, &nonce, "ad", 2, "text", len), -1);
    ck_assert(all(out, sizeof out, 0));

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(
        kit_open(out, sizeof out, &key, &nonce, "ad", len, box, sizeof box),
        -1);
    ck_assert(all(out, sizeof out, 0));

    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(kit_open(out, sizeof out, &key, &nonce, "ad", 2, box, len),
                     -1);
    ck_assert(all(out, sizeof out, 0));
}
END_TEST

TEST_SUITE(aead)
{
    Suite *suite = suite_create("aead");
    TCase *vectors = suite_add_case(suite, "vectors");
    TCase *edges = suite_add_case(suite, "edges");

    tcase_add_tests(vectors, rfc_8439, tickets, messages, must_not_open);
    tcase_add_tests(edges, nothing_is_null, seal_needs_room, open_needs_room);
    tcase_add_loop_test(edges, immense_lengths, 0,
                        sizeof immense / sizeof immense[0]);
    return suite;
}
