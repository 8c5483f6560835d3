/* SPDX-License-Identifier: MIT */
/* Values and bodies that no server should accept, and requests with them. */
#include "tests/attack/bodies.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/attack/setup.h"
#include "tests/support/suites.h"

#define P(bytes)                                                               \
    {                                                                          \
        (bytes), sizeof(bytes) - 1                                             \
    }

#define DIGITS_50 "12345678901234567890123456789012345678901234567890"

/*
 * No value is a valid port or a valid password. The rules of the other members
 * are stricter than those of a password, so no value is valid for these either.
 */
const struct body_piece body_values[] = {
    /* Other types. */
    P("null"), P("true"), P("false"), P("[]"), P("{}"), P("[\"u00\"]"),
    P("{\"u00\":\"u00\"}"), P("\"\""),

    /* Numbers. */
    P("0"), P("-0"), P("-1"), P("65536"), P("4294967297"),
    P("18446744073709551617"), P("9007199254740993"),
    P(DIGITS_50 DIGITS_50 DIGITS_50 DIGITS_50), P("-" DIGITS_50 DIGITS_50),
    P("1.0"), P("1e0"), P("1E+0"), P("10e-1"), P("1e400"), P("-1e400"),
    P("1e99999999999999999999"),
    P("0.0000000000000000000000000000000000000000000000001"), P("01"), P("+1"),
    P("1."), P(".1"), P("1e"), P("1_000"), P("1,5"), P("0x1f"), P("NaN"),
    P("Infinity"), P("-"), P("1 2"),

    /* Strings. */
    P("\"\\u0000\""), P("\"u00\\u0000\""), P("\"u0\0" /* then a digit */ "0\""),
    P("\"u00\0\""), P("\"\\x41\""), P("\"\\u12\""), P("\"\\ud800\""),
    P("\"\\udc00\\ud800\""), P("\"\\ud800\\u0041\""), P("\"\x80\""),
    P("\"\xff\""), P("\"\xc0\xaf\""), P("\"\xc1\x81\""), P("\"\xe0\x80\x80\""),
    P("\"\xed\xa0\x80\""), P("\"\xf4\x90\x80\x80\""), P("\"\xf5\x80\x80\x80\""),
    P("\"\xc3\""), P("\"\xe2\x82\""), P("\"a\tb\""), P("\"a\nb\""),
    P("\"a\x1f\""), P("\"\\"), P("\"u00"), P("'u00'"), P("u00"),
    P("\"u\" \"00\""), P("\"u\"+\"00\""), P("\xef\xbb\xbf\"u00\""),
    P("\xe2\x80\x9cu00\xe2\x80\x9d"), P("\"u00\"//"), P("\"u00\"/**/"), P(""),
    P(","), P(":")};

const size_t body_value_count = COUNT(body_values);

/* Sent instead of a request. */
const struct body_piece body_non_requests[] = {
    P(""),
    P(" "),
    P("\0"),
    P("null"),
    P("0"),
    P("{"),
    P("{}"),
    P("[]"),
    P("\""),
    P("{\"username\""),
    P("{\"username\":\"u00\"}"),
    P("{\"Username\":\"u00\",\"PASSWORD\":\"u00\",\"Token\":\"\"}"),
    P("username=u00&password=u00"),
    P("<login><username>u00</username></login>"),
    P("\xff\xfe{\0}\0"),
    P("\0{\0}"),
    P("\x1f\x8b\x08\0\0\0\0\0"),
    P("{__proto__:{}}")};

const size_t body_non_request_count = COUNT(body_non_requests);

const struct body_wrapper body_wrappers[] = {{P("\xef\xbb\xbf"), 1, P("")},
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
                                             {P(""), 80, P("")}};

const size_t body_wrapper_count = COUNT(body_wrappers);

#define TEN(x)      x x x x x x x x x x
#define HUNDRED(x)  TEN(TEN(x))
#define THOUSAND(x) TEN(HUNDRED(x))

/* Grouped by what they exploit. None is the name or password of an account. */
const char *const body_strings[] = {
    /* SQL. */
    "'", "''", "\"", "`", "]", "\\'", "' OR '1'='1", "' OR 1=1 --", "' OR ''='",
    "u00' --", "u00'/*", "u00' OR name='u01", "'; DROP TABLE accounts; --",
    "'); DROP TABLE accounts; --", "x'; DELETE FROM sessions WHERE 'a'='a",
    "x'; UPDATE accounts SET phc=''; --",
    "x'; INSERT INTO accounts(name,phc) VALUES('root','x'); --",
    "x'; ATTACH DATABASE 'x.db' AS x; --", "x'; PRAGMA writable_schema=1; --",
    "x'; VACUUM INTO 'copy.db'; --", "' UNION SELECT phc FROM accounts --",
    "' UNION SELECT name, 1, 1, 1 FROM accounts --",
    "' AND (SELECT randomblob(1000000000)) --", "' AND load_extension('x') --",
    "1; SELECT pg_sleep(10)", "1 OR 1=1", "%", "_", "u%", "?1", ":name",
    "@name", "$name", "x'75303030'", "0x7530", "null", "NULL", "--", "/**/",
    ";",

    /* Formats, shells, templates, paths, headers. */
    "%s%s%s%s%s%s%s%s", "%n%n%n%n", "%1$*2$d%99999999d", "%p.%p.%p",
    "$(reboot)", "`reboot`", "; cat /etc/passwd", "| mail", "&& true",
    "${HOME}", "${jndi:ldap://127.0.0.1/x}", "{{7*7}}", "<%= 7 %>",
    "<script>alert(1)</script>", "<!ENTITY x SYSTEM \"file:///etc/passwd\">",
    "../../../../etc/passwd", "..\\..\\boot.ini", "/dev/null", "C:\\CON",
    "file:///etc/passwd", "a\r\nSet-Cookie: x=y",
    "a\r\n\r\nHTTP/1.1 200 OK\r\n", "(objectClass=*)", "*)(uid=*", "=1+1",
    "\",\"username\":\"u01", "\"}{\"username\":\"u01", "\\", "\\\"", "\\u0000",
    "\\u0022",

    /* Terminals and logs. */
    "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\2332J", "\b\b\b\b", "\r", "\n",
    "a\n2024-05-01T09:30:00Z 127.0.0.1 POST /login 200 root 1 ms", "\x7f", "\t",
    "\v\f",

    /* Words that are values in other languages. */
    "true", "undefined", "NaN", "nil", "none", "__proto__", "constructor",
    "hasownproperty", "admin", "root", "-", "--help", "-1", "0", "1e5",
    "127.0.0.1",

    /* Letters that look like others, or are invisible. */
    "u0\xd0\xbe", "\xef\xbd\x95\xef\xbc\x90\xef\xbc\x90",
    "u\xe2\x82\x80\xe2\x82\x80", "U00", "u00 ", " u00", "u00\xc2\xa0",
    "u0\xe2\x80\2130", "\xef\xbb\xbfu00", "\xe2\x80\25600u", "u00\xe2\x80\x8f",
    "u0\xcc\2000", "\xc3\xa4\xc3\xb6\xc3\xbc", "\xc4\xb0\xc4\xb1",
    "\xef\xac\x80", "\xe7\x94\xb0\xe4\xb8\xad", "\xd8\xa8\xd8\xa8",
    "\xf0\x9f\x98\x80", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9",
    "\xf3\xa0\x81\xb5", "\xef\xbf\xbf", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf",

    /* Invalid UTF-8. */
    "\x80", "\xff\xfe", "\xc0\x80", "\xed\xa0\x80", "\xf8\x88\x80\x80\x80",
    "u00\xc3",

    /* Empty ones and long ones. */
    "", " ", TEN("a") TEN("a") TEN("a") "abc",
    HUNDRED("a") TEN("a") TEN("a") "abcdefghi",
    HUNDRED("a") TEN("a") TEN("a") TEN("\xf0\x9f\x98\x80"), THOUSAND("a"),
    THOUSAND("'"),
    THOUSAND("a") THOUSAND("a") THOUSAND("a") HUNDRED("a") HUNDRED("a")};

const size_t body_string_count = COUNT(body_strings);

static void add(struct body *body, const char *bytes, size_t len)
{
    ck_assert_uint_lt(len, sizeof body->bytes - body->len);
    memcpy(body->bytes + body->len, bytes, len);
    body->len += len;
    body->bytes[body->len] = '\0';
}

static void add_string(struct body *body, const char *string)
{
    add(body, string, strlen(string));
}

const char *body_path(int member)
{
    return member < 3 ? "/login" : "/userinfo";
}

/*
 * Adds the request of u00 in which M is a member. M has VALUE, or its valid
 * value if VALUE is NULL.
 */
static void add_request(struct body *body, int m,
                        const struct body_piece *value)
{
    static const char *const members[BODY_MEMBERS] = {
        "{\"username\":", ",\"password\":", ",\"port\":",
        "{\"username\":", ",\"token\":",    ",\"receiver\":"};
    const char *const good[BODY_MEMBERS] = {
        target.names[0],  target_password(target.names[0]),
        "4444",           target.names[0],
        target.tokens[0], target.names[1]};

    for (int i = m - m % 3; i < m - m % 3 + 3; i++) {
        add_string(body, members[i]);
        if (i == m && value != NULL) {
            add(body, value->bytes, value->len);
        } else if (i == BODY_PORT) {
            add_string(body, good[i]);
        } else {
            add_string(body, "\"");
            add_string(body, good[i]);
            add_string(body, "\"");
        }
    }
    add_string(body, "}");
}

void body_with(struct body *body, int m, const struct body_piece *value)
{
    body->len = 0;
    add_request(body, m, value);
}

void body_wrapped(struct body *body, int m, const struct body_wrapper *wrapper)
{
    body->len = 0;
    add(body, wrapper->before.bytes, wrapper->before.len);
    for (int i = 0; i < wrapper->requests; i++)
        add_request(body, m, NULL);
    add(body, wrapper->after.bytes, wrapper->after.len);
}

void body_around(struct body *body, const struct body_piece *value)
{
    body_with(body, 0, NULL);
    body->len--; /* its brace */
    add_string(body, ",\"more\":");
    add(body, value->bytes, value->len);
    add_string(body, "}");
}

/* Adds the closing brackets for OPENER, in reverse order. */
static void add_closer(struct body *body, const char *opener)
{
    for (size_t at = strlen(opener); at-- > 0;) {
        if (opener[at] == '[')
            add_string(body, "]");
        else if (opener[at] == '{')
            add_string(body, "}");
    }
}

void body_deep(struct body *body, const char *opener, int depth, bool closed)
{
    body->len = 0;
    for (int i = 0; i < depth; i++)
        add_string(body, opener);
    if (!closed)
        return;
    add_string(body, "0");
    for (int i = 0; i < depth; i++)
        add_closer(body, opener);
}
