/* SPDX-License-Identifier: MIT */
/*
 * Strict JSON: what is accepted is JSON, also when it is printed again. A text
 * that has neither escapes nor unusual numbers has only one spelling, apart
 * from white space. So if the parser was lenient, the printed text differs from
 * the input.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "lib/json.h"
#include "tests/fuzz/fuzz.h"

/* --- The tree ------------------------------------------------------------- */

/* No name twice, nothing too deep. Returns how many numbers are NAN. */
static int check_tree(const cJSON *tree, int depth)
{
    int odd = cJSON_IsNumber(tree) && isnan(tree->valuedouble);

    if (cJSON_IsObject(tree) || cJSON_IsArray(tree))
        CHECK(++depth <= KIT_JSON_DEPTH);
    for (const cJSON *one = tree->child; one != NULL; one = one->next) {
        for (const cJSON *two = one->next; cJSON_IsObject(tree) && two != NULL;
             two = two->next)
            CHECK(strcmp(one->string, two->string) != 0);
        odd += check_tree(one, depth);
    }
    return odd;
}

/* --- The text ------------------------------------------------------------- */

/* An accepted text without its white space. */
struct spelling {
    bool plain; /* no escapes, and cJSON prints each number unchanged */
    int odd;    /* numbers that are not integers, or beyond 2^53 */
    size_t len;
    char *text; /* terminated */
};

/* Looks at a number of LEN characters. */
static void see_number(struct spelling *spelling, const char *text, size_t len)
{
    static const char limit[] = "9007199254740992"; /* 2^53 */
    size_t sign = *text == '-';
    size_t digits = strspn(text + sign, "0123456789");

    if (sign + digits < len || digits > strlen(limit) ||
        (digits == strlen(limit) && memcmp(text + sign, limit, digits) > 0))
        spelling->odd++;
    /* cJSON prints more than 15 digits with an exponent. */
    if (sign + digits < len || digits > 15 || (sign && text[1] == '0'))
        spelling->plain = false;
}

/* Looks at the number or character at TEXT. Returns its length. */
static size_t see_token(struct spelling *spelling, const char *text)
{
    size_t len = strspn(text, "+-.0123456789eE");

    if (*text == '-' || (*text >= '0' && *text <= '9'))
        see_number(spelling, text, len);
    else
        len = 1;
    return len;
}

/* The length of a string with its quotes. If the parser accepted an unfinished
   string, the second quote is missing. */
static size_t see_string(struct spelling *spelling, const char *text)
{
    size_t len = 1;

    while (text[len] != '"' && text[len] != '\0') {
        if (text[len] == '\\') {
            CHECK(strncmp(text + len, "\\u0000", 6) != 0);
            spelling->plain = false;
            len += text[len + 1] != '\0';
        }
        len++;
    }
    return len + (text[len] == '"');
}

/* Fills SPELLING from TEXT, and removes the white space of TEXT. */
static void read_spelling(struct spelling *spelling, char *text)
{
    spelling->plain = true;
    spelling->odd = 0;
    spelling->text = text;
    spelling->len = 0;
    for (const char *at = text; *at != '\0';) {
        size_t len = strspn(at, " \t\r\n");

        if (len == 0) {
            len =
                *at == '"' ? see_string(spelling, at) : see_token(spelling, at);
            memmove(text + spelling->len, at, len);
            spelling->len += len;
        }
        at += len;
    }
    text[spelling->len] = '\0';
}

/*
 * RFC 3629 section 4: bytes that begin no character, and pairs of bytes that
 * begin none. The unit tests check how many bytes must follow.
 */
static void check_utf8(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++) {
        CHECK(*p != 0xc0 && *p != 0xc1 && *p <= 0xf4);
        CHECK(*p != 0xe0 || p[1] >= 0xa0); /* a shorter form */
        CHECK(*p != 0xf0 || p[1] >= 0x90);
        CHECK(*p != 0xed || p[1] <= 0x9f); /* half a surrogate pair */
        CHECK(*p != 0xf4 || p[1] <= 0x8f); /* beyond the last one */
    }
}

/* --- Printed again -------------------------------------------------------- */

/* Prints TREE and frees it. */
static char *written(cJSON *tree)
{
    char *text = cJSON_PrintUnformatted(tree);

    CHECK(text != NULL);
    kit_json_free(tree);
    return text;
}

/*
 * What cJSON prints is JSON again. Numbers may change the first time, because
 * it prints large ones with an exponent, which the kit reads as NAN. After that
 * nothing changes.
 */
static void check_written(char *text)
{
    cJSON *tree = kit_json_parse(text, strlen(text));
    char *second, *third;

    CHECK(tree != NULL);
    second = written(tree);
    tree = kit_json_parse(second, strlen(second));
    CHECK(tree != NULL);
    third = written(tree);
    CHECK(strcmp(second, third) == 0);
    cJSON_free(second);
    cJSON_free(third);
}

/* DATA was accepted, and TREE is the result. */
static void check(const uint8_t *data, size_t size, cJSON *tree)
{
    struct spelling spelling;
    char *input = fuzz_text(data, size), *text;

    /* The programs would not see what follows a zero byte. */
    CHECK(strlen(input) == size);
    check_utf8(input);
    read_spelling(&spelling, input);
    CHECK(check_tree(tree, 0) == spelling.odd);
    text = written(tree);
    if (spelling.plain)
        CHECK(strcmp(text, spelling.text) == 0);
    /* The printed text may be longer than the input, and too long to parse:
       cJSON prints a number of 16 digits with an exponent. */
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
