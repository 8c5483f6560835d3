/* SPDX-License-Identifier: MIT */
/* The events of keys and boxes, and of the tickets among the boxes. */
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "lib/show.h"
#include "tests/support/suites.h"
#include "tests/unit/tracing.h"

/* --- Keys ----------------------------------------------------------------- */

/* The key_id was computed with Python: HKDF of the key and "trace key_id". */
START_TEST(derived)
{
    const struct kit_key key = tracing_key();

    tracing_begin();
    kit_trace_derived(&key, "secret", "message");
    tracing_expect(1, "\"event\":\"derived\",\"label\":\"message\","
                      "\"input\":{\"hidden\":6},\"key\":{\"hidden\":32},"
                      "\"key_id\":\"e42f44e8\"}");
}
END_TEST

START_TEST(derived_with_keys)
{
    const struct kit_key key = tracing_key();

    tracing_begin_with(true);
    kit_trace_derived(&key, "secret", "message");
    tracing_expect(1, "\"event\":\"derived\",\"label\":\"message\","
                      "\"input\":\"secret\",\"key\":\"00010203040506070809"
                      "0a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\","
                      "\"key_id\":\"e42f44e8\"}");
}
END_TEST

/* kit_derive traces the key that it returns. If it fails, it traces none. */
START_TEST(derive)
{
    struct kit_key key;
    char label[KIT_HKDF_INFO_MAX + 2] = "", hex[2 * KIT_KEY_LEN + 1];

    memset(label, 'l', sizeof label - 1);
    tracing_begin_with(true);
    ck_assert_int_eq(kit_derive(&key, TOKEN, label), -1);
    ck_assert_ptr_null(tracing_event(1));
    ck_assert_int_eq(kit_derive(&key, TOKEN, KIT_LABEL_MESSAGE), 0);
    kit_hex(hex, key.bytes, sizeof key.bytes);
    ck_assert(tracing_has(hex));
}
END_TEST

/* --- Boxes ---------------------------------------------------------------- */

/* The box of section 8 of the protocol, sealed, opened and not opened. */
START_TEST(boxes)
{
#define PARTS                                                                  \
    "\"key_id\":\"e42f44e8\",\"key\":{\"hidden\":32},"                         \
    "\"nonce\":\"000000000000000000000000\",\"ciphertext\":\"%s\","            \
    "\"tag\":\"%s\",\"ad\":\"alice\\u003ebob#1\""
    const struct kit_key key = tracing_key();
    struct kit_box box = {.len = 0};
    struct kit_text text;
    char ciphertext[8], tag[33], expected[512];

    tracing_begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, "alice>bob#1", "a\xc3\xa9", 3),
                     0);
    kit_hex(ciphertext, box.bytes, 3);
    kit_hex(tag, box.bytes + 3, KIT_TAG_LEN);
    snprintf(expected, sizeof expected,
             "\"event\":\"sealed\"," PARTS ",\"text\":\"a\\u00e9\"}",
             ciphertext, tag);
    tracing_expect(1, expected);

    ck_assert_int_eq(kit_box_open(&text, &key, "alice>bob#1", &box), 0);
    snprintf(expected, sizeof expected,
             "\"event\":\"opened\"," PARTS ",\"text\":\"a\\u00e9\"}",
             ciphertext, tag);
    tracing_expect(2, expected);

    box.bytes[3] ^= 1;
    kit_hex(tag, box.bytes + 3, KIT_TAG_LEN);
    ck_assert_int_eq(kit_box_open(&text, &key, "alice>bob#1", &box), -1);
    snprintf(expected, sizeof expected, "\"event\":\"not_opened\"," PARTS "}",
             ciphertext, tag);
    tracing_expect(3, expected);
    ck_assert_ptr_null(tracing_event(4));
}
END_TEST

/* A length that no box can have must not cause a read outside the box. */
static const struct {
    size_t len;
    const char *parts;
} odd_boxes[] = {
    {0, "\"ciphertext\":\"\",\"tag\":\"\""},
    {2, "\"ciphertext\":\"\",\"tag\":\"0000\""},
    {KIT_BOX_MAX + 1, "\"ciphertext\":\"\",\"tag\":\"\""},
};

START_TEST(odd_box)
{
    const struct kit_key key = tracing_key();
    const struct kit_box box = {.len = odd_boxes[_i].len};

    tracing_begin();
    kit_trace_box("not_opened", &key, &box, "ad", NULL, 0);
    ck_assert(tracing_has(odd_boxes[_i].parts));
}
END_TEST

/* An empty text is traced as "", and one that is not UTF-8 in hex. */
START_TEST(odd_texts)
{
    const struct kit_key key = tracing_key();
    struct kit_box box = {.len = 0};

    tracing_begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, "ad", NULL, 0), 0);
    ck_assert(tracing_has("\"text\":\"\"}"));
    ck_assert_int_eq(kit_box_seal(&box, &key, "ad", "\xff\x80", 2), 0);
    ck_assert(tracing_has("\"text_hex\":\"ff80\"}"));
}
END_TEST

/* The text of a ticket, and how its event ends. */
static const struct {
    const char *ad, *text, *end;
} tickets[] = {
    {"senderinfo>bob", "{\"username\":\"alice\",\"secret\":\"" TOKEN "\"}",
     "\"text\":{\"hidden\":54},"
     "\"fields\":{\"username\":\"alice\",\"secret\":{\"hidden\":22}}}"},
    {"senderinfo>bob", "\"secret\":\"" TOKEN "\"", "\"text\":{\"hidden\":33}}"},
    /* A text to bob is not a ticket, even from a user called senderinfo. */
    {"senderinfo>bob#1", "{\"exp\":1}", "\"text\":\"{\\\"exp\\\":1}\"}"},
};

START_TEST(ticket)
{
    const struct kit_key key = tracing_key();
    struct kit_box box = {.len = 0};
    const char *line;

    tracing_begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, tickets[_i].ad, tickets[_i].text,
                                  strlen(tickets[_i].text)),
                     0);
    line = tracing_event(1);
    ck_assert_str_eq(strstr(line, "\"text\""), tickets[_i].end);
}
END_TEST

TEST_SUITE(trace_boxes, 60, tracing_setup, tracing_teardown)
{
    tcase_add_tests(tcase, derived, derived_with_keys, derive, boxes,
                    odd_texts);
    tcase_add_rows(tcase, odd_box, odd_boxes);
    tcase_add_rows(tcase, ticket, tickets);
}
