/* SPDX-License-Identifier: MIT */
#include "tests/unit/vectors.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/temp.h"

#define WYCHEPROOF "../shared/data/wycheproof"

cJSON *vectors_load(const char *path)
{
    cJSON *root = cJSON_Parse(file_read(path, NULL));

    if (root == NULL)
        ck_abort_msg("%s is not JSON", path);
    return root;
}

const cJSON *vectors_list(const cJSON *object, const char *name)
{
    const char *dot = strchr(name, '.');
    const cJSON *list;
    char first[32] = "";

    if (dot != NULL) {
        memcpy(first, name, (size_t)(dot - name));
        object = cJSON_GetObjectItemCaseSensitive(object, first);
        name = dot + 1;
    }
    list = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0)
        ck_abort_msg("the vectors have no list \"%s\"", name);
    return list;
}

static int skipped;

void vectors_skip(void)
{
    skipped++;
}

/* Calls CHECK for each of VECTORS. Returns how many there are. */
static int each(const cJSON *vectors, void (*check)(const cJSON *vector))
{
    const cJSON *vector;

    cJSON_ArrayForEach(vector, vectors)
    {
        check(vector);
    }
    return cJSON_GetArraySize(vectors);
}

void vectors_each(const char *path, const char *list,
                  void (*check)(const cJSON *vector))
{
    cJSON *root = vectors_load(path);

    skipped = 0;
    ck_assert_int_gt(each(vectors_list(root, list), check), skipped);
    cJSON_Delete(root);
}

bool vectors_has_wycheproof(void)
{
    return access(WYCHEPROOF, F_OK) == 0;
}

void vectors_wycheproof(const char *name, void (*check)(const cJSON *vector))
{
    char path[128];
    cJSON *root;
    const cJSON *group;
    int count = 0;

    if (!vectors_has_wycheproof())
        return;
    snprintf(path, sizeof path, WYCHEPROOF "/%s_test.json", name);
    root = vectors_load(path);
    skipped = 0;
    cJSON_ArrayForEach(group, vectors_list(root, "testGroups"))
    {
        count += each(vectors_list(group, "tests"), check);
    }
    ck_assert_int_gt(count, skipped);
    ck_assert_int_eq(count, vectors_number(root, "numberOfTests"));
    cJSON_Delete(root);
}

bool vectors_valid(const cJSON *vector)
{
    const cJSON *result = cJSON_GetObjectItemCaseSensitive(vector, "result");
    bool valid = result == NULL || strcmp(result->valuestring, "valid") == 0;

    ck_assert(valid || strcmp(result->valuestring, "invalid") == 0);
    return valid;
}

const char *vectors_text(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (!cJSON_IsString(item))
        ck_abort_msg("a vector has no string \"%s\"", name);
    return item->valuestring;
}

long vectors_number(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (!cJSON_IsNumber(item) || item->valuedouble != (long)item->valuedouble)
        ck_abort_msg("a vector has no whole number \"%s\"", name);
    return (long)item->valuedouble;
}

size_t vectors_hex(uint8_t *out, size_t out_size, const cJSON *object,
                   const char *name)
{
    const char *text = vectors_text(object, name);
    size_t len = strlen(text) / 2;

    if (len > out_size)
        ck_abort_msg("\"%s\" of a vector has %zu bytes", name, len);
    for (size_t i = 0; i < len; i++) {
        const char pair[] = {text[2 * i], text[2 * i + 1], '\0'};

        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    /* strtoul accepts other characters, too. */
    hex_match(out, len, text);
    return len;
}

void vectors_match(const cJSON *object, const char *name, const void *bytes,
                   size_t len)
{
    hex_match(bytes, len, vectors_text(object, name));
}

void hex_match(const void *bytes, size_t len, const char *hex)
{
    char *text = calloc(2, len + 1);

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", ((const uint8_t *)bytes)[i]);
    ck_assert_str_eq(text, hex);
    free(text);
}

bool all_bytes(const void *bytes, size_t len, uint8_t value)
{
    for (size_t i = 0; i < len; i++)
        if (((const uint8_t *)bytes)[i] != value)
            return false;
    return true;
}
