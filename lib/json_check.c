/* SPDX-License-Identifier: MIT */
/* A recursive descent parser: one function for each rule of RFC 8259. */
#include "lib/json_check.h"

#include <stdint.h>
#include <string.h>

#include "lib/json.h"
#include "lib/utf8.h"

/* The bytes that have not been read yet. */
struct cursor {
    char *at, *end;
};

/* The next byte, or -1 at the end. */
static int peek(const struct cursor *cursor)
{
    return cursor->at < cursor->end ? (unsigned char)*cursor->at : -1;
}

/* Reads the next byte if it is C. */
static bool take(struct cursor *cursor, char c)
{
    if (peek(cursor) != (unsigned char)c)
        return false;
    cursor->at++;
    return true;
}

/* Reads the next bytes if they are WORD. */
static bool take_word(struct cursor *cursor, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(cursor->end - cursor->at) < len ||
        memcmp(cursor->at, word, len) != 0)
        return false;
    cursor->at += len;
    return true;
}

/* Section 2: only these four characters are white space. */
static void skip_space(struct cursor *cursor)
{
    while (take(cursor, ' ') || take(cursor, '\t') || take(cursor, '\n') ||
           take(cursor, '\r'))
        ;
}

/* Reads one digit or more. */
static bool take_digits(struct cursor *cursor)
{
    const char *start = cursor->at;

    while (peek(cursor) >= '0' && peek(cursor) <= '9')
        cursor->at++;
    return cursor->at > start;
}

/* Whether an integer, given without its sign, is over 2^53. */
static bool is_too_large(const char *digits, size_t len)
{
    static const char limit[] = "9007199254740992";

    /* There are no leading zeros, so a longer number is larger. */
    if (len != sizeof limit - 1)
        return len > sizeof limit - 1;
    return memcmp(digits, limit, len) > 0;
}

/* Overwrites a number of LEN characters with TEXT and spaces. */
static void overwrite(char *number, size_t len, const char *text)
{
    memset(number, ' ', len);
    memcpy(number, text, strlen(text));
}

/* Section 6: [-] integer [fraction] [exponent], without leading zeros. */
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

    /* NOT_INTEGER, "-0", fits: such a number has at least 3 characters. A -0 in
       the text becomes 0, so that -0 always means "not an integer". */
    size_t len = (size_t)(cursor->at - start);
    if (!integer)
        overwrite(start, len, KIT_JSON_NOT_INTEGER);
    else if (minus_zero)
        overwrite(start, len, "0");
    return true;
}

/* Reads the four hex digits of \uXXXX. Returns -1 if there are not four. */
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
 * Section 7: \uXXXX is a UTF-16 unit. Half of a surrogate pair is rejected,
 * because it cannot be written in UTF-8; so is U+0000, because it would end a
 * string in C.
 */
static bool take_unicode(struct cursor *cursor)
{
    long unit = take_hex4(cursor);

    if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return false;
    if (unit < 0xd800 || unit > 0xdbff)
        return true;

    /* The first half: the second must follow immediately. */
    if (!take_word(cursor, "\\u"))
        return false;
    unit = take_hex4(cursor);
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Section 7: what may follow a backslash. */
static bool take_escape(struct cursor *cursor)
{
    int c = peek(cursor);

    if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL)
        return false;
    cursor->at++;
    return c != 'u' || take_unicode(cursor);
}

/* Reads all bytes up to the next that needs a closer look. */
static void skip_plain(struct cursor *cursor)
{
    cursor->at +=
        kit_utf8_plain(cursor->at, (size_t)(cursor->end - cursor->at));
}

/* Section 7: UTF-8 without control characters, in quotes. */
static bool take_string(struct cursor *cursor)
{
    if (!take(cursor, '"'))
        return false;
    for (skip_plain(cursor); !take(cursor, '"'); skip_plain(cursor)) {
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

/* Declared here because a value may contain a member, which has a value. */
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

/* Sections 4 and 5: items with commas between them, up to CLOSE. */
static bool take_list(struct cursor *cursor, int depth, char close,
                      bool (*take_item)(struct cursor *, int))
{
    /* This limits the recursion, and so the stack. */
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

/* Section 3: a value, with the white space around it. */
static bool take_value(struct cursor *cursor, int depth)
{
    bool valid;

    skip_space(cursor);
    if (take(cursor, '{'))
        valid = take_list(cursor, depth + 1, '}', take_member);
    else if (take(cursor, '['))
        valid = take_list(cursor, depth + 1, ']', take_value);
    else if (peek(cursor) == '"')
        valid = take_string(cursor);
    else if (take_word(cursor, "true") || take_word(cursor, "false") ||
             take_word(cursor, "null"))
        valid = true;
    else
        valid = take_number(cursor);
    skip_space(cursor);
    return valid;
}

bool kit_json_check(char *text, size_t len)
{
    struct cursor cursor = {text, text + len};

    /* No value begins with a byte order mark, so that is rejected, too. */
    return take_value(&cursor, 0) && cursor.at == cursor.end;
}
