/* SPDX-License-Identifier: MIT */
/* JSON: how the tree is asked, printed and freed. */
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

START_TEST(duplicates)
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

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(kit_json_parse(texts[i], strlen(texts[i])) == NULL,
                      "taken: %s", texts[i]);

    /* The same name in two objects, or in another case, is another one. */
    kit_json_free(good("[{\"a\":1,\"A\":2},{\"a\":{\"a\":1}}]"));
}
END_TEST

START_TEST(objects)
{
    cJSON *tree = kit_json_object("{}", 2);

    ck_assert(cJSON_IsObject(tree));
    kit_json_free(tree);
    ck_assert_ptr_null(kit_json_object("[]", 2));
    ck_assert_ptr_null(kit_json_object("\"{}\"", 4));
    ck_assert_ptr_null(kit_json_object("1", 1));
    ck_assert_ptr_null(kit_json_object("{", 1));
}
END_TEST

START_TEST(strings)
{
    cJSON *tree = good("{\"name\":\"b\\u00f6b\",\"n\":1,\"o\":{},\"e\":\"\"}");

    ck_assert_str_eq(kit_json_string(tree, "name"), "b\xc3\xb6"
                                                    "b");
    ck_assert_str_eq(kit_json_string(tree, "e"), "");
    ck_assert_ptr_null(kit_json_string(tree, "NAME"));
    ck_assert_ptr_null(kit_json_string(tree, "nam"));
    ck_assert_ptr_null(kit_json_string(tree, "n"));
    ck_assert_ptr_null(kit_json_string(tree, "o"));
    ck_assert_ptr_null(kit_json_string(NULL, "name"));

    ck_assert(kit_json_has(tree, "n"));
    ck_assert(kit_json_has(tree, "o"));
    ck_assert(!kit_json_has(tree, "N"));
    ck_assert(!kit_json_has(NULL, "n"));
    kit_json_free(tree);
}
END_TEST

START_TEST(copies)
{
    cJSON *tree = good("{\"name\":\"bob\",\"bad\":\"Bob\",\"n\":1}");
    char out[8], zero[8] = {0};

    ck_assert_int_eq(kit_json_copy(out, 4, tree, "name", kit_is_name), 0);
    ck_assert_str_eq(out, "bob");
    ck_assert_int_eq(kit_json_copy(out, 3, tree, "name", kit_is_name), -1);
    ck_assert_mem_eq(out, zero, 3);

    static const char *const none[] = {"bad", "n", "absent"};
    for (size_t i = 0; i < 3; i++) {
        memset(out, 'x', sizeof out);
        ck_assert_int_eq(kit_json_copy(out, 8, tree, none[i], kit_is_name), -1);
        ck_assert_mem_eq(out, zero, sizeof out);
    }
    ck_assert_int_eq(kit_json_copy(out, 8, NULL, "name", kit_is_name), -1);
    kit_json_free(tree);
}
END_TEST

START_TEST(print)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"a\":\"b\"}",
        "{\"a\":1700000000}",
        "{\"a\":2147483647,\"b\":[true,false,null,{}]}",
        "[[[[[[[[]]]]]]]]",
        "{\"a\":\"\\\"\\\\\\n\xc3\xa9\"}",
        "null",
    };
    char out[100];
    static const char zero[sizeof out];

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cJSON *tree = good(texts[i]);
        size_t size = strlen(texts[i]) + 1;

        /* Exactly enough room is enough, and one less is not. */
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
    cJSON *tree = good("{}");

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
    cJSON *tree = good("{\"a\":[{\"secret\":\"0123456789abcdef\"}]}");

    watched = cJSON_GetObjectItem(tree, "a")->child->child->valuestring;
    ck_assert_str_eq(watched, "0123456789abcdef");
    cJSON_InitHooks(&hooks);
    kit_json_free(tree);
    cJSON_InitHooks(NULL);
    ck_assert(wiped);
    kit_json_free(NULL);
}
END_TEST

/* A string that the tree only borrows is not the tree's to wipe. */
START_TEST(free_leaves_references)
{
    cJSON *tree = cJSON_CreateObject();

    cJSON_AddItemToObject(tree, "a", cJSON_CreateStringReference("constant"));
    kit_json_free(tree);
}
END_TEST

TEST_SUITE(json)
{
    Suite *suite = suite_create("json");
    TCase *tests = suite_add_case(suite, "json");

    tcase_add_tests(tests, duplicates, objects, strings, copies, print,
                    print_nothing, free_wipes, free_leaves_references);
    return suite;
}
