/* SPDX-License-Identifier: MIT */
/* A strict reader of JSON: one function for each rule of RFC 8259. */
#include "lib/json_check.h"

#include <stdint.h>
#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"

/* What has not been read yet. */
struct cursor {
    char *at, *end;
};

/* The next byte, or -1 at the end. */
static int peek(const struct cursor *cursor)
{
    return cursor->at < cursor->end ? (unsigned char)*cursor->at : -1;
}

/* Takes the next byte if it is C. */
static bool take(struct cursor *cursor, char c)
{
    if (peek(cursor) != (unsigned char)c)
        return false;
    cursor->at++;
    return true;
}

/* Takes the next bytes if they are WORD. */
static bool take_word(struct cursor *cursor, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(cursor->end - cursor->at) < len ||
        memcmp(cursor->at, word, len) != 0)
        return false;
    cursor->at += len;
    return true;
}

/* Section 2: four characters are white space, and no others. */
static void skip_space(struct cursor *cursor)
{
    while (take(cursor, ' ') || take(cursor, '\t') || take(cursor, '\n') ||
           take(cursor, '\r'))
        ;
}

/* Takes one digit or more. */
static bool take_digits(struct cursor *cursor)
{
    const char *start = cursor->at;

    while (peek(cursor) >= '0' && peek(cursor) <= '9')
        cursor->at++;
    return cursor->at > start;
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

/* Writes TEXT over a number of LEN characters; spaces fill the cursor. */
static void overwrite(char *number, size_t len, const char *text)
{
    memset(number, ' ', len);
    memcpy(number, text, strlen(text));
}

/* Section 6: [-] integer [fraction] [exponent], no zero in front. */
static bool take_number(struct cursor *cursor)
{
    char *start = cursor->at;
    bool negative = take(cursor, '-');
    char *digits = cursor->at;

    if (!take(cursor, '0') && !take_digits(cursor))
        return false;
    bool integer = !is_too_large(digits, (size_t)(cursor->at - digits));
    bool minus_zero = negative && *digits == '0';

    if (take(cursor, '.')) {
        integer = false;
        if (!take_digits(cursor))
            return false;
    }
    if (take(cursor, 'e') || take(cursor, 'E')) {
        integer = false;
        if (!take(cursor, '+'))
            take(cursor, '-');
        if (!take_digits(cursor))
            return false;
    }

    /* No integer is shorter than "1.0" or "1e0": the mark has room. */
    size_t len = (size_t)(cursor->at - start);
    if (!integer)
        overwrite(start, len, KIT_JSON_NOT_INTEGER);
    else if (minus_zero)
        overwrite(start, len, "0");
    return true;
}

/* Takes the four hex digits of \uXXXX; -1 when they are not there. */
static long take_hex4(struct cursor *cursor)
{
    static const char hex[] = "0123456789abcdef0123456789ABCDEF";
    long unit = 0;

    for (int i = 0; i < 4; i++) {
        int c = peek(cursor);
        const char *digit = c > 0 ? strchr(hex, c) : NULL;
        if (digit == NULL)
            return -1;
        unit = unit << 4 | ((digit - hex) & 15);
        cursor->at++;
    }
    return unit;
}

/*
 * Section 7: \uXXXX is a UTF-16 unit. Of a surrogate pair both halves must be
 * there, or the string has no UTF-8; and U+0000 would end a string of C.
 */
static bool take_unicode(struct cursor *cursor)
{
    long unit = take_hex4(cursor);

    if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return false;
    if (unit < 0xd800 || unit > 0xdbff)
        return true;

    /* The first half: the second must follow at once. */
    if (!take_word(cursor, "\\u"))
        return false;
    unit = take_hex4(cursor);
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Section 7: what may stand behind a backslash. */
static bool take_escape(struct cursor *cursor)
{
    int c = peek(cursor);

    if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL)
        return false;
    cursor->at++;
    return c != 'u' || take_unicode(cursor);
}

/* Section 7: characters of UTF-8 between quotes, no control characters. */
static bool take_string(struct cursor *cursor)
{
    if (!take(cursor, '"'))
        return false;
    while (!take(cursor, '"')) {
        uint32_t code;
        size_t size = kit_utf8_next(&code, cursor->at,
                                    (size_t)(cursor->end - cursor->at));
        if (size == 0 || code < 0x20)
            return false;
        cursor->at += size;
        if (code == '\\' && !take_escape(cursor))
            return false;
    }
    return true;
}

/* Objects hold values, and values are objects. */
static bool take_value(struct cursor *cursor, int depth);

/* Section 4: "name": value */
static bool take_member(struct cursor *cursor, int depth)
{
    skip_space(cursor);
    if (!take_string(cursor))
        return false;
    skip_space(cursor);
    return take(cursor, ':') && take_value(cursor, depth);
}

/* Sections 4 and 5: ITEMs with commas between them, up to CLOSE. */
static bool take_list(struct cursor *cursor, int depth, char close,
                      bool (*take_item)(struct cursor *, int))
{
    /* The recursion ends here, so the stack is bounded too. */
    if (depth > KIT_JSON_DEPTH)
        return false;

    skip_space(cursor);
    if (take(cursor, close))
        return true;
    do {
        if (!take_item(cursor, depth))
            return false;
    } while (take(cursor, ','));
    return take(cursor, close);
}

/* Section 3: a value and the white space on both sides of it. */
static bool take_value(struct cursor *cursor, int depth)
{
    bool good;

    skip_space(cursor);
    if (take(cursor, '{'))
        good = take_list(cursor, depth + 1, '}', take_member);
    else if (take(cursor, '['))
        good = take_list(cursor, depth + 1, ']', take_value);
    else if (peek(cursor) == '"')
        good = take_string(cursor);
    else if (take_word(cursor, "true") || take_word(cursor, "false") ||
             take_word(cursor, "null"))
        good = true;
    else
        good = take_number(cursor);
    skip_space(cursor);
    return good;
}

bool kit_json_check(char *text, size_t len)
{
    struct cursor cursor = {text, text + len};

    /* A byte order mark begins no value, so it needs no step of its own. */
    return take_value(&cursor, 0) && cursor.at == cursor.end;
}
