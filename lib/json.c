/* SPDX-License-Identifier: MIT */
/* Parses and writes JSON, strictly (protocol.md section 4). */
#include "lib/json.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json_check.h"

/* All integers up to this one are exact as a double. */
static const double exact_max = 9007199254740992.0; /* 2^53 */

/* cJSON_PrintPreallocated needs this many bytes more than the text. */
enum { PRINT_SPARE = 5 };

/* Whether a member before ITEM has the same name. */
static bool is_duplicate(const cJSON *object, const cJSON *item)
{
    const cJSON *before = object->child;

    while (before != item && strcmp(before->string, item->string) != 0)
        before = before->next;
    return before != item;
}

/* Turns -0, which is KIT_JSON_NOT_INTEGER, into NAN. */
static void mark_number(cJSON *number)
{
    if (number->valuedouble == 0 && signbit(number->valuedouble))
        number->valuedouble = NAN;
}

/*
 * Finishes the parsing of TREE: marks numbers that are not integers, and
 * returns false if two members have the same name. Names are compared here and
 * not in the text because of escapes. Every pair of names is compared;
 * KIT_JSON_MAX keeps that under 45 million steps.
 */
static bool finish(cJSON *tree)
{
    if (cJSON_IsNumber(tree))
        mark_number(tree);
    for (cJSON *item = tree->child; item != NULL; item = item->next) {
        if (cJSON_IsObject(tree) && is_duplicate(tree, item))
            return false;
        if (!finish(item))
            return false;
    }
    return true;
}

cJSON *kit_json_parse(const char *text, size_t len)
{
    cJSON *tree = NULL;
    char *copy = NULL;
    bool no_memory = false;

    if (text == NULL || len > KIT_JSON_MAX)
        goto done;

    /* A copy, because the check overwrites numbers and cJSON needs a zero. */
    copy = malloc(len + 1);
    no_memory = copy == NULL;
    if (no_memory)
        goto done;
    memcpy(copy, text, len);
    copy[len] = '\0';

    /*
     * After this check there is nothing left that cJSON treats differently from
     * RFC 8259. The check also overwrites numbers that have a '.' or are long:
     * cJSON reads '.' as the locale defines it, and splits a number after 63
     * characters.
     */
    if (!kit_json_check(copy, len))
        goto done;
    tree = cJSON_ParseWithLengthOpts(copy, len + 1, NULL, true);
    no_memory = tree == NULL;
    if (tree != NULL && !finish(tree)) {
        kit_json_free(tree);
        tree = NULL;
    }

done:
    /* It may contain tokens and secrets. */
    if (copy != NULL)
        kit_wipe(copy, len);
    free(copy);
    if (no_memory)
        errno = ENOMEM;
    return tree;
}

cJSON *kit_json_object(const char *text, size_t len)
{
    cJSON *tree = kit_json_parse(text, len);

    if (cJSON_IsObject(tree))
        return tree;
    kit_json_free(tree);
    return NULL;
}

const char *kit_json_string(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

int kit_json_integer(long long *out, const cJSON *object, const char *name,
                     long long min, long long max)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    *out = 0;
    if (!cJSON_IsNumber(item))
        return -1;

    /* NAN fails this test. After it, the cast below is defined. */
    if (!(item->valuedouble >= -exact_max && item->valuedouble <= exact_max))
        return -1;
    long long value = (long long)item->valuedouble;
    if ((double)value != item->valuedouble || value < min || value > max)
        return -1;
    *out = value;
    return 0;
}

bool kit_json_has(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

/* Prints OBJECT to OUT if there is room for it and for PRINT_SPARE. */
static bool print(char *out, size_t out_size, const cJSON *object)
{
    return cJSON_PrintPreallocated((cJSON *)object, out, (int)out_size, false);
}

/* Prints to a larger buffer, then checks whether the text fits. */
static int print_tight(char *out, size_t out_size, const cJSON *object)
{
    size_t size = out_size + PRINT_SPARE;
    char *buffer = malloc(size);
    int rc = -1;

    if (buffer == NULL)
        return -1;
    if (print(buffer, size, object) && strlen(buffer) < out_size) {
        memcpy(out, buffer, strlen(buffer) + 1);
        rc = 0;
    }
    kit_wipe(buffer, size);
    free(buffer);
    return rc;
}

int kit_json_print(char *out, size_t out_size, const cJSON *object)
{
    /* Most texts are far shorter than OUT. */
    if (object != NULL && out_size > 0 && out_size <= INT_MAX - PRINT_SPARE &&
        (print(out, out_size, object) ||
         print_tight(out, out_size, object) == 0))
        return 0;
    if (out_size > 0)
        memset(out, 0, out_size);
    return -1;
}

/* Wipes the strings in TREE, except in items that refer to other trees. */
static void wipe_strings(cJSON *tree)
{
    if (tree->type & cJSON_IsReference)
        return;
    if (tree->valuestring != NULL)
        kit_wipe(tree->valuestring, strlen(tree->valuestring));
    for (cJSON *item = tree->child; item != NULL; item = item->next)
        wipe_strings(item);
}

void kit_json_free(cJSON *tree)
{
    /* Member names are not wiped: the protocol defines them. */
    if (tree != NULL)
        wipe_strings(tree);
    cJSON_Delete(tree);
}

int kit_json_copy(char *out, size_t out_size, const cJSON *object,
                  const char *name, bool (*valid)(const char *))
{
    const char *text = kit_json_string(object, name);

    memset(out, 0, out_size);
    if (!valid(text) || strlen(text) >= out_size)
        return -1;
    memcpy(out, text, strlen(text));
    return 0;
}
