/* SPDX-License-Identifier: MIT */
/* Which texts are valid JSON (RFC 8259, and protocol.md section 4). */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/json_check.h"
#include "tests/support/small_stack.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"

/*
 * Whether TEXT is accepted, in memory that ends where the text does. The check
 * alone must give the same result: cJSON rejects some invalid texts, too, which
 * would hide a mistake in the check.
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
        int levels; /* in each pair */
    } pairs[] = {{"[", "]", 1}, {"{\"a\":", "}", 1}, {"[{\"a\":", "}]", 2}};
    /* Arrays next to each other do not add levels. */
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

/* Parses the file, or, if it is too long, its first KIT_JSON_MAX bytes. */
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

TEST_SUITE(json_check, 60, NULL, NULL)
{
    tcase_add_tests(tcase, valid_texts, invalid_texts, invalid_strings,
                    zero_bytes, numbers, depth, small_stack, cut);
    if (access(JSON_TEST_SUITE, F_OK) == 0)
        tcase_add_rows(tcase, json_test_suite, kinds);
    else
        puts("skipped: JSONTestSuite (" JSON_TEST_SUITE " is absent)");
}
