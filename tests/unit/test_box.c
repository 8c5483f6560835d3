/* SPDX-License-Identifier: MIT */
/* SEALED: its parts in the right order, and its limits. */
#include <stdlib.h>
#include <string.h>

#include "lib/box.h"
#include "lib/hkdf.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
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
    struct kit_sealed again;
    struct kit_box box;

    ck_assert_int_eq(kit_box_decode(&box, sealed), 0);
    ck_assert_int_eq(kit_box_encode(&again, &box), 0);
    ck_assert_str_eq(again.text, sealed);
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
    struct kit_sealed again;

    ck_assert_int_eq(kit_box_decode(&box, sealed_of(max)), 0);
    ck_assert_uint_eq(box.len, KIT_BOX_MAX);
    ck_assert_int_eq(kit_box_encode(&again, &box), 0);
    ck_assert_str_eq(again.text, sealed_of(max));

    /* This text fills KIT_SEALED_SIZE. A longer one is rejected. */
    ck_assert_uint_eq(strlen(again.text) + 1, KIT_SEALED_SIZE);
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

/* No sealed box is shorter than a tag, or longer than KIT_BOX_MAX. */
START_TEST(encode_limits)
{
    static const size_t wrong[] = {0, KIT_TAG_LEN - 1, KIT_BOX_MAX + 1,
                                   SIZE_MAX};
    struct kit_box box = {.len = KIT_TAG_LEN};
    struct kit_sealed out;

    ck_assert_int_eq(kit_box_encode(&out, &box), 0);
    ck_assert_uint_eq(strlen(out.text), KIT_BASE64_LEN(SEALED_MIN));
    setenv("KIT_DEBUG", "1", 1);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        strcpy(out.text, "old");
        box.len = wrong[i];
        ck_assert_int_eq(kit_box_encode(&out, &box), -1);
        ck_assert_str_eq(out.text, "");
    }
    ck_assert_int_eq(captured_lines(), COUNT(wrong));
    ck_assert(captured_has("kit_box_encode: the box has 0 bytes"));
}
END_TEST

/* --- Sealing and opening -------------------------------------------------- */

static struct kit_key key;
static uint8_t bytes[KIT_TEXT_MAX + 1];

static void setup(void)
{
    capture_errors();
    ck_assert_int_eq(kit_derive(&key, "secret-of-the-chat", "message"), 0);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(7 * i);
}

/* Seals LEN bytes as "a>b#1", under a fresh nonce. */
static void seal(struct kit_box *box, size_t len)
{
    memset(box, 0xaa, sizeof *box);
    ck_assert_int_eq(kit_random(box->nonce.bytes, KIT_NONCE_LEN), 0);
    ck_assert_int_eq(kit_box_seal(box, &key, "a>b#1", bytes, len), 0);
}

/* Whether the box does not open, and TEXT is zero. */
static bool stays_closed(const struct kit_key *with, const char *ad,
                         const struct kit_box *box)
{
    struct kit_text text;

    memset(&text, 0xaa, sizeof text);
    return kit_box_open(&text, with, ad, box) == -1 &&
           all_bytes(&text, sizeof text, 0);
}

START_TEST(seal_and_open)
{
    static const size_t lengths[] = {0, 1, 4095, KIT_TEXT_MAX};
    struct kit_text text;
    struct kit_box box;

    for (size_t i = 0; i < COUNT(lengths); i++) {
        seal(&box, lengths[i]);
        ck_assert_uint_eq(box.len, lengths[i] + KIT_TAG_LEN);
        ck_assert_int_eq(kit_box_open(&text, &key, "a>b#1", &box), 0);
        ck_assert_uint_eq(text.len, lengths[i]);
        if (text.len > 0)
            ck_assert_mem_eq(text.bytes, bytes, text.len);
    }
}
END_TEST

/* The functions of the backend make and open the same boxes. */
START_TEST(boxes_of_the_backend)
{
    uint8_t same[64];
    struct kit_text text;
    struct kit_box box;

    seal(&box, 9);
    ck_assert_int_eq(
        kit_seal(same, sizeof same, &key, &box.nonce, "a>b#1", 5, bytes, 9), 0);
    ck_assert_mem_eq(box.bytes, same, box.len);
    ck_assert_int_eq(kit_seal(box.bytes, sizeof box.bytes, &key, &box.nonce, "",
                              0, bytes, 9),
                     0);
    ck_assert_int_eq(kit_box_open(&text, &key, "", &box), 0);
}
END_TEST

START_TEST(changed_boxes)
{
    struct kit_box box, changed;
    struct kit_key other = key;

    seal(&box, 30);
    other.bytes[31] ^= 1;
    ck_assert(stays_closed(&other, "a>b#1", &box));
    ck_assert(stays_closed(&key, "a>b#2", &box));
    ck_assert(stays_closed(&key, "a>b#1 ", &box));
    ck_assert(stays_closed(&key, "", &box));
    for (size_t i = 0; i < KIT_NONCE_LEN; i++) {
        changed = box;
        changed.nonce.bytes[i] ^= 0x80;
        ck_assert(stays_closed(&key, "a>b#1", &changed));
    }
    for (size_t i = 0; i < box.len; i++) {
        changed = box;
        changed.bytes[i] ^= 1;
        ck_assert(stays_closed(&key, "a>b#1", &changed));
    }
    changed = box;
    for (changed.len = 0; changed.len < box.len; changed.len++)
        ck_assert(stays_closed(&key, "a>b#1", &changed));
    changed.len = box.len + 1;
    ck_assert(stays_closed(&key, "a>b#1", &changed));
}
END_TEST

/* A length that no decoded box has must not cause a read after the box. */
START_TEST(impossible_lengths)
{
    static const size_t lengths[] = {KIT_BOX_MAX + 1, SIZE_MAX,
                                     SIZE_MAX - KIT_TAG_LEN + 1};
    struct kit_box box;

    seal(&box, KIT_TEXT_MAX);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        box.len = lengths[i];
        ck_assert(stays_closed(&key, "a>b#1", &box));
    }
}
END_TEST

START_TEST(text_is_too_long)
{
    static const size_t lengths[] = {KIT_TEXT_MAX + 1, SIZE_MAX,
                                     SIZE_MAX - KIT_TAG_LEN + 1};
    struct kit_box box;

    setenv("KIT_DEBUG", "1", 1);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        memset(&box, 0xaa, sizeof box);
        ck_assert_int_eq(kit_box_seal(&box, &key, "a>b#1", bytes, lengths[i]),
                         -1);
        ck_assert(all_bytes(&box, sizeof box, 0));
    }
    ck_assert(captured_has("kit_box_seal: len is 4097"));
}
END_TEST

START_TEST(sealing_fails)
{
    struct kit_box box;

    memset(&box, 0xaa, sizeof box);
    fault_order("kit_seal", 1, 0);
    ck_assert_int_eq(kit_box_seal(&box, &key, "a>b#1", bytes, 5), -1);
    ck_assert(fault_cancel() && all_bytes(&box, sizeof box, 0));
}
END_TEST

/* Whether TICKET does not open, and TEXT is zero. */
static bool ticket_stays_closed(const char *ad, const struct kit_ticket *ticket)
{
    struct kit_text text;

    memset(&text, 0xaa, sizeof text);
    return kit_ticket_open(&text, &key, ad, ticket) == -1 &&
           all_bytes(&text, sizeof text, 0);
}

START_TEST(tickets)
{
    struct kit_ticket ticket = {"no base64"};
    struct kit_sealed sealed;
    struct kit_text text;
    struct kit_box box;

    ck_assert(ticket_stays_closed("a>b#1", &ticket));
    /* The longest: 768 bytes are 1,024 characters. */
    seal(&box, 768 - SEALED_MIN);
    ck_assert_int_eq(kit_box_encode(&sealed, &box), 0);
    ck_assert_uint_eq(strlen(sealed.text), KIT_TICKET_MAX);
    strcpy(ticket.text, sealed.text);
    ck_assert_int_eq(kit_ticket_open(&text, &key, "a>b#1", &ticket), 0);
    ck_assert_uint_eq(text.len, box.len - KIT_TAG_LEN);
    ck_assert_mem_eq(text.bytes, bytes, text.len);
    ck_assert(ticket_stays_closed("a>b#2", &ticket));
    ticket.text[0] = '\0';
    ck_assert(ticket_stays_closed("a>b#1", &ticket));
}
END_TEST

TEST_SUITE(box, 60, setup, NULL)
{
    tcase_add_tests(tcase, vectors, shortest, longest, not_a_box, encode_limits,
                    seal_and_open, boxes_of_the_backend, changed_boxes,
                    impossible_lengths, text_is_too_long, tickets);
    if (faults_possible("box"))
        tcase_add_test(tcase, sealing_fails);
}
