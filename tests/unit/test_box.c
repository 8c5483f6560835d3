/* SPDX-License-Identifier: MIT */
/* SEALED: its parts in the right order, and its limits. */
#include <stdlib.h>
#include <string.h>

#include "lib/box.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

enum { SEALED_MIN = KIT_NONCE_LEN + KIT_TAG_LEN };

/* The LEN bytes 1, 2, 3, ... as base64, in a static text. */
static const char *sealed_of(size_t len)
{
    static char text[2 * KIT_SEALED_SIZE];
    static uint8_t bytes[KIT_SEALED_SIZE];

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i + 1);
    ck_assert_int_eq(kit_base64_encode(text, sizeof text, bytes, len), 0);
    return text;
}

/* Whether SEALED is rejected, with BOX zero. */
static bool rejects(const char *sealed)
{
    struct kit_box box;

    memset(&box, 0xaa, sizeof box);
    return kit_box_decode(&box, sealed) == -1 && all_bytes(&box, sizeof box, 0);
}

/* test_aead.c opens what is decoded. */
static void decode_and_encode(const cJSON *vector)
{
    const char *sealed = vectors_text(vector, "sealed");
    char again[KIT_SEALED_SIZE];
    struct kit_box box;

    ck_assert_int_eq(kit_box_decode(&box, sealed), 0);
    ck_assert_int_eq(kit_box_encode(again, sizeof again, &box), 0);
    ck_assert_str_eq(again, sealed);
}

START_TEST(vectors)
{
    vectors_each(PROTOCOL_VECTORS, "ticket", decode_and_encode);
    vectors_each(PROTOCOL_VECTORS, "message", decode_and_encode);
}
END_TEST

START_TEST(shortest)
{
    struct kit_box box;

    for (size_t len = 0; len < SEALED_MIN; len++)
        ck_assert(rejects(sealed_of(len)));
    ck_assert(!kit_is_sealed(sealed_of(SEALED_MIN - 1)));
    ck_assert(kit_is_sealed(sealed_of(SEALED_MIN)));
    ck_assert_int_eq(kit_box_decode(&box, sealed_of(SEALED_MIN)), 0);
    ck_assert_uint_eq(box.len, KIT_TAG_LEN);
    ck_assert_uint_eq(box.bytes[0], KIT_NONCE_LEN + 1);
}
END_TEST

START_TEST(longest)
{
    const size_t max = KIT_NONCE_LEN + KIT_BOX_MAX;
    struct kit_box box;
    char again[KIT_SEALED_SIZE];

    ck_assert_int_eq(kit_box_decode(&box, sealed_of(max)), 0);
    ck_assert_uint_eq(box.len, KIT_BOX_MAX);
    ck_assert_int_eq(kit_box_encode(again, sizeof again, &box), 0);
    ck_assert_str_eq(again, sealed_of(max));

    /* KIT_SEALED_SIZE is exact, and nothing longer is a box. */
    ck_assert_uint_eq(strlen(again) + 1, KIT_SEALED_SIZE);
    for (size_t more = 1; more <= 4; more++)
        ck_assert(rejects(sealed_of(max + more)));
}
END_TEST

START_TEST(not_a_box)
{
    static const char *const texts[] = {
        "AAECAwQFBgcICQoL1ukOqwxHYswSAvVjEIOA6pKcxpsfrFFKsQ",
        "AAECAwQFBgcICQoL1ukOqwxHYswSAvVjEIOA6pKcxpsfrFFKsR==",
        "AAECAwQFBgcICQoL1ukOqwxHYswSAvVjEIOA6pKcxpsfrFFKsQ==\n",
        NULL,
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        ck_assert(rejects(texts[i]));
    ck_assert(!kit_is_sealed(NULL));
}
END_TEST

START_TEST(encode_limits)
{
    struct kit_box box = {.len = KIT_TAG_LEN};
    char out[KIT_SEALED_SIZE];
    size_t size = KIT_BASE64_LEN(SEALED_MIN) + 1;

    ck_assert_int_eq(kit_box_encode(out, size, &box), 0);
    ck_assert_uint_eq(strlen(out) + 1, size);
    ck_assert_int_eq(kit_box_encode(out, size - 1, &box), -1);
    ck_assert_str_eq(out, "");

    out[0] = 'x';
    box.len = KIT_TAG_LEN - 1;
    ck_assert_int_eq(kit_box_encode(out, sizeof out, &box), -1);
    ck_assert_str_eq(out, "");
    box.len = KIT_BOX_MAX + 1;
    ck_assert_int_eq(kit_box_encode(out, sizeof out, &box), -1);
}
END_TEST

TEST_SUITE(box)
{
    return suite_make("box", 60, NULL, NULL, vectors, shortest, longest,
                      not_a_box, encode_limits);
}
