/* SPDX-License-Identifier: MIT */
/* JSON: what is valid (RFC 8259); reading, printing and freeing the tree. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/json_check.h"
#include "lib/wire.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/small_stack.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"

/*
 * Whether TEXT is accepted, in memory that ends where the text does. The check
 * and the whole parser must agree: cJSON also rejects some invalid texts.
 */
static bool accepts(const char *text, size_t len)
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

/* Parses TEXT, which must be valid. */
static cJSON *parse(const char *text)
{
    cJSON *tree = kit_json_parse(text, strlen(text));

    ck_assert_msg(tree != NULL, "rejected: %s", text);
    return tree;
}

/* --- Which texts are valid ------------------------------------------------ */

static void check(const char *const *texts, size_t count, bool valid)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(accepts(texts[i], strlen(texts[i])) == valid, "%s: %s",
                      valid ? "rejected" : "accepted", texts[i]);
}

START_TEST(valid_texts)
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
    };

    check(texts, COUNT(texts), true);
}
END_TEST

START_TEST(invalid_texts)
{
    static const char *const texts[] = {
        "",        " ",          "{",          "}",
        "[1",      "[1,]",       "[,1]",       "[1 2]",
        "{\"a\"}", "{\"a\":}",   "{\"a\":1,}", "{\"a\" 1}",
        "{a:1}",   "{'a':1}",    "{1:1}",      "[1}",
        "{} {}",   "{}x",        "{}\v",       "\f{}",
        "{}//",    "{}\xc2\xa0", "nul",        "True",
        "nullx",   "NaN",        "Infinity",   "\xef\xbb\xbf{}",
        "\"a",     "\"\\",       "\"\\\"",
    };

    check(texts, COUNT(texts), false);
    ck_assert_ptr_null(kit_json_parse(NULL, 0));
}
END_TEST

START_TEST(invalid_strings)
{
    static const char *const texts[] = {
        "\"\n\"",         "\"\x1f\"",           "\"\\x41\"",
        "\"\\a\"",        "\"\\u12\"",          "\"\\u12g4\"",
        "\"\\U0041\"",    "\"\\u0000\"",        "{\"a\\u0000\":1}",
        "\"\\ud800\"",    "\"\\udc00\"",        "\"\\ud800x\"",
        "\"\\ud800\\n\"", "\"\\ud800\\ud800\"", "\"\\udbff\\ue000\"",
        "\"\\ud800\\u\"", "\"\\udc00\\ud800\"", "\"\xff\"",
        "\"\xc0\x80\"",   "\"\xed\xa0\x80\"",   "\"\xe2\x82\"",
        "\"\xc3",         "{\"\xff\":1}",
    };

    check(texts, COUNT(texts), false);
}
END_TEST

/* A zero byte, written "?" here, is never valid. */
START_TEST(zero_bytes)
{
    static const char *const texts[] = {
        "?",     "{}?",     "\"a?b\"",     "{\"a?\":1}",
        "[1,?]", "\"\\?\"", "\"\\u????\"", "\"\\u?041\"",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        char text[16];
        size_t len = strlen(texts[i]);

        for (size_t k = 0; k < len; k++)
            text[k] = texts[i][k] == '?' ? '\0' : texts[i][k];
        ck_assert_msg(!accepts(text, len), "accepted: %s", texts[i]);
    }
}
END_TEST

START_TEST(numbers)
{
    static const char *const good[] = {
        "0",    "-0",   "1",   "-1",  "10",   "0.0",  "-0.5",  "1e1",
        "1E+1", "1e-1", "0e0", "[0]", "[-0]", "1.5 ", "1e999",
    };
    static const char *const bad[] = {
        "01",  "-01",  "00",  "+1",  "-",   ".5",  "-.5",   "1.",  "1.e1", "1e",
        "1e+", "1ee1", "0x1", "1_0", "--1", "1-1", "1e1.5", "- 1", "1 1",
    };

    check(good, COUNT(good), true);
    check(bad, COUNT(bad), false);
}
END_TEST

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

/* Whether COUNT times OPEN, 1, COUNT times CLOSE is accepted. */
static bool accepts_levels(int count, const char *open, const char *close)
{
    char text[256] = "";

    for (int i = 0; i < count; i++)
        strcat(text, open);
    strcat(text, "1");
    for (int i = 0; i < count; i++)
        strcat(text, close);
    return accepts(text, strlen(text));
}

START_TEST(depth)
{
    static const struct {
        const char *open, *close;
        int levels; /* in one pair of them */
    } pairs[] = {{"[", "]", 1}, {"{\"a\":", "}", 1}, {"[{\"a\":", "}]", 2}};
    /* Neighbours are not depth. */
    static const char flat[] = "[[[]],[[]],[[]],[[]],[[]],[[]],[[]],[[]],[[]]]";

    for (size_t i = 0; i < COUNT(pairs); i++) {
        int most = KIT_JSON_DEPTH / pairs[i].levels;

        ck_assert(accepts_levels(most, pairs[i].open, pairs[i].close));
        ck_assert(!accepts_levels(most + 1, pairs[i].open, pairs[i].close));
    }
    ck_assert(accepts(flat, sizeof flat - 1));
}
END_TEST

static void *parse_deep(void *open)
{
    static char text[KIT_JSON_MAX];
    size_t len = strlen(open);

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = ((char *)open)[i % len];
    return kit_json_parse(text, sizeof text);
}

/* The smallest stack is enough for the deepest text that fits. */
START_TEST(small_stack)
{
    static char *opens[] = {"[", "{\"\":", "[{\"\":"};

    for (size_t i = 0; i < COUNT(opens); i++)
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

/* A valid text is rejected if it is cut anywhere. */
START_TEST(cut)
{
    static const char text[] =
        "{\"a\":[1,-2.5e+3,true,null],\"\\ud83d\\udd11\":\"\xe2\x82\xac\"}";

    ck_assert(accepts(text, sizeof text - 1));
    for (size_t len = 0; len < sizeof text - 1; len++)
        ck_assert(!accepts(text, len));
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

        ck_assert_msg(cJSON_IsNumber(tree), "%s", values[i].text);
        if (isnan(values[i].value))
            ck_assert_msg(isnan(got) && tree->valueint == 0, "%s",
                          values[i].text);
        else
            ck_assert_msg(got == values[i].value, "%s", values[i].text);
        kit_json_free(tree);
    }
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
    char out[64] = "x";
    int rc = kit_json_print(out, sizeof out, object);

    ck_assert_str_eq(out, rc == 0 ? "{}" : "");
    kit_json_free(object);
    return rc;
}

START_TEST(no_memory)
{
    ck_assert_int_eq(
        fault_each("malloc cJSON_ParseWithLengthOpts", parse_once, true), 2);
    ck_assert_int_ge(fault_each("calloc", print_once, true), 1);
}
END_TEST

/*
 * --- JSONTestSuite ----------------------------------------------------------
 *
 * https://github.com/nst/JSONTestSuite: y_ files are valid, n_ files are not,
 * and parsers may differ on the others. It is not part of the kit; without it
 * these tests are skipped.
 */
#define JSON_TEST_SUITE "../shared/data/jsontestsuite"

/* Valid, but not for this protocol: section 4 of protocol.md rejects them. */
static const char *const rejected_here[] = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
};

static bool is_rejected_here(const char *name)
{
    for (size_t i = 0; i < COUNT(rejected_here); i++)
        if (strcmp(name, rejected_here[i]) == 0)
            return true;
    return false;
}

struct file {
    const char *text;
    size_t len;
    bool accepted;
};

/* Parses the file; if it is too long, the part that is not. */
static void *parse_file(void *context)
{
    struct file *file = context;
    cJSON *tree = kit_json_parse(file->text, file->len);

    if (tree == NULL && file->len > KIT_JSON_MAX)
        tree = kit_json_parse(file->text, KIT_JSON_MAX);
    file->accepted = tree != NULL;
    kit_json_free(tree);
    return NULL;
}

/* The files of a folder that begin with PREFIX; how many are accepted. */
static const struct {
    const char *folder, *prefix;
    int files, accepted; /* -1: any number */
} kinds[] = {
    {"test_parsing", "y_", 95, 91},
    {"test_parsing", "n_", 188, 0},
    {"test_parsing", "i_", 35, -1},
    {"test_transform", "", 22, -1},
};

START_TEST(json_test_suite)
{
    const char *prefix = kinds[_i].prefix;
    struct file file;
    char folder[256], path[1024];
    int files = 0, accepted = 0;
    struct dirent *entry;

    snprintf(folder, sizeof folder, JSON_TEST_SUITE "/%s", kinds[_i].folder);
    DIR *dir = opendir(folder);
    ck_assert_msg(dir != NULL, "cannot read %s", folder);
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;

        if (name[0] == '.' || strncmp(name, prefix, strlen(prefix)) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, name);
        file.text = file_read(path, &file.len);
        small_stack_run(parse_file, &file);
        files++;
        accepted += file.accepted;
        if (kinds[_i].accepted >= 0)
            ck_assert_msg(
                file.accepted == (name[0] == 'y' && !is_rejected_here(name)),
                "%s: %s", file.accepted ? "accepted" : "rejected", name);
    }
    closedir(dir);
    ck_assert_int_eq(files, kinds[_i].files);
    if (kinds[_i].accepted >= 0)
        ck_assert_int_eq(accepted, kinds[_i].accepted);
}
END_TEST

TEST_SUITE(json, 60, NULL, NULL)
{
    tcase_add_tests(tcase, valid_texts, invalid_texts, invalid_strings,
                    zero_bytes, numbers, duplicate_names, depth, small_stack,
                    longest, cut, values_of_numbers, numbers_in_place, integers,
                    integers_made_by_a_program, objects, strings, copies, print,
                    print_nothing, free_wipes, free_leaves_references);
    if (faults_possible("json"))
        tcase_add_test(tcase, no_memory);
    if (access(JSON_TEST_SUITE, F_OK) == 0)
        tcase_add_rows(tcase, json_test_suite, kinds);
    else
        puts("skipped: JSONTestSuite (" JSON_TEST_SUITE " is absent)");
}
