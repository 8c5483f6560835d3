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
    static const struct kit_box zero;
    struct kit_box box;

    memset(&box, 0xaa, sizeof box);
    return kit_box_decode(&box, sealed) == -1 &&
           memcmp(&box, &zero, sizeof box) == 0;
}

/* Decodes one vector and encodes it again. */
static void check_vector(const cJSON *item)
{
    struct kit_box box;
    char again[KIT_SEALED_SIZE];
    uint8_t nonce[KIT_NONCE_LEN], text[KIT_TEXT_MAX], tag[KIT_TAG_LEN];
    size_t len = vectors_hex(text, sizeof text, item, "ciphertext_hex");

    ck_assert_uint_eq(vectors_hex(nonce, sizeof nonce, item, "nonce_hex"), 12);
    ck_assert_uint_eq(vectors_hex(tag, sizeof tag, item, "tag_hex"), 16);

    ck_assert_int_eq(kit_box_decode(&box, vectors_text(item, "sealed")), 0);
    ck_assert_uint_eq(box.len, len + KIT_TAG_LEN);
    ck_assert_mem_eq(box.nonce.bytes, nonce, sizeof nonce);
    ck_assert_mem_eq(box.bytes, text, len);
    ck_assert_mem_eq(box.bytes + len, tag, sizeof tag);

    ck_assert_int_eq(kit_box_encode(again, sizeof again, &box), 0);
    ck_assert_str_eq(again, vectors_text(item, "sealed"));
}

START_TEST(vectors)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;

    cJSON_ArrayForEach(item, vectors_list(root, "ticket")) check_vector(item);
    cJSON_ArrayForEach(item, vectors_list(root, "message")) check_vector(item);
    cJSON_Delete(root);
}
END_TEST

/* Of the invalid boxes some are too short; kit_open rejects the others. */
START_TEST(vectors_too_short)
{
    cJSON *root = vectors_load(PROTOCOL_VECTORS);
    const cJSON *item;
    int count = 0;

    cJSON_ArrayForEach(item, vectors_list(root, "open_must_fail"))
    {
        if (strcmp(vectors_text(item, "why"), "shorter than 28 bytes") != 0)
            continue;
        ck_assert(rejects(vectors_text(item, "sealed")));
        count++;
    }
    ck_assert_int_gt(count, 0);
    cJSON_Delete(root);
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
    return suite_make("box", 60, NULL, NULL, vectors, vectors_too_short,
                      shortest, longest, not_a_box, encode_limits);
}
