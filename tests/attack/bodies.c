/* SPDX-License-Identifier: MIT */
/* Values and bodies that nobody should take, and how they are put in. */
#include "tests/attack/bodies.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define P(bytes)                                                               \
    {                                                                          \
        (bytes), sizeof(bytes) - 1                                             \
    }

const char *const body_path[body_paths] = {"/login", "/userinfo"};

#define DIGITS_50 "12345678901234567890123456789012345678901234567890"

/* None is a password, the least choosy of the members, nor a port. */
const struct body_piece body_values[] = {
    /* Other types. */
    P("null"),
    P("true"),
    P("false"),
    P("[]"),
    P("{}"),
    P("[\"u00\"]"),
    P("{\"u00\":\"u00\"}"),
    P("\"\""),

    /* Numbers. */
    P("0"),
    P("-0"),
    P("-1"),
    P("65536"),
    P("4294967297"),
    P("18446744073709551617"),
    P("9007199254740993"),
    P(DIGITS_50 DIGITS_50 DIGITS_50 DIGITS_50),
    P("-" DIGITS_50 DIGITS_50),
    P("1.0"),
    P("1e0"),
    P("1E+0"),
    P("10e-1"),
    P("1e400"),
    P("-1e400"),
    P("1e99999999999999999999"),
    P("0.0000000000000000000000000000000000000000000000001"),
    P("01"),
    P("+1"),
    P("1."),
    P(".1"),
    P("1e"),
    P("1_000"),
    P("1,5"),
    P("0x1f"),
    P("NaN"),
    P("Infinity"),
    P("-"),
    P("1 2"),

    /* Strings. */
    P("\"\\u0000\""),
    P("\"u00\\u0000\""),
    P("\"u0\0" /* and a digit behind it */ "0\""),
    P("\"u00\0\""),
    P("\"\\x41\""),
    P("\"\\u12\""),
    P("\"\\ud800\""),
    P("\"\\udc00\\ud800\""),
    P("\"\\ud800\\u0041\""),
    P("\"\x80\""),
    P("\"\xff\""),
    P("\"\xc0\xaf\""),
    P("\"\xc1\x81\""),
    P("\"\xe0\x80\x80\""),
    P("\"\xed\xa0\x80\""),
    P("\"\xf4\x90\x80\x80\""),
    P("\"\xf5\x80\x80\x80\""),
    P("\"\xc3\""),
    P("\"\xe2\x82\""),
    P("\"a\tb\""),
    P("\"a\nb\""),
    P("\"a\x1f\""),
    P("\"\\"),
    P("\"u00"),
    P("'u00'"),
    P("u00"),
    P("\"u\" \"00\""),
    P("\"u\"+\"00\""),
    P("\xef\xbb\xbf\"u00\""),
    P("\xe2\x80\x9cu00\xe2\x80\x9d"),
    P("\"u00\"//"),
    P("\"u00\"/**/"),
    P(""),
    P(","),
    P(":"),
};

const size_t body_value_count = sizeof body_values / sizeof body_values[0];

const struct body_whole body_wholes[] = {
    /* In its place. */
    {P(""), 0, P("")},
    {P(" "), 0, P("")},
    {P("\0"), 0, P("")},
    {P("null"), 0, P("")},
    {P("0"), 0, P("")},
    {P("{"), 0, P("")},
    {P("{}"), 0, P("")},
    {P("[]"), 0, P("")},
    {P("\""), 0, P("")},
    {P("{\"username\""), 0, P("")},
    {P("{\"username\":\"u00\"}"), 0, P("")},
    {P("{\"Username\":\"u00\",\"PASSWORD\":\"u00\",\"Token\":\"\"}"), 0, P("")},
    {P("username=u00&password=u00"), 0, P("")},
    {P("<login><username>u00</username></login>"), 0, P("")},
    {P("\xff\xfe{\0}\0"), 0, P("")},
    {P("\0{\0}"), 0, P("")},
    {P("\x1f\x8b\x08\0\0\0\0\0"), 0, P("")},
    {P("{__proto__:{}}"), 0, P("")},

    /* Around it. */
    {P("\xef\xbb\xbf"), 1, P("")},
    {P("\xc2\xa0"), 1, P("")},
    {P("\v"), 1, P("")},
    {P("\f"), 1, P("")},
    {P("\0"), 1, P("")},
    {P(""), 1, P("\0")},
    {P(""), 1, P("\v")},
    {P(""), 1, P("}")},
    {P(""), 1, P(",")},
    {P(""), 1, P(";")},
    {P(""), 1, P("//")},
    {P(""), 1, P("\xef\xbb\xbf")},
    {P("/**/"), 1, P("")},
    {P("["), 1, P("]")},
    {P("[["), 1, P("]]")},
    {P("{\"request\":"), 1, P("}")},
    {P("("), 1, P(")")},
    {P("\""), 1, P("\"")},
    {P("x("), 1, P(");")},
    {P(")]}',\n"), 1, P("")},
    {P(""), 2, P("")},
    {P(""), 80, P("")},
};

const size_t body_whole_count = sizeof body_wholes / sizeof body_wholes[0];

/* Where something is written piece by piece. */
struct text {
    char *out;
    size_t len, size;
};

static void add(struct text *text, const char *bytes, size_t len)
{
    ck_assert_uint_lt(len, text->size - text->len);
    memcpy(text->out + text->len, bytes, len);
    text->len += len;
}

static void add_string(struct text *text, const char *string)
{
    add(text, string, strlen(string));
}

/* "NAME":VALUE, or VALUE as a string, with a comma behind where MORE. */
static void add_member(struct text *text, const char *name,
                       const struct body_piece *value, const char *string,
                       bool more)
{
    add_string(text, "\"");
    add_string(text, name);
    add_string(text, value != NULL ? "\":" : "\":\"");
    if (value != NULL)
        add(text, value->bytes, value->len);
    else
        add_string(text, string);
    add_string(text, value != NULL ? "" : "\"");
    add_string(text, more ? "," : "");
}

/* M1 or M3 of u00, good but for member SPOILT of 0 to 5, if there is one. */
static void add_request(struct text *text, const struct target *target,
                        int number, int spoilt, const struct body_piece *value)
{
    static const struct body_piece port = {"4444", 4};
    const char *name = target->names[0];

    add_string(text, "{");
    if (number == 0) {
        add_member(text, "username", spoilt == 0 ? value : NULL, name, true);
        add_member(text, "password", spoilt == 1 ? value : NULL,
                   target_password(name), true);
        add_member(text, "port", spoilt == 2 ? value : &port, NULL, false);
    } else {
        add_member(text, "username", spoilt == 3 ? value : NULL, name, true);
        add_member(text, "token", spoilt == 4 ? value : NULL, target->tokens[0],
                   true);
        add_member(text, "receiver", spoilt == 5 ? value : NULL,
                   target->names[1], false);
    }
    add_string(text, "}");
}

size_t body_with(char *out, size_t out_size, const char **path,
                 const struct target *target, int number,
                 const struct body_piece *value)
{
    struct text text = {out, 0, out_size};

    *path = body_path[number / 3];
    add_request(&text, target, number / 3, number, value);
    return text.len;
}

size_t body_whole(char *out, size_t out_size, const struct target *target,
                  int number, const struct body_whole *whole)
{
    struct text text = {out, 0, out_size};

    add(&text, whole->before.bytes, whole->before.len);
    for (int i = 0; i < whole->good; i++)
        add_request(&text, target, number, -1, NULL);
    add(&text, whole->behind.bytes, whole->behind.len);
    return text.len;
}

/* A login of u00 up to the value of a member that nobody knows. */
static void begin_login(struct text *text, const struct target *target)
{
    add_request(text, target, 0, -1, NULL);
    text->len--; /* its brace */
    add_string(text, ",\"more\":");
}

size_t body_around(char *out, size_t out_size, const struct target *target,
                   const struct body_piece *member)
{
    struct text text = {out, 0, out_size};

    begin_login(&text, target);
    add(&text, member->bytes, member->len);
    add_string(&text, "}");
    return text.len;
}

size_t body_deep(char *out, size_t out_size, const struct target *target,
                 const char *opener, int depth)
{
    struct text text = {out, 0, out_size};

    begin_login(&text, target);
    for (int i = 0; i < depth; i++)
        add_string(&text, opener);
    add_string(&text, "0");
    /* The ends in their order: the last opened is the first closed. */
    for (int i = 0; i < depth; i++) {
        for (size_t at = strlen(opener); at-- > 0;) {
            if (strchr("[{", opener[at]) != NULL)
                add_string(&text, opener[at] == '[' ? "]" : "}");
        }
    }
    add_string(&text, "}");
    return text.len;
}
