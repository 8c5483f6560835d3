/* SPDX-License-Identifier: MIT */
/*
 * The characters of a trace: whatever is traced, its lines are ASCII JSON that
 * can be copied into a page.
 */
#include <string.h>

#include "lib/http.h"
#include "lib/json.h"
#include "tests/support/suites.h"
#include "tests/unit/tracing.h"

/* Encodes the code point CODE as UTF-8 (RFC 3629 section 3), terminated. */
static void encode(char out[5], uint32_t code)
{
    static const uint32_t ends[] = {0x80, 0x800, 0x10000, 0x110000};
    static const int lead[] = {0x00, 0xc0, 0xe0, 0xf0};
    int more = 0; /* bytes after the first */

    while (code >= ends[more])
        more++;
    memset(out, 0, 5);
    for (int i = more; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[more] | (int)code);
}

/* LINE must be ASCII, have no < > & or ', and be an event with this STEP. */
static void check_step(const char *line, const char *step)
{
    cJSON *json = kit_json_object(line, strlen(line));

    for (const char *p = line; *p != '\0'; p++)
        ck_assert(*p >= 0x20 && *p <= 0x7e && strchr("<>&'", *p) == NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(kit_json_string(json, "step"), step);
    kit_json_free(json);
}

static const uint32_t codes[] = {
    0x01,   0x1f,   0x20,   0x22,   0x26,    0x27,    0x2f,    0x3c,
    0x3e,   0x5c,   0x7e,   0x7f,   0x80,    0xff,    0x7ff,   0x800,
    0x202e, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f511, 0xe0001, 0x10ffff};

START_TEST(characters)
{
    char step[5];

    encode(step, codes[_i]);
    tracing_begin();
    kit_trace_refused(step);
    check_step(tracing_event(1), step);
}
END_TEST

START_TEST(all_of_ascii)
{
    char step[128];

    for (int i = 0; i < 127; i++)
        step[i] = (char)(i + 1);
    step[127] = '\0';
    tracing_begin();
    kit_trace_refused(step);
    check_step(tracing_event(1), step);
}
END_TEST

/* A text may contain U+0000. */
START_TEST(zero)
{
    const struct kit_key key = tracing_key();
    struct kit_box box = {.len = 0};

    tracing_begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, "ad", "a\0b", 3), 0);
    ck_assert(tracing_has("\"text\":\"a\\u0000b\"}"));
}
END_TEST

/* The longest answer is not cut, even if each character is escaped as six. */
START_TEST(longest)
{
    static char line[KIT_REPLY_MAX + 1];
    const char *text;

    memset(line, '<', KIT_REPLY_MAX);
    memcpy(line, "{\"a\":\"", 6);
    memcpy(line + KIT_REPLY_MAX - 2, "\"}", 2);
    tracing_begin_with(true);
    tracing_send("/login", 200, line);
    text = tracing_event(1);
    ck_assert_uint_gt(strlen(text), 2 * 6 * (KIT_REPLY_MAX - 8));
    ck_assert_str_eq(text + strlen(text) - 9, "\\u003c\"}}");
}
END_TEST

TEST_SUITE(trace_characters, 60, tracing_setup, tracing_teardown)
{
    tcase_add_tests(tcase, all_of_ascii, zero, longest);
    tcase_add_rows(tcase, characters, codes);
}
