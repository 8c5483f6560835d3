/* SPDX-License-Identifier: MIT */
/*
 * Forged boxes: every bit changed, every cut, every extension. None may open or
 * leave a byte in the output, and after each of them the genuine box must open:
 * contexts are used again after a failure.
 */
#include <string.h>

#include "backends/crypto.h"
#include "tests/support/suites.h"

enum {
    AD_LEN = 11,
    MAX_LEN = 130, /* over two blocks of ChaCha20 */
    ROOM = MAX_LEN + 2 * KIT_TAG_LEN,
};

/* What kit_open is given; an attacker may change any of it. */
struct opening {
    struct kit_key key;
    struct kit_nonce nonce;
    uint8_t ad[AD_LEN];
    size_t ad_len;
    uint8_t box[ROOM];
    size_t box_len;
};

/* An empty text, one byte, and lengths around one and two blocks. */
static const size_t lengths[] = {0, 1, 15, 16, 17, 63, 64, 65, 128, MAX_LEN};

static uint8_t text[MAX_LEN];
static struct opening genuine, forged;

/* Seals LEN random bytes. The forged box is a copy that a test changes. */
static void seal(size_t len)
{
    genuine.ad_len = AD_LEN;
    genuine.box_len = len + KIT_TAG_LEN;
    ck_assert_int_eq(kit_random(&genuine.key, sizeof genuine.key), 0);
    ck_assert_int_eq(kit_random(&genuine.nonce, sizeof genuine.nonce), 0);
    ck_assert_int_eq(kit_random(genuine.ad, AD_LEN), 0);
    ck_assert_int_eq(kit_random(text, len), 0);
    ck_assert_int_eq(kit_seal(genuine.box, sizeof genuine.box, &genuine.key,
                              &genuine.nonce, genuine.ad, AD_LEN, text, len),
                     0);
    forged = genuine;
}

/* Opens O to OUT, which is filled with other bytes first. */
static int open_it(uint8_t out[ROOM], const struct opening *o)
{
    memset(out, 0xaa, ROOM);
    return kit_open(out, ROOM, &o->key, &o->nonce, o->ad, o->ad_len, o->box,
                    o->box_len);
}

/* The forged box is rejected, with OUT zero; the genuine one still opens. */
static void expect_rejected(void)
{
    static const uint8_t zero[ROOM];
    uint8_t out[ROOM];

    ck_assert_int_eq(open_it(out, &forged), -1);
    ck_assert_mem_eq(out, zero, ROOM);
    ck_assert_int_eq(open_it(out, &genuine), 0);
    ck_assert_mem_eq(out, text, genuine.box_len - KIT_TAG_LEN);
}

/* Changes every bit of LEN bytes at PART, which is inside FORGED, in turn. */
static void flip(uint8_t *part, size_t len)
{
    for (size_t bit = 0; bit < 8 * len; bit++) {
        part[bit / 8] ^= (uint8_t)(1 << bit % 8);
        expect_rejected();
        part[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

START_TEST(every_bit_of_the_box)
{
    seal(lengths[_i]);
    flip(forged.box, forged.box_len);
}
END_TEST

START_TEST(every_bit_around_the_box)
{
    seal(lengths[_i]);
    flip(forged.key.bytes, KIT_KEY_LEN);
    flip(forged.nonce.bytes, KIT_NONCE_LEN);
    flip(forged.ad, AD_LEN);
}
END_TEST

/* Cut at the end. If the text is empty, a part of the tag is left. */
START_TEST(every_cut)
{
    seal(lengths[_i]);
    for (size_t len = 0; len < genuine.box_len; len++) {
        forged.box_len = len;
        expect_rejected();
    }
}
END_TEST

/* Bytes removed right before the tag, so that the tag stays whole. */
START_TEST(every_shorter_text)
{
    seal(lengths[_i]);
    for (size_t len = 0; len < lengths[_i]; len++) {
        forged = genuine;
        memcpy(forged.box + len, genuine.box + lengths[_i], KIT_TAG_LEN);
        forged.box_len = len + KIT_TAG_LEN;
        expect_rejected();
    }
}
END_TEST

/* More bytes after the box, before its tag, or a second tag. */
START_TEST(every_extension)
{
    seal(lengths[_i]);
    for (size_t more = 1; more <= KIT_TAG_LEN; more++) {
        forged = genuine;
        memset(forged.box + genuine.box_len, 0, more);
        forged.box_len = genuine.box_len + more;
        expect_rejected();

        memcpy(forged.box + forged.box_len - KIT_TAG_LEN,
               genuine.box + lengths[_i], KIT_TAG_LEN);
        expect_rejected();
    }
}
END_TEST

/* Associated data cut, or its last byte moved into the box. */
START_TEST(shorter_associated_data)
{
    seal(lengths[_i]);
    for (size_t len = 0; len < AD_LEN; len++) {
        forged.ad_len = len;
        expect_rejected();
    }
    memmove(forged.box + 1, genuine.box, genuine.box_len);
    forged.box[0] = genuine.ad[AD_LEN - 1];
    forged.box_len = genuine.box_len + 1;
    expect_rejected();
}
END_TEST

/* A tag of zeros, and the tag of another box under the same key. */
START_TEST(other_tags)
{
    uint8_t other[ROOM];
    size_t len = lengths[_i];

    seal(len);
    memset(forged.box + len, 0, KIT_TAG_LEN);
    expect_rejected();

    ck_assert_int_eq(kit_seal(other, sizeof other, &genuine.key, &genuine.nonce,
                              "another", 7, text, len),
                     0);
    memcpy(forged.box + len, other + len, KIT_TAG_LEN);
    expect_rejected();
}
END_TEST

TEST_SUITE(forgery, 60, NULL, NULL)
{
    tcase_add_rows(tcase, every_bit_of_the_box, lengths);
    tcase_add_rows(tcase, every_bit_around_the_box, lengths);
    tcase_add_rows(tcase, every_cut, lengths);
    tcase_add_rows(tcase, every_shorter_text, lengths);
    tcase_add_rows(tcase, every_extension, lengths);
    tcase_add_rows(tcase, shorter_associated_data, lengths);
    tcase_add_rows(tcase, other_tags, lengths);
}
