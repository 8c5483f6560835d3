/* SPDX-License-Identifier: MIT */
/*
 * Strict JSON: what is taken is JSON, also when it is written out again. A
 * text without escapes and odd numbers has one spelling, but for white space,
 * so what was forgiven in it shows as a difference.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "lib/json.h"
#include "tests/fuzz/fuzz.h"

/* --- The tree ------------------------------------------------------------- */

/* No name twice, nothing too deep. Returns how many numbers are none. */
static int check_tree(const cJSON *tree, int depth)
{
    int odd = cJSON_IsNumber(tree) && isnan(tree->valuedouble);

    if (cJSON_IsObject(tree) || cJSON_IsArray(tree))
        MUST(++depth <= KIT_JSON_DEPTH);
    for (const cJSON *one = tree->child; one != NULL; one = one->next) {
        for (const cJSON *two = one->next; cJSON_IsObject(tree) && two != NULL;
             two = two->next)
            MUST(strcmp(one->string, two->string) != 0);
        odd += check_tree(one, depth);
    }
    return odd;
}

/* --- The text ------------------------------------------------------------- */

/* What a text that was taken looks like, without its white space. */
struct looks {
    bool plain; /* no escapes, and each number is written as it came */
    int odd;    /* numbers that are no integers, or beyond 2^53 */
    size_t len;
    char *text; /* ends in a zero */
};

/* Looks at a number of LEN characters. */
static void see_number(struct looks *looks, const char *text, size_t len)
{
    static const char limit[] = "9007199254740992"; /* 2^53 */
    size_t sign = *text == '-';
    size_t digits = strspn(text + sign, "0123456789");

    if (sign + digits < len || digits > strlen(limit) ||
        (digits == strlen(limit) && memcmp(text + sign, limit, digits) > 0))
        looks->odd++;
    /* cJSON writes 15 digits as they are, longer ones with an exponent. */
    if (sign + digits < len || digits > 15 || (sign && text[1] == '0'))
        looks->plain = false;
}

/* Looks at what begins at TEXT, no string; returns how long it is. */
static size_t see_word(struct looks *looks, const char *text)
{
    size_t len = strspn(text, "+-.0123456789eE");

    if (*text == '-' || (*text >= '0' && *text <= '9'))
        see_number(looks, text, len);
    else
        len = 1;
    return len;
}

/* The length of a string with its quotes; it has no end in a bad text. */
static size_t see_string(struct looks *looks, const char *text)
{
    size_t len = 1;

    while (text[len] != '"' && text[len] != '\0') {
        if (text[len] == '\\') {
            MUST(strncmp(text + len, "\\u0000", 6) != 0);
            looks->plain = false;
            len += text[len + 1] != '\0';
        }
        len++;
    }
    return len + (text[len] == '"');
}

/* Fills LOOKS from TEXT, which it takes for JSON and packs. */
static void look(struct looks *looks, char *text)
{
    looks->plain = true;
    looks->odd = 0;
    looks->text = text;
    looks->len = 0;
    for (const char *at = text; *at != '\0';) {
        size_t len = strspn(at, " \t\r\n");

        if (len == 0) {
            len = *at == '"' ? see_string(looks, at) : see_word(looks, at);
            memmove(text + looks->len, at, len);
            looks->len += len;
        }
        at += len;
    }
    text[looks->len] = '\0';
}

/*
 * RFC 3629 section 4: bytes that no character begins with, or not with that
 * byte behind. The rest, how many follow, is left to the unit tests.
 */
static void check_utf8(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++) {
        MUST(*p != 0xc0 && *p != 0xc1 && *p <= 0xf4);
        MUST(*p != 0xe0 || p[1] >= 0xa0); /* a shorter form */
        MUST(*p != 0xf0 || p[1] >= 0x90);
        MUST(*p != 0xed || p[1] <= 0x9f); /* half a surrogate pair */
        MUST(*p != 0xf4 || p[1] <= 0x8f); /* beyond the last one */
    }
}

/* --- Written out again ---------------------------------------------------- */

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

/* DATA was taken, and TREE is what it became. */
static void check(const uint8_t *data, size_t size, cJSON *tree)
{
    struct looks looks;
    char *input = fuzz_text(data, size), *text;

    /* Nor would the programs see what stands behind a NUL. */
    MUST(strlen(input) == size);
    check_utf8(input);
    look(&looks, input);
    MUST(check_tree(tree, 0) == looks.odd);
    text = written(tree);
    if (looks.plain)
        MUST(strcmp(text, looks.text) == 0);
    /* A control character in one byte is written in six. */
    if (strlen(text) < KIT_JSON_MAX)
        check_written(text);
    cJSON_free(text);
    free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cJSON *tree = kit_json_parse((const char *)data, size);

    if (tree != NULL)
        check(data, size, tree);
    return 0;
}
