/* SPDX-License-Identifier: MIT */
/* Members of messages: the right type and range, or a failure and zeros. */
#include <stdio.h>
#include <string.h>

#include "lib/members.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

/* The output of any reader: each uses one of the members. */
union output {
    struct kit_name name;
    struct kit_address address;
    struct kit_token token;
    struct kit_secret secret;
    struct kit_ticket ticket;
    struct kit_box box;
    uint32_t seq;
    uint16_t port;
    long long good_until;
};

static union output out;

/* --- Strings -------------------------------------------------------------- */

static int read_name(const cJSON *object)
{
    return kit_json_name(&out.name, object, "x");
}

static int read_address(const cJSON *object)
{
    return kit_json_address(&out.address, object, "x");
}

static int read_token(const cJSON *object)
{
    return kit_json_token(&out.token, object, "x");
}

static int read_secret(const cJSON *object)
{
    return kit_json_secret(&out.secret, object, "x");
}

static int read_ticket(const cJSON *object)
{
    return kit_json_ticket(&out.ticket, object, "x");
}

static int read_box(const cJSON *object)
{
    return kit_json_box(&out.box, object, "x");
}

#define LONG_NAME "a1234567890123456789012345678901"
#define BOX       "AAECAwQFBgcICQoL1ukOqwxHYswSAvVjEIOA6pKcxpsfrFFKsQ=="

/* A kind of string: how it is read, a good one, and bad ones. */
static const struct {
    int (*read)(const cJSON *object);
    size_t size; /* of the output */
    const char *good, *bad[6];
} strings[] = {
    {read_name,
     sizeof out.name,
     LONG_NAME,
     {"", LONG_NAME "x", "Alice", "a b"}},
    {read_address,
     sizeof out.address,
     "0000:0000:0000:0000:0000:ffff:255.255.255.255",
     {"", "localhost", "127.1", "fe80::1%lo", "127.0.0.1 "}},
    {read_token,
     sizeof out.token,
     "0123456789abcdef",
     {"", "0123456789abcde", "0123456789abcde ", "0123456789abcde\xc3\xab"}},
    {read_secret,
     sizeof out.secret,
     "0123456789abcdef",
     {"", "0123456789abcde", "0123456789abcde ", "0123456789abcde\xc3\xab"}},
    {read_ticket, sizeof out.ticket, BOX, {"", "AAEC", BOX "AAAA", BOX "="}},
    {read_box, sizeof out.box, BOX, {"", "AAEC", BOX "AAAA", BOX "="}},
};

/* An object with member "x", which is the string TEXT. */
static cJSON *object_with(const char *text)
{
    cJSON *object = cJSON_CreateObject();

    ck_assert_ptr_nonnull(cJSON_AddStringToObject(object, "x", text));
    return object;
}

/* The result of READ for OBJECT, which is freed. */
static int result(int (*read)(const cJSON *), cJSON *object)
{
    int rc;

    memset(&out, 0xaa, sizeof out);
    rc = read(object);
    kit_json_free(object);
    return rc;
}

/* READ must fail for OBJECT, which is freed, and leave SIZE zeros. */
static void fails(int (*read)(const cJSON *), size_t size, cJSON *object)
{
    ck_assert_int_eq(result(read, object), -1);
    ck_assert(all_bytes(&out, size, 0));
}

static cJSON *parsed(const char *text)
{
    cJSON *object = kit_json_object(text, strlen(text));

    ck_assert_msg(object != NULL, "rejected: %s", text);
    return object;
}

START_TEST(string_members)
{
    static const char *const no_strings[] = {
        "{}",         "{\"X\":\"0123456789abcdef\"}",
        "{\"x\":1}",  "{\"x\":null}",
        "{\"x\":[]}", "{\"x\":{\"x\":\"0123456789abcdef\"}}",
    };
    int (*read)(const cJSON *) = strings[_i].read;
    size_t size = strings[_i].size;

    ck_assert_int_eq(result(read, object_with(strings[_i].good)), 0);
    if (read != read_box)
        ck_assert_str_eq((char *)&out, strings[_i].good);
    fails(read, size, NULL);
    for (size_t i = 0; i < COUNT(no_strings); i++)
        fails(read, size, parsed(no_strings[i]));
    for (const char *const *bad = strings[_i].bad; *bad != NULL; bad++)
        fails(read, size, object_with(*bad));
}
END_TEST

/* SEALED of LEN bytes, which are zero; static. */
static const char *sealed_of(size_t len)
{
    static char text[KIT_SEALED_SIZE];
    static const uint8_t zeros[KIT_NONCE_LEN + KIT_BOX_MAX];

    ck_assert_int_eq(kit_base64_encode(text, sizeof text, zeros, len), 0);
    return text;
}

/* A box may be as long as a text, but a ticket is shorter. */
START_TEST(longest_strings)
{
    char text[KIT_TOKEN_MAX + 2];

    ck_assert_int_eq(result(read_ticket, object_with(sealed_of(768))), 0);
    ck_assert_uint_eq(strlen(out.ticket.text), KIT_TICKET_MAX);
    fails(read_ticket, sizeof out.ticket, object_with(sealed_of(769)));
    ck_assert_int_eq(result(read_box, object_with(sealed_of(769))), 0);
    ck_assert_uint_eq(out.box.len, 769 - KIT_NONCE_LEN);
    ck_assert_int_eq(
        result(read_box, object_with(sealed_of(KIT_NONCE_LEN + KIT_BOX_MAX))),
        0);
    ck_assert_uint_eq(out.box.len, KIT_BOX_MAX);

    memset(text, 'x', sizeof text);
    text[KIT_TOKEN_MAX + 1] = '\0';
    fails(read_token, sizeof out.token, object_with(text));
    fails(read_secret, sizeof out.secret, object_with(text));
    text[KIT_TOKEN_MAX] = '\0';
    ck_assert_int_eq(result(read_token, object_with(text)), 0);
    ck_assert_str_eq(out.token.text, text);
    ck_assert_int_eq(result(read_secret, object_with(text)), 0);
    ck_assert_str_eq(out.secret.text, text);
}
END_TEST

/* JSON escapes are decoded. */
START_TEST(escapes)
{
    ck_assert_int_eq(result(read_name, parsed("{\"x\":\"\\u0062ob\"}")), 0);
    ck_assert_str_eq(out.name.text, "bob");
    ck_assert_int_eq(
        result(read_secret, parsed("{\"x\":\"\\/\\/23456789abcdef\"}")), 0);
    ck_assert_str_eq(out.secret.text, "//23456789abcdef");
}
END_TEST

/* --- Numbers -------------------------------------------------------------- */

#define EXACT INT64_C(9007199254740992) /* 2^53 */

/* A value of member "x" in JSON, NULL if it is absent, and what is read. */
static const struct {
    const char *json;
    long long port, seq, good_until; /* -1: refused */
} numbers[] = {
    {NULL, 4444, -1, KIT_NEVER},
    {"1", 1, 1, 301},
    {"0", -1, -1, -1},
    {"-1", -1, -1, -1},
    {"65535", 65535, 65535, 65835},
    {"65536", -1, 65536, 65836},
    {"65537", -1, 65537, 65837}, /* 1 in 16 bits */
    {"2147483647", -1, 2147483647, 2147483947},
    {"2147483648", -1, -1, 2147483948},
    {"4294967297", -1, -1, 4294967597}, /* 1 in 32 bits */
    {"9007199254740991", -1, -1, EXACT - 1 + KIT_CLOCK_SKEW},
    {"9007199254740992", -1, -1, EXACT + KIT_CLOCK_SKEW},
    {"9007199254740993", -1, -1, -1},
    {"9223372036854775507", -1, -1, -1},
    {"9223372036854775807", -1, -1, -1},
    {"18446744073709551617", -1, -1, -1}, /* 1 in 64 bits */
    {"1.0", -1, -1, -1},
    {"1e0", -1, -1, -1},
    {"1.5", -1, -1, -1},
    {"\"1\"", -1, -1, -1},
    {"true", -1, -1, -1},
    {"null", -1, -1, -1},
    {"[1]", -1, -1, -1},
    {"{}", -1, -1, -1},
};

/* The result RC, and the OUTPUT, must be those of WANTED. */
static void check_number(int rc, long long output, long long wanted)
{
    ck_assert_int_eq(rc, wanted == -1 ? -1 : 0);
    ck_assert(output == (wanted == -1 ? 0 : wanted));
}

static void check_numbers(const cJSON *object, int i)
{
    int rc;

    memset(&out, 0xaa, sizeof out);
    rc = kit_json_port(&out.port, object, "x", 4444);
    check_number(rc, out.port, numbers[i].port);
    rc = kit_json_seq(&out.seq, object, "x");
    check_number(rc, out.seq, numbers[i].seq);
    rc = kit_json_good_until(&out.good_until, object, "x");
    check_number(rc, out.good_until, numbers[i].good_until);
}

START_TEST(number_members)
{
    char text[64] = "{\"y\":7}";
    cJSON *object;

    if (numbers[_i].json == NULL)
        check_numbers(NULL, _i);
    else
        snprintf(text, sizeof text, "{\"x\":%s}", numbers[_i].json);
    object = parsed(text);
    check_numbers(object, _i);
    kit_json_free(object);
}
END_TEST

/* --- Others --------------------------------------------------------------- */

static const struct {
    const char *json;
    int same; /* as "bob" */
} others[] = {
    {"{}", 0},
    {"{\"y\":\"carol\"}", 0},
    {"{\"x\":\"bob\"}", 0},
    {"{\"x\":\"\\u0062ob\"}", 0},
    {"{\"x\":\"bo\"}", -1},
    {"{\"x\":\"bobb\"}", -1},
    {"{\"x\":\"Bob\"}", -1},
    {"{\"x\":\"\"}", -1},
    {"{\"x\":null}", -1},
    {"{\"x\":false}", -1},
    {"{\"x\":1}", -1},
    {"{\"x\":[\"bob\"]}", -1},
};

START_TEST(same_or_missing)
{
    cJSON *object = parsed(others[_i].json);

    ck_assert_int_eq(kit_json_same_or_missing("bob", object, "x"),
                     others[_i].same);
    kit_json_free(object);
    ck_assert_int_eq(kit_json_same_or_missing("bob", NULL, "x"), 0);
}
END_TEST

/* Prints an object with LEN characters, and checks the line. */
static void print_line(size_t len, bool fits)
{
    static char text[KIT_LINE_MAX];
    struct kit_line line;
    cJSON *object;

    memset(text, 'x', sizeof text);
    text[len - strlen("{\"x\":\"\"}")] = '\0';
    object = object_with(text);
    memset(&line, 0xaa, sizeof line);
    ck_assert_int_eq(kit_json_line(&line, object), fits ? 0 : -1);
    if (fits) {
        ck_assert_uint_eq(line.len, len);
        ck_assert_uint_eq(strlen(line.bytes), len);
    } else {
        ck_assert(all_bytes(&line, sizeof line, 0));
    }
    kit_json_free(object);
}

/* With its newline a line has KIT_LINE_MAX bytes at most. */
START_TEST(lines)
{
    struct kit_line line;

    memset(&line, 0xaa, sizeof line);
    ck_assert_int_eq(kit_json_line(&line, NULL), -1);
    ck_assert(all_bytes(&line, sizeof line, 0));
    print_line(100, true);
    print_line(KIT_LINE_MAX - 1, true);
    print_line(KIT_LINE_MAX, false);
}
END_TEST

TEST_SUITE(members, 60, NULL, NULL)
{
    tcase_add_rows(tcase, string_members, strings);
    tcase_add_rows(tcase, number_members, numbers);
    tcase_add_rows(tcase, same_or_missing, others);
    tcase_add_tests(tcase, longest_strings, escapes, lines);
}
