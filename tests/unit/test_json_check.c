/* SPDX-License-Identifier: MIT */
/* JSON: which texts are taken and which are refused (RFC 8259). */
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/json_check.h"
#include "tests/support/small_stack.h"
#include "tests/support/suites.h"

/*
 * Whether TEXT passes, in memory that ends where the text does. The check and
 * the whole parser must agree: cJSON, too, refuses some of what is bad.
 */
static bool takes(const char *text, size_t len)
{
    char *exact = malloc(len + (len == 0));

    ck_assert_ptr_nonnull(exact);
    memcpy(exact, text, len);
    cJSON *tree = kit_json_parse(exact, len);
    ck_assert_mem_eq(exact, text, len);
    bool passes = kit_json_check(exact, len);
    ck_assert_int_eq(passes, tree != NULL);
    kit_json_free(tree);
    free(exact);
    return passes;
}

static void check_taken(const char *const *texts)
{
    for (; *texts != NULL; texts++)
        ck_assert_msg(takes(*texts, strlen(*texts)), "refused: %s", *texts);
}

static void check_refused(const char *const *texts)
{
    for (; *texts != NULL; texts++)
        ck_assert_msg(!takes(*texts, strlen(*texts)), "taken: %s", *texts);
}

START_TEST(good_texts)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "null",
        " \t\r\n{ \"a\" : [ 1 , true , false , null , { } , [ ] ] } \n",
        "\"\x7f \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\uDD11\"",
        "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91 \xef\xbb\xbf\"",
        "{\"a\":1,\"A\":2,\"\":3,\"a \":4}",
        "[[1,2],[1,2],{\"a\":1},{\"a\":1}]",
        "{\"a\":{\"a\":{\"a\":1}}}",
        NULL,
    };

    check_taken(texts);
}
END_TEST

START_TEST(bad_texts)
{
    static const char *const texts[] = {
        "",        " ",          "{",          "}",
        "[1",      "[1,]",       "[,1]",       "[1 2]",
        "{\"a\"}", "{\"a\":}",   "{\"a\":1,}", "{\"a\" 1}",
        "{a:1}",   "{'a':1}",    "{1:1}",      "[1}",
        "{} {}",   "{}x",        "{}\v",       "\f{}",
        "{}//",    "{}\xc2\xa0", "nul",        "True",
        "nullx",   "NaN",        "Infinity",   "\xef\xbb\xbf{}",
        "\"a",     "\"\\",       "\"\\\"",     NULL,
    };

    check_refused(texts);
}
END_TEST

START_TEST(bad_strings)
{
    static const char *const texts[] = {
        "\"\n\"",         "\"\x1f\"",           "\"\\x41\"",
        "\"\\a\"",        "\"\\u12\"",          "\"\\u12g4\"",
        "\"\\U0041\"",    "\"\\u0000\"",        "{\"a\\u0000\":1}",
        "\"\\ud800\"",    "\"\\udc00\"",        "\"\\ud800x\"",
        "\"\\ud800\\n\"", "\"\\ud800\\ud800\"", "\"\\udbff\\ue000\"",
        "\"\\ud800\\u\"", "\"\\udc00\\ud800\"", "\"\xff\"",
        "\"\xc0\x80\"",   "\"\xed\xa0\x80\"",   "\"\xe2\x82\"",
        "\"\xc3",         "{\"\xff\":1}",       NULL,
    };

    check_refused(texts);
}
END_TEST

/* A NUL cannot stand in the table above. */
START_TEST(nul)
{
    ck_assert(!takes("\0", 1));
    ck_assert(!takes("{}\0", 3));
    ck_assert(!takes("\"a\0b\"", 5));
    ck_assert(!takes("{\"a\0\":1}", 8));
    ck_assert(!takes("[1,\0]", 5));
    ck_assert(!takes("\"\\\0\"", 4));
    ck_assert(!takes("\"\\u\0\0\0\0\"", 8));
    ck_assert(!takes("\"\\u\0"
                     "041\"",
                     8));
    ck_assert_ptr_null(kit_json_parse(NULL, 0));
}
END_TEST

START_TEST(numbers)
{
    static const char *const taken[] = {
        "0",    "-0",   "1",   "-1",  "10",   "0.0",  "-0.5",  "1e1",
        "1E+1", "1e-1", "0e0", "[0]", "[-0]", "1.5 ", "1e999", NULL,
    };
    static const char *const refused[] = {
        "01",  "-01",  "00",  "+1",  "-",   ".5",  "-.5",   "1.",  "1.e1", "1e",
        "1e+", "1ee1", "0x1", "1_0", "--1", "1-1", "1e1.5", "- 1", "1 1",  NULL,
    };

    check_taken(taken);
    check_refused(refused);
}
END_TEST

/* COUNT times OPEN, MIDDLE, COUNT times CLOSE; to be freed. */
static char *nested(size_t count, const char *open, const char *middle,
                    const char *close)
{
    size_t opens = strlen(open), closes = strlen(close);
    char *text = calloc(1, count * (opens + closes) + strlen(middle) + 1);
    char *end = text;

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < count; i++, end += opens)
        memcpy(end, open, opens);
    strcpy(end, middle);
    end += strlen(middle);
    for (size_t i = 0; i < count; i++, end += closes)
        memcpy(end, close, closes);
    return text;
}

/* Whether COUNT levels of OPEN and CLOSE pass. */
static bool takes_levels(size_t count, const char *open, const char *close)
{
    char *text = nested(count, open, "1", close);
    bool passes = takes(text, strlen(text));

    free(text);
    return passes;
}

START_TEST(depth)
{
    ck_assert(takes_levels(KIT_JSON_DEPTH, "[", "]"));
    ck_assert(!takes_levels(KIT_JSON_DEPTH + 1, "[", "]"));
    ck_assert(takes_levels(KIT_JSON_DEPTH, "{\"a\":", "}"));
    ck_assert(!takes_levels(KIT_JSON_DEPTH + 1, "{\"a\":", "}"));
    ck_assert(takes_levels(KIT_JSON_DEPTH / 2, "[{\"a\":", "}]"));
    ck_assert(!takes_levels(KIT_JSON_DEPTH / 2 + 1, "[{\"a\":", "}]"));

    /* Neighbours are not depth. */
    static const char flat[] = "[[[]],[[]],[[]],[[]],[[]],[[]],[[]],[[]],[[]]]";
    ck_assert(takes(flat, sizeof flat - 1));
}
END_TEST

/* Parses as much as is allowed of an endless text; NULL when refused. */
static void *parse_deep(void *open)
{
    static char text[KIT_JSON_MAX];
    size_t len = strlen(open);

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = ((char *)open)[i % len];
    return kit_json_parse(text, sizeof text);
}

/* The smallest stack is enough for the deepest text anybody can send. */
START_TEST(small_stack)
{
    static char *opens[] = {"[", "{\"\":", "[{\"\":"};

    for (size_t i = 0; i < sizeof opens / sizeof *opens; i++)
        ck_assert_ptr_null(small_stack_run(parse_deep, opens[i]));
}
END_TEST

START_TEST(longest)
{
    static char text[KIT_JSON_MAX + 1];

    memset(text, ' ', sizeof text);
    text[0] = '{';
    text[KIT_JSON_MAX - 1] = '}';
    cJSON *tree = kit_json_parse(text, KIT_JSON_MAX);
    ck_assert_ptr_nonnull(tree);
    kit_json_free(tree);
    ck_assert_ptr_null(kit_json_parse(text, KIT_JSON_MAX + 1));
}
END_TEST

/* Every beginning of a good text, in memory that ends there, is refused. */
START_TEST(cut)
{
    static const char text[] =
        "{\"a\":[1,-2.5e+3,true,null],\"\\ud83d\\udd11\":\"\xe2\x82\xac\"}";

    ck_assert(takes(text, sizeof text - 1));
    for (size_t len = 0; len < sizeof text - 1; len++)
        ck_assert(!takes(text, len));
}
END_TEST

TEST_SUITE(json_check)
{
    Suite *suite = suite_create("json_check");
    TCase *tests = suite_add_case(suite, "json_check");

    tcase_add_tests(tests, good_texts, bad_texts, bad_strings, nul, numbers,
                    depth, small_stack, longest, cut);
    return suite;
}
