/* SPDX-License-Identifier: MIT */
/*
 * JSONTestSuite (https://github.com/nst/JSONTestSuite): y_ files are JSON, n_
 * files are not, and on the others parsers may differ. It is no part of the
 * kit; without it one line says so and nothing is tested here.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "tests/support/small_stack.h"
#include "tests/support/suites.h"

#define SUITE "../shared/data/jsontestsuite"

/* JSON, but nothing for a protocol: protocol.md section 4 refuses them. */
static const char *const refused_here[] = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
};

/* A text and whether it was taken. */
struct trial {
    char *text;
    size_t len;
    bool taken;
};

static void read_file(struct trial *trial, const char *folder, const char *name)
{
    enum { ROOM = 1 << 20 };
    char path[1024];

    snprintf(path, sizeof path, SUITE "/%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "cannot read %s", path);

    /* Of the file's own size: reading on shows in a sanitizer. */
    char *room = malloc(ROOM);
    trial->len = fread(room, 1, ROOM, file);
    ck_assert(trial->len < ROOM && !ferror(file));
    fclose(file);
    trial->text = malloc(trial->len + (trial->len == 0));
    memcpy(trial->text, room, trial->len);
    free(room);
}

/* What the thread does: parses, and parses what of it is not too long. */
static void *parse(void *context)
{
    struct trial *trial = context;
    cJSON *tree = kit_json_parse(trial->text, trial->len);

    if (tree == NULL && trial->len > KIT_JSON_MAX)
        tree = kit_json_parse(trial->text, KIT_JSON_MAX);
    trial->taken = tree != NULL;
    kit_json_free(tree);
    return NULL;
}

/* Whether file NAME of FOLDER is taken, on the smallest stack. */
static bool takes(const char *folder, const char *name)
{
    struct trial trial;

    read_file(&trial, folder, name);
    small_stack_run(parse, &trial);
    free(trial.text);
    return trial.taken;
}

/* Whether NAME is one of the four that only we refuse. */
static bool is_refused_here(const char *name)
{
    for (size_t i = 0; i < sizeof refused_here / sizeof *refused_here; i++)
        if (strcmp(name, refused_here[i]) == 0)
            return true;
    return false;
}

/* What became of the files of one kind. */
struct count {
    int files, taken, refused_here;
};

/* Tries the files of FOLDER that begin with PREFIX. */
static struct count try_all(const char *folder, const char *prefix)
{
    struct count count = {0};
    char path[1024];
    struct dirent *entry;

    snprintf(path, sizeof path, SUITE "/%s", folder);
    DIR *dir = opendir(path);
    ck_assert_msg(dir != NULL, "cannot read %s", path);
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (name[0] == '.' || strncmp(name, prefix, strlen(prefix)) != 0)
            continue;
        bool taken = takes(folder, name);
        count.files++;
        count.taken += taken;
        count.refused_here += !taken && is_refused_here(name);
        if (prefix[0] == 'n')
            ck_assert_msg(!taken, "taken: %s", name);
        if (prefix[0] == 'y')
            ck_assert_msg(taken != is_refused_here(name), "wrong: %s", name);
    }
    closedir(dir);
    return count;
}

START_TEST(must_be_taken)
{
    struct count count = try_all("test_parsing", "y_");

    ck_assert_int_eq(count.files, 95);
    ck_assert_int_eq(count.taken, 91);
    ck_assert_int_eq(count.refused_here, 4);
}
END_TEST

START_TEST(must_be_refused)
{
    struct count count = try_all("test_parsing", "n_");

    ck_assert_int_eq(count.files, 188);
    ck_assert_int_eq(count.taken, 0);
}
END_TEST

/* Either answer is right; no crash is. */
START_TEST(may_differ)
{
    ck_assert_int_eq(try_all("test_parsing", "i_").files, 35);
    ck_assert_int_eq(try_all("test_transform", "").files, 22);
}
END_TEST

TEST_SUITE(json_suite)
{
    Suite *suite = suite_create("json_suite");
    DIR *dir = opendir(SUITE "/test_parsing");

    if (dir == NULL) {
        puts("skipped: JSONTestSuite (" SUITE " is absent)");
        return suite;
    }
    closedir(dir);

    TCase *tests = suite_add_case(suite, "json_suite");
    tcase_add_tests(tests, must_be_taken, must_be_refused, may_differ);
    return suite;
}
