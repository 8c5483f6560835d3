/* SPDX-License-Identifier: MIT */
/* The tree of a JSON text: its numbers and members; printing and freeing it. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/wire.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"

/* Parses TEXT, which must be valid. */
static cJSON *parse(const char *text)
{
    cJSON *tree = kit_json_parse(text, strlen(text));

    ck_assert_msg(tree != NULL, "rejected: %s", text);
    return tree;
}

/* --- What only the parser rejects ----------------------------------------- */

START_TEST(duplicate_names)
{
    static const char *const texts[] = {
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"b\":1,\"a\":2,\"a\":3}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"/\":1,\"\\/\":2}",
        "{\"\xf0\x9f\x94\x91\":1,\"\\uD83D\\uDD11\":2}",
        "{\"\":1,\"\":2}",
        "{\"x\":{\"a\":1,\"a\":2}}",
        "[{\"a\":1},{\"a\":1,\"a\":2}]",
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        ck_assert_msg(kit_json_parse(texts[i], strlen(texts[i])) == NULL,
                      "accepted: %s", texts[i]);

    /* The same name in two objects, or in another case, is a different one. */
    kit_json_free(parse("[{\"a\":1,\"A\":2},{\"a\":{\"a\":1}}]"));
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

/* --- Numbers in the tree -------------------------------------------------- */

/* Integers as in protocol.md section 4, and other numbers, read as NAN. */
static const struct {
    const char *text;
    double value;
} values[] = {
    {"0", 0},
    {"-0", 0},
    {"1", 1},
    {"2147483648", 2147483648},
    {"-2147483649", -2147483649},
    {"9007199254740992", 9007199254740992},
    {"-9007199254740992", -9007199254740992},
    {"1.0", NAN},
    {"1e0", NAN},
    {"0.0", NAN},
    {"-0.0", NAN},
    {"0e0", NAN},
    {"1E2", NAN},
    {"-1.5", NAN},
    {"9007199254740993", NAN},
    {"-9007199254740993", NAN},
    {"9100000000000000", NAN},
    {"10000000000000000", NAN},
    {"99999999999999999999999999999999999999999999999999999999999999999999",
     NAN},
    {"0.0000000000000000000000000000000000000000000000000000000000000000001",
     NAN},
    {"1e999", NAN},
};

START_TEST(values_of_numbers)
{
    for (size_t i = 0; i < COUNT(values); i++) {
        cJSON *tree = parse(values[i].text);
        double got = tree->valuedouble;

        ck_assert_msg(cJSON_IsNumber(tree), "not a number: %s", values[i].text);
        ck_assert_msg(
            got == values[i].value || (isnan(got) && isnan(values[i].value)),
            "%g instead of %g: %s", got, values[i].value, values[i].text);
        if (isnan(got))
            ck_assert_msg(tree->valueint == 0, "valueint is %d, not 0: %s",
                          tree->valueint, values[i].text);
        kit_json_free(tree);
    }
}
END_TEST

/* Whether member NAME is an integer from MIN to MAX. If not, it must be 0. */
static bool is_integer(const cJSON *tree, const char *name, long long min,
                       long long max)
{
    long long value = 7;
    bool is = kit_json_integer(&value, tree, name, min, max) == 0;

    ck_assert(is || value == 0);
    return is;
}

/* Numbers inside strings are text, and each number keeps its own value. */
START_TEST(numbers_in_place)
{
    cJSON *tree = parse("{\"1.0\":\"1.5e1 \\\" 2.5\",\"b\":[1.0,2,{\"c\":3}],"
                        "\"-0\":\"-0\",\"d\":4,\"e\":[-0]}");
    const cJSON *b = cJSON_GetObjectItemCaseSensitive(tree, "b");
    const cJSON *e = cJSON_GetObjectItemCaseSensitive(tree, "e");

    ck_assert_str_eq(kit_json_string(tree, "1.0"), "1.5e1 \" 2.5");
    ck_assert_str_eq(kit_json_string(tree, "-0"), "-0");
    ck_assert(isnan(cJSON_GetArrayItem(b, 0)->valuedouble));
    ck_assert(cJSON_GetArrayItem(b, 1)->valuedouble == 2);
    ck_assert(is_integer(cJSON_GetArrayItem(b, 2), "c", 3, 3));
    ck_assert(is_integer(tree, "d", 4, 4));
    ck_assert(cJSON_GetArrayItem(e, 0)->valuedouble == 0);
    kit_json_free(tree);
}
END_TEST

START_TEST(integers)
{
    static const long long most = 9007199254740993;
    static const struct {
        const char *name;
        long long min, max;
        long long value; /* 0: it is not an integer from MIN to MAX */
    } members[] = {
        {"seq", 1, 10, 5},
        {"seq", 5, 5, 5},
        {"seq", 6, 10, 0},
        {"seq", 1, 4, 0},
        {"neg", -10, 10, -5},
        {"big", 1, KIT_SEQ_MAX, 0},
        {"max", 0, 9007199254740992, 9007199254740992},
        {"zero", 1, KIT_SEQ_MAX, 0},
        {"f", -most, most, 0},
        {"e", -most, most, 0},
        {"s", -most, most, 0},
        {"t", -most, most, 0},
        {"over", -most, most, 0},
        {"absent", -most, most, 0},
        {"SEQ", -most, most, 0},
    };
    cJSON *tree = parse("{\"seq\":5,\"f\":5.0,\"e\":5e0,\"s\":\"5\",\"t\":true,"
                        "\"neg\":-5,\"big\":2147483648,\"zero\":0,"
                        "\"max\":9007199254740992,\"over\":9007199254740993}");

    for (size_t i = 0; i < COUNT(members); i++) {
        long long value = 7;
        int rc = kit_json_integer(&value, tree, members[i].name, members[i].min,
                                  members[i].max);

        ck_assert_msg(value == members[i].value &&
                          rc == (members[i].value != 0 ? 0 : -1),
                      "row %zu, %s: %lld", i, members[i].name, value);
    }
    ck_assert(!is_integer(NULL, "seq", 1, 10));
    kit_json_free(tree);
}
END_TEST

/* A tree that a program made can have numbers that no valid text has. */
START_TEST(integers_made_by_a_program)
{
    static const double made[] = {
        0.5,    9007199254740994.0, -9007199254740994.0, 1e300,
        -1e300, INFINITY,           -INFINITY,           NAN};

    for (size_t i = 0; i < COUNT(made); i++) {
        cJSON *tree = cJSON_CreateObject();
        cJSON_AddNumberToObject(tree, "n", made[i]);
        ck_assert(!is_integer(tree, "n", LLONG_MIN, LLONG_MAX));
        kit_json_free(tree);
    }
}
END_TEST

/* --- Members -------------------------------------------------------------- */

START_TEST(objects)
{
    static const char *const others[] = {"[]", "\"{}\"", "1", "{"};
    cJSON *tree = kit_json_object("{}", 2);

    ck_assert(cJSON_IsObject(tree));
    kit_json_free(tree);
    for (size_t i = 0; i < COUNT(others); i++)
        ck_assert_ptr_null(kit_json_object(others[i], strlen(others[i])));
}
END_TEST

START_TEST(strings)
{
    static const char *const others[] = {"NAME", "nam", "n", "o"};
    cJSON *tree = parse("{\"name\":\"b\\u00f6b\",\"n\":1,\"o\":{},\"e\":\"\"}");

    ck_assert_str_eq(kit_json_string(tree, "name"), "böb");
    ck_assert_str_eq(kit_json_string(tree, "e"), "");
    for (size_t i = 0; i < COUNT(others); i++)
        ck_assert_ptr_null(kit_json_string(tree, others[i]));
    ck_assert_ptr_null(kit_json_string(NULL, "name"));

    ck_assert(kit_json_has(tree, "n") && kit_json_has(tree, "o"));
    ck_assert(!kit_json_has(tree, "N") && !kit_json_has(NULL, "n"));
    kit_json_free(tree);
}
END_TEST

START_TEST(copies)
{
    static const char *const others[] = {"bad", "n", "absent"};
    cJSON *tree = parse("{\"name\":\"bob\",\"bad\":\"Bob\",\"n\":1}");
    char out[8], zero[8] = {0};

    ck_assert_int_eq(kit_json_copy(out, 4, tree, "name", kit_is_name), 0);
    ck_assert_str_eq(out, "bob");
    ck_assert_int_eq(kit_json_copy(out, 3, tree, "name", kit_is_name), -1);
    ck_assert_mem_eq(out, zero, 3);
    for (size_t i = 0; i < COUNT(others); i++) {
        memset(out, 'x', sizeof out);
        ck_assert_int_eq(kit_json_copy(out, 8, tree, others[i], kit_is_name),
                         -1);
        ck_assert_mem_eq(out, zero, sizeof out);
    }
    ck_assert_int_eq(kit_json_copy(out, 8, NULL, "name", kit_is_name), -1);
    kit_json_free(tree);
}
END_TEST

/* --- Printing and freeing ------------------------------------------------- */

START_TEST(print)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"a\":\"b\"}",
        "{\"a\":1700000000}",
        "{\"a\":2147483647,\"b\":[true,false,null,{}]}",
        "[[[[[[[[]]]]]]]]",
        "{\"a\":\"\\\"\\\\\\né\"}",
        "null",
    };
    char out[100];
    static const char zero[sizeof out];

    for (size_t i = 0; i < COUNT(texts); i++) {
        cJSON *tree = parse(texts[i]);
        size_t size = strlen(texts[i]) + 1;

        /* The exact size is enough, and one byte less is not. */
        memset(out, 'x', sizeof out);
        ck_assert_int_eq(kit_json_print(out, size, tree), 0);
        ck_assert_str_eq(out, texts[i]);
        ck_assert_int_eq(out[size], 'x');
        ck_assert_int_eq(kit_json_print(out, size - 1, tree), -1);
        ck_assert_mem_eq(out, zero, size - 1);
        ck_assert_int_eq(out[size], 'x');
        kit_json_free(tree);
    }
}
END_TEST

START_TEST(print_nothing)
{
    char out[] = "old";
    cJSON *tree = parse("{}");

    ck_assert_int_eq(kit_json_print(out, 0, tree), -1);
    ck_assert_str_eq(out, "old");
    ck_assert_int_eq(kit_json_print(out, sizeof out, NULL), -1);
    ck_assert_mem_eq(out, "\0\0\0\0", sizeof out);
    kit_json_free(tree);
}
END_TEST

/* The block to look at when it is freed, and whether it was zero then. */
static char *watched;
static bool wiped;

static void watching_free(void *p)
{
    static const char zero[16];

    if (p != NULL && p == watched)
        wiped = memcmp(p, zero, sizeof zero) == 0;
    free(p);
}

START_TEST(free_wipes)
{
    cJSON_Hooks hooks = {malloc, watching_free};
    cJSON *tree = parse("{\"a\":[{\"secret\":\"0123456789abcdef\"}]}");

    watched = cJSON_GetObjectItem(tree, "a")->child->child->valuestring;
    ck_assert_str_eq(watched, "0123456789abcdef");
    cJSON_InitHooks(&hooks);
    kit_json_free(tree);
    cJSON_InitHooks(NULL);
    ck_assert(wiped);
    kit_json_free(NULL);
}
END_TEST

/* A string that the tree only refers to is not wiped: that would crash. */
START_TEST(free_leaves_references)
{
    cJSON *tree = cJSON_CreateObject();

    cJSON_AddItemToObject(tree, "a", cJSON_CreateStringReference("constant"));
    kit_json_free(tree);
}
END_TEST

/* --- Out of memory -------------------------------------------------------- */

static int parse_once(void)
{
    static const char text[] = "{\"username\":\"alice\",\"seq\":1}";
    cJSON *tree;

    errno = 0;
    tree = kit_json_object(text, strlen(text));
    ck_assert((tree == NULL) == (errno == ENOMEM));
    kit_json_free(tree);
    return tree != NULL ? 0 : -1;
}

static int print_once(void)
{
    cJSON *object = cJSON_CreateObject();
    char out[sizeof "{}"] = "x"; /* no room to spare: it needs a buffer */
    int rc = kit_json_print(out, sizeof out, object);

    ck_assert_str_eq(out, rc == 0 ? "{}" : "");
    kit_json_free(object);
    return rc;
}

START_TEST(no_memory)
{
    ck_assert_int_eq(
        fault_each("malloc cJSON_ParseWithLengthOpts", parse_once, true), 2);
    ck_assert_int_ge(fault_each("malloc", print_once, true), 1);
}
END_TEST

TEST_SUITE(json, 60, NULL, NULL)
{
    tcase_add_tests(tcase, duplicate_names, longest, values_of_numbers,
                    numbers_in_place, integers, integers_made_by_a_program,
                    objects, strings, copies, print, print_nothing, free_wipes,
                    free_leaves_references);
    if (faults_possible("json"))
        tcase_add_test(tcase, no_memory);
}
