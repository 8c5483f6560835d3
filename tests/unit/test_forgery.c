/* SPDX-License-Identifier: MIT */
/*
 * An attacker at a box: every bit changed, every cut, every extension. None
 * may open, none may leave a byte in the output, and after each of them the
 * genuine box must open as before: contexts are used again after a failure.
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

/* Nothing, one byte, around one block, around two. */
static const size_t lengths[] = {0, 1, 15, 16, 17, 63, 64, 65, 128, MAX_LEN};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static uint8_t text[MAX_LEN];
static struct opening genuine;

/* Seals TEXT_LEN random bytes. */
static void seal(size_t text_len)
{
    genuine.ad_len = AD_LEN;
    genuine.box_len = text_len + KIT_TAG_LEN;
    ck_assert_int_eq(kit_random(&genuine.key, sizeof genuine.key), 0);
    ck_assert_int_eq(kit_random(&genuine.nonce, sizeof genuine.nonce), 0);
    ck_assert_int_eq(kit_random(genuine.ad, AD_LEN), 0);
    ck_assert_int_eq(kit_random(text, text_len), 0);
    ck_assert_int_eq(kit_seal(genuine.box, sizeof genuine.box, &genuine.key,
                              &genuine.nonce, genuine.ad, AD_LEN, text,
                              text_len),
                     0);
}

/* Opens F to OUT, which is full of something else before. */
static int open_it(uint8_t out[ROOM], const struct opening *f)
{
    memset(out, 0xaa, ROOM);
    return kit_open(out, ROOM, &f->key, &f->nonce, f->ad, f->ad_len, f->box,
                    f->box_len);
}

/* F is refused without a trace, and the genuine box still opens. */
static void refused(const struct opening *f)
{
    static const uint8_t zero[ROOM];
    uint8_t out[ROOM];

    ck_assert_int_eq(open_it(out, f), -1);
    ck_assert_mem_eq(out, zero, ROOM);
    ck_assert_int_eq(open_it(out, &genuine), 0);
    ck_assert_mem_eq(out, text, genuine.box_len - KIT_TAG_LEN);
}

/* Changes every bit of LEN bytes at PART, which is inside F, in turn. */
static void flip(struct opening *f, uint8_t *part, size_t len)
{
    for (size_t bit = 0; bit < 8 * len; bit++) {
        part[bit / 8] ^= (uint8_t)(1 << bit % 8);
        refused(f);
        part[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

START_TEST(every_bit_of_the_box)
{
    struct opening f;

    seal(lengths[_i]);
    f = genuine;
    flip(&f, f.box, f.box_len);
}
END_TEST

START_TEST(every_bit_around_the_box)
{
    struct opening f;

    seal(lengths[_i]);
    f = genuine;
    flip(&f, f.key.bytes, KIT_KEY_LEN);
    flip(&f, f.nonce.bytes, KIT_NONCE_LEN);
    flip(&f, f.ad, AD_LEN);
}
END_TEST

/* Cut at the end, and so with a tag of 0 to 15 bytes for the empty text. */
START_TEST(every_cut)
{
    struct opening f;

    seal(lengths[_i]);
    f = genuine;
    for (f.box_len = 0; f.box_len < genuine.box_len; f.box_len++)
        refused(&f);
}
END_TEST

/* Bytes taken out right before the tag: the tag stays whole. */
START_TEST(every_shorter_text)
{
    struct opening f;

    seal(lengths[_i]);
    for (size_t len = 0; len < lengths[_i]; len++) {
        f = genuine;
        memcpy(f.box + len, genuine.box + lengths[_i], KIT_TAG_LEN);
        f.box_len = len + KIT_TAG_LEN;
        refused(&f);
    }
}
END_TEST

/* More bytes behind the box, before its tag, or a second tag. */
START_TEST(every_extension)
{
    struct opening f;
    uint8_t *tag;

    seal(lengths[_i]);
    for (size_t more = 1; more <= KIT_TAG_LEN; more++) {
        f = genuine;
        memset(f.box + genuine.box_len, 0, more);
        f.box_len = genuine.box_len + more;
        refused(&f);

        tag = f.box + f.box_len - KIT_TAG_LEN;
        memcpy(tag, genuine.box + lengths[_i], KIT_TAG_LEN);
        refused(&f);
    }
}
END_TEST

/* Associated data cut, or moved into the box: neither is the other. */
START_TEST(the_border_of_the_associated_data)
{
    struct opening f;

    seal(lengths[_i]);
    f = genuine;
    for (f.ad_len = 0; f.ad_len < AD_LEN; f.ad_len++)
        refused(&f);

    f = genuine;
    f.ad_len = AD_LEN - 1;
    memmove(f.box + 1, genuine.box, genuine.box_len);
    f.box[0] = genuine.ad[AD_LEN - 1];
    f.box_len = genuine.box_len + 1;
    refused(&f);
}
END_TEST

/* A tag of zeros, and the tag of another box under the same key. */
START_TEST(other_tags)
{
    struct opening f;
    uint8_t other[ROOM];
    size_t len = lengths[_i];

    seal(len);
    f = genuine;
    memset(f.box + len, 0, KIT_TAG_LEN);
    refused(&f);

    ck_assert_int_eq(kit_seal(other, sizeof other, &genuine.key, &genuine.nonce,
                              "another", 7, text, len),
                     0);
    memcpy(f.box + len, other + len, KIT_TAG_LEN);
    refused(&f);
}
END_TEST

TEST_SUITE(forgery)
{
    Suite *suite = suite_create("forgery");
    TCase *bits = suite_add_case(suite, "bits");
    TCase *shapes = suite_add_case(suite, "shapes");

    tcase_add_loop_test(bits, every_bit_of_the_box, 0, LENGTHS);
    tcase_add_loop_test(bits, every_bit_around_the_box, 0, LENGTHS);
    tcase_add_loop_test(shapes, every_cut, 0, LENGTHS);
    tcase_add_loop_test(shapes, every_shorter_text, 0, LENGTHS);
    tcase_add_loop_test(shapes, every_extension, 0, LENGTHS);
    tcase_add_loop_test(shapes, the_border_of_the_associated_data, 0, LENGTHS);
    tcase_add_loop_test(shapes, other_tags, 0, LENGTHS);
    return suite;
}
