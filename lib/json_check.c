/* SPDX-License-Identifier: MIT */
/* A strict reader of JSON: one function for each rule of RFC 8259. */
#include "lib/json_check.h"

#include <stdint.h>
#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"

/* What has not been read yet. */
struct rest {
    char *at, *end;
};

/* The next byte, or -1 at the end. */
static int peek(const struct rest *rest)
{
    return rest->at < rest->end ? (unsigned char)*rest->at : -1;
}

/* Takes the next byte if it is C. */
static bool take(struct rest *rest, char c)
{
    if (peek(rest) != (unsigned char)c)
        return false;
    rest->at++;
    return true;
}

/* Takes the next bytes if they are WORD. */
static bool take_word(struct rest *rest, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(rest->end - rest->at) < len ||
        memcmp(rest->at, word, len) != 0)
        return false;
    rest->at += len;
    return true;
}

/* Section 2: four characters are white space, and no others. */
static void skip_space(struct rest *rest)
{
    while (take(rest, ' ') || take(rest, '\t') || take(rest, '\n') ||
           take(rest, '\r'))
        ;
}

/* Takes one digit or more. */
static bool take_digits(struct rest *rest)
{
    const char *start = rest->at;

    while (peek(rest) >= '0' && peek(rest) <= '9')
        rest->at++;
    return rest->at > start;
}

/* Whether the digits of an integer, without its sign, are beyond 2^53. */
static bool is_too_large(const char *digits, size_t len)
{
    static const char limit[] = "9007199254740992";

    /* There are no leading zeros: the longer one is the larger one. */
    if (len != sizeof limit - 1)
        return len > sizeof limit - 1;
    return memcmp(digits, limit, len) > 0;
}

/* Writes TEXT over a number of LEN characters; spaces fill the rest. */
static void overwrite(char *number, size_t len, const char *text)
{
    memset(number, ' ', len);
    memcpy(number, text, strlen(text));
}

/* Section 6: [-] integer [fraction] [exponent], no zero in front. */
static bool take_number(struct rest *rest)
{
    char *start = rest->at;
    bool negative = take(rest, '-');
    char *digits = rest->at;

    if (!take(rest, '0') && !take_digits(rest))
        return false;
    bool integer = !is_too_large(digits, (size_t)(rest->at - digits));
    bool minus_zero = negative && *digits == '0';

    if (take(rest, '.')) {
        integer = false;
        if (!take_digits(rest))
            return false;
    }
    if (take(rest, 'e') || take(rest, 'E')) {
        integer = false;
        if (!take(rest, '+'))
            take(rest, '-');
        if (!take_digits(rest))
            return false;
    }

    /* No integer is shorter than "1.0" or "1e0": the mark has room. */
    size_t len = (size_t)(rest->at - start);
    if (!integer)
        overwrite(start, len, KIT_JSON_NO_INTEGER);
    else if (minus_zero)
        overwrite(start, len, "0");
    return true;
}

/* Takes the four hex digits of \uXXXX; -1 when they are not there. */
static long take_hex4(struct rest *rest)
{
    static const char hex[] = "0123456789abcdef0123456789ABCDEF";
    long unit = 0;

    for (int i = 0; i < 4; i++) {
        int c = peek(rest);
        const char *digit = c > 0 ? strchr(hex, c) : NULL;
        if (digit == NULL)
            return -1;
        unit = unit << 4 | ((digit - hex) & 15);
        rest->at++;
    }
    return unit;
}

/*
 * Section 7: \uXXXX is a UTF-16 unit. Of a surrogate pair both halves must be
 * there, or the string has no UTF-8; and U+0000 would end a string of C.
 */
static bool take_unicode(struct rest *rest)
{
    long unit = take_hex4(rest);

    if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return false;
    if (unit < 0xd800 || unit > 0xdbff)
        return true;

    /* The first half: the second must follow at once. */
    if (!take_word(rest, "\\u"))
        return false;
    unit = take_hex4(rest);
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Section 7: what may stand behind a backslash. */
static bool take_escape(struct rest *rest)
{
    int c = peek(rest);

    if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL)
        return false;
    rest->at++;
    return c != 'u' || take_unicode(rest);
}

/* Section 7: characters of UTF-8 between quotes, no control characters. */
static bool take_string(struct rest *rest)
{
    if (!take(rest, '"'))
        return false;
    while (!take(rest, '"')) {
        uint32_t code;
        size_t size =
            kit_utf8_next(&code, rest->at, (size_t)(rest->end - rest->at));
        if (size == 0 || code < 0x20)
            return false;
        rest->at += size;
        if (code == '\\' && !take_escape(rest))
            return false;
    }
    return true;
}

/* Objects hold values, and values are objects. */
static bool take_value(struct rest *rest, int depth);

/* Section 4: "name": value */
static bool take_member(struct rest *rest, int depth)
{
    skip_space(rest);
    if (!take_string(rest))
        return false;
    skip_space(rest);
    return take(rest, ':') && take_value(rest, depth);
}

/* Sections 4 and 5: ITEMs with commas between them, up to CLOSE. */
static bool take_list(struct rest *rest, int depth, char close,
                      bool (*take_item)(struct rest *, int))
{
    /* The recursion ends here, so the stack is bounded too. */
    if (depth > KIT_JSON_DEPTH)
        return false;

    skip_space(rest);
    if (take(rest, close))
        return true;
    do {
        if (!take_item(rest, depth))
            return false;
    } while (take(rest, ','));
    return take(rest, close);
}

/* Section 3: a value and the white space on both sides of it. */
static bool take_value(struct rest *rest, int depth)
{
    bool good;

    skip_space(rest);
    if (take(rest, '{'))
        good = take_list(rest, depth + 1, '}', take_member);
    else if (take(rest, '['))
        good = take_list(rest, depth + 1, ']', take_value);
    else if (peek(rest) == '"')
        good = take_string(rest);
    else if (take_word(rest, "true") || take_word(rest, "false") ||
             take_word(rest, "null"))
        good = true;
    else
        good = take_number(rest);
    skip_space(rest);
    return good;
}

bool kit_json_check(char *text, size_t len)
{
    struct rest rest = {text, text + len};

    /* A byte order mark begins no value, so it needs no step of its own. */
    return take_value(&rest, 0) && rest.at == rest.end;
}
