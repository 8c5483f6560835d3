/* SPDX-License-Identifier: MIT */
/* Strict JSON: what is taken is JSON, also when it is written out again. */
#include <string.h>

#include "lib/json.h"
#include "tests/fuzz/fuzz.h"

/* No name twice, nothing too deep. */
static void check_tree(const cJSON *tree, int depth)
{
    if (cJSON_IsObject(tree) || cJSON_IsArray(tree))
        MUST(++depth <= KIT_JSON_DEPTH);
    for (const cJSON *one = tree->child; one != NULL; one = one->next) {
        for (const cJSON *two = one->next; cJSON_IsObject(tree) && two != NULL;
             two = two->next)
            MUST(strcmp(one->string, two->string) != 0);
        check_tree(one, depth);
    }
}

/* TREE written out, and freed. */
static char *written(cJSON *tree)
{
    char *text = cJSON_PrintUnformatted(tree);

    MUST(text != NULL);
    kit_json_free(tree);
    return text;
}

/*
 * What we wrote is JSON again. The first time numbers may change: cJSON writes
 * large ones with an exponent, which nobody here reads as a number. From then
 * on nothing does.
 */
static void check_written(char *text)
{
    cJSON *tree = kit_json_parse(text, strlen(text));
    char *second, *third;

    MUST(tree != NULL);
    second = written(tree);
    tree = kit_json_parse(second, strlen(second));
    MUST(tree != NULL);
    third = written(tree);
    MUST(strcmp(second, third) == 0);
    cJSON_free(second);
    cJSON_free(third);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cJSON *tree = kit_json_parse((const char *)data, size);
    char *text;

    if (tree == NULL)
        return 0;
    check_tree(tree, 0);
    text = written(tree);
    /* A control character in one byte is written in six. */
    if (strlen(text) < KIT_JSON_MAX)
        check_written(text);
    cJSON_free(text);
    return 0;
}
