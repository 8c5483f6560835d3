/* SPDX-License-Identifier: MIT */
/* JSON: which numbers are integers, and what stands in the tree for others. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/wire.h"
#include "tests/support/suites.h"

/* Parses TEXT, which must be good. */
static cJSON *good(const char *text)
{
    cJSON *tree = kit_json_parse(text, strlen(text));

    ck_assert_msg(tree != NULL, "refused: %s", text);
    return tree;
}

/* What protocol.md section 4 calls an integer, and the value of it. */
START_TEST(numbers_values)
{
    static const struct {
        const char *text;
        long long value;
    } integers[] = {
        {"0", 0},
        {"-0", 0},
        {" [-0]", 0},
        {"2147483648", 2147483648},
        {"-2147483649", -2147483649},
        {"9007199254740992", 9007199254740992},
        {"-9007199254740992", -9007199254740992},
        {"1", 1},
    };

    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        cJSON *tree = good(integers[i].text);
        const cJSON *number = cJSON_IsArray(tree) ? tree->child : tree;
        ck_assert(cJSON_IsNumber(number));
        ck_assert(number->valuedouble == (double)integers[i].value);
        kit_json_free(tree);
    }
}
END_TEST

START_TEST(numbers_without_value)
{
    static const char *const texts[] = {
        "1.0",
        "1e0",
        "0.0",
        "-0.0",
        "0e0",
        "1E2",
        "-1.5",
        "9007199254740993",
        "-9007199254740993",
        "9100000000000000",
        "10000000000000000",
        "99999999999999999999999999999999999999999999999999999999999999999999",
        "0.0000000000000000000000000000000000000000000000000000000000000000001",
        "1e999",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cJSON *tree = good(texts[i]);
        ck_assert_msg(cJSON_IsNumber(tree) && isnan(tree->valuedouble), "%s",
                      texts[i]);
        ck_assert_int_eq(tree->valueint, 0);
        kit_json_free(tree);
    }
}
END_TEST

/* Numbers inside strings are text, and each number keeps its own spelling. */
START_TEST(numbers_in_place)
{
    cJSON *tree = good("{\"1.0\":\"1.5e1 \\\" 2.5\",\"b\":[1.0,2,{\"c\":3}],"
                       "\"-0\":\"-0\",\"d\":4}");
    const cJSON *b = cJSON_GetObjectItemCaseSensitive(tree, "b");
    long long value;

    ck_assert_str_eq(kit_json_string(tree, "1.0"), "1.5e1 \" 2.5");
    ck_assert_str_eq(kit_json_string(tree, "-0"), "-0");
    ck_assert(isnan(cJSON_GetArrayItem(b, 0)->valuedouble));
    ck_assert(cJSON_GetArrayItem(b, 1)->valuedouble == 2);
    ck_assert_int_eq(
        kit_json_integer(&value, cJSON_GetArrayItem(b, 2), "c", 3, 3), 0);
    ck_assert_int_eq(kit_json_integer(&value, tree, "d", 4, 4), 0);
    kit_json_free(tree);
}
END_TEST

/* Whether member NAME is an integer from MIN to MAX; VALUE is 0 if not. */
static bool is_integer(const cJSON *tree, const char *name, long long min,
                       long long max)
{
    long long value = 7;
    bool is = kit_json_integer(&value, tree, name, min, max) == 0;

    ck_assert(is || value == 0);
    return is;
}

START_TEST(integers)
{
    cJSON *tree = good("{\"seq\":5,\"f\":5.0,\"e\":5e0,\"s\":\"5\",\"t\":true,"
                       "\"neg\":-5,\"big\":2147483648,\"max\":9007199254740992,"
                       "\"over\":9007199254740993,\"zero\":0}");
    long long value;

    ck_assert_int_eq(kit_json_integer(&value, tree, "seq", 1, 10), 0);
    ck_assert_int_eq(value, 5);
    ck_assert_int_eq(kit_json_integer(&value, tree, "neg", -10, 10), 0);
    ck_assert_int_eq(value, -5);
    ck_assert_int_eq(kit_json_integer(&value, tree, "max", 0, 9007199254740992),
                     0);
    ck_assert_int_eq(value, 9007199254740992);

    /* Both ends of the range belong to it. */
    ck_assert(is_integer(tree, "seq", 5, 5));
    ck_assert(!is_integer(tree, "seq", 6, 10));
    ck_assert(!is_integer(tree, "seq", 1, 4));
    ck_assert(!is_integer(tree, "big", 1, KIT_SEQ_MAX));
    ck_assert(!is_integer(tree, "zero", 1, KIT_SEQ_MAX));

    /* Other spellings and other types are none, whatever the range. */
    static const char *const none[] = {"f",    "e",      "s",  "t",
                                       "over", "absent", "SEQ"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_msg(
            !is_integer(tree, none[i], -9007199254740993, 9007199254740993),
            "%s", none[i]);
    ck_assert(!is_integer(NULL, "seq", 1, 10));
    kit_json_free(tree);
}
END_TEST

/* A tree that a program made can hold what no text of ours does. */
START_TEST(integers_made)
{
    static const double none[] = {
        0.5,    9007199254740994.0, -9007199254740994.0, 1e300,
        -1e300, INFINITY,           -INFINITY,           NAN};

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        cJSON *tree = cJSON_CreateObject();
        cJSON_AddNumberToObject(tree, "n", none[i]);
        ck_assert(!is_integer(tree, "n", LLONG_MIN, LLONG_MAX));
        kit_json_free(tree);
    }
}
END_TEST

TEST_SUITE(json_numbers)
{
    Suite *suite = suite_create("json_numbers");
    TCase *tests = suite_add_case(suite, "json_numbers");

    tcase_add_tests(tests, numbers_values, numbers_without_value,
                    numbers_in_place, integers, integers_made);
    return suite;
}
