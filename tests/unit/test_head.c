/* SPDX-License-Identifier: MIT */
/*
 * Heads of requests over a real socket: an ambiguous one is rejected, and what
 * follows it on the connection is not a request.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/captured_output.h"
#include "tests/support/rejected.h"
#include "tests/support/suites.h"
#include "tests/unit/raw_http.h"

/* Unusual heads that are accepted. */
static const char *const accepted[] = {
    LINE LENGTH,
    "POST /login HTTP/1.1\r\n" LENGTH "HOST:\r\n",
    "POST /login HTTP/1.0\r\nHost: lab\r\n" LENGTH,
    LINE "content-LENGTH: 39\r\n",
    LINE "Content-Length:39\r\n",
    LINE "Content-Length: \t 39\r\n",
    LINE "Content-Length: 039\r\n",
    LINE LENGTH "X-Empty:\r\nX-Blank: \r\n",
    LINE "X-Empty:\r\n" LENGTH,
    LINE "X: trailing blanks \t\r\n" LENGTH,
    LINE "Cookie: a=b; c=\"d\"; e\r\n" LENGTH,
    LINE LENGTH "Content-Type: text/plain\r\n",
    LINE LENGTH "Authorization: \xc3\xa4\r\n",
    "\r\n" LINE LENGTH,
};

START_TEST(accepted_heads)
{
    char text[1024];
    int len =
        snprintf(text, sizeof text, "%s%s", accepted[_i], CLOSE "\r\n" BODY);

    ck_assert_int_eq(raw_http_send(text, (size_t)len), 200);
    ck_assert(raw_http_has("\r\nContent-Type: application/json\r\n"));
    ck_assert(raw_http_has("\r\nCache-Control: no-store\r\n"));
    ck_assert(raw_http_has("\"expires_in\":43200}"));
}
END_TEST

#define ROW(text, code)                                                        \
    {                                                                          \
        text, sizeof text - 1, code                                            \
    }

/*
 * Heads that are rejected. Each is followed by a body, and then by a request
 * that would get a 404 if the server read it.
 */
static const struct {
    const char *head;
    size_t len;
    int status;
} rejected[] = {
    ROW(LINE "Transfer-Encoding: chunked\r\n", REFUSED),
    ROW(LINE LENGTH "Transfer-Encoding: chunked\r\n", REFUSED),
    ROW(LINE "Transfer-Encoding: chunked\r\n" LENGTH, REFUSED),
    ROW(LINE LENGTH "Transfer-Encoding: identity\r\n", REFUSED),
    ROW(LINE LENGTH "transfer-encoding:\r\n", REFUSED),
    ROW(LINE LENGTH "Transfer-Encoding : chunked\r\n", REFUSED),
    ROW(LINE LENGTH LENGTH, REFUSED),
    ROW(LINE LENGTH "Content-Length: 0\r\n", REFUSED),
    ROW(LINE "Content-Length: 0\r\n" LENGTH, REFUSED),
    ROW("POST /login HTTP/1.1\r\n" LENGTH, REFUSED),
    ROW("POST /login HTTP/1.0\r\n" LENGTH, REFUSED),
    ROW("POST /login HTTP/1.1\r\nX-Host: lab\r\n" LENGTH, REFUSED),
    ROW("GET / HTTP/1.1\r\n", REFUSED),
    ROW(LINE LENGTH "Host: other\r\n", REFUSED),
    ROW(LINE LENGTH "host: lab\r\n", REFUSED),
    ROW(LINE, 400),
    ROW(LINE "Content-Length : 39\r\n", REFUSED),
    ROW(LINE "Content-Length: -1\r\n", REFUSED),
    ROW(LINE "Content-Length: +39\r\n", REFUSED),
    ROW(LINE "Content-Length: 0x27\r\n", REFUSED),
    ROW(LINE "Content-Length: 39a\r\n", REFUSED),
    ROW(LINE "Content-Length: 39, 39\r\n", REFUSED),
    ROW(LINE "Content-Length:\r\n", REFUSED),
    ROW(LINE "Content-Length:\r\n 39\r\n", REFUSED),
    ROW(LINE "X: a\r\n b\r\n" LENGTH, REFUSED),
    ROW(LINE "X: a\r\n\tb\r\n" LENGTH, REFUSED),
    ROW(LINE LENGTH "X: a\r\n b\r\n", REFUSED),
    ROW(LINE LENGTH "X: a\r\n \r\n", REFUSED),
    ROW(LINE LENGTH "X:\r\n \r\n", REFUSED),
    ROW(LINE LENGTH "X: a\r\n b\r\n c\r\nY: z\r\n", REFUSED),
    ROW("POST /login HTTP/1.1\r\n X: a\r\nHost: lab\r\n" LENGTH, REFUSED),
    ROW(LINE "X: a\0b\r\n" LENGTH, REFUSED),
    ROW(LINE "X: a\0\r\n" LENGTH, REFUSED),
    ROW(LINE "X:\0\r\n" LENGTH, REFUSED),
    ROW(LINE LENGTH "X: \0\r\n", REFUSED),
    ROW(LINE "X\0: a\r\n" LENGTH, REFUSED),
    ROW(LINE "Content-Length: 39\0\r\n", REFUSED),
    ROW(LINE "X: a\0\0Transfer-Encoding: chunked\r\n" LENGTH, REFUSED),
    ROW(LINE "X: a\0\0Y\0 b\r\n" LENGTH, REFUSED),
    ROW(LINE "X: a\n" LENGTH, REFUSED),
    ROW(LINE "X:\n" LENGTH, REFUSED),
    ROW(LINE "Content-Length: 39\n", REFUSED),
    ROW(LINE "X: a\rb\r\n" LENGTH, REFUSED),
    ROW(LINE "X: a\r\r\n" LENGTH, REFUSED),
    ROW(LINE "X: \x1b[2J\r\n" LENGTH, REFUSED),
    ROW(LINE "no colon\r\n" LENGTH, REFUSED),
    ROW(LINE ": no name\r\n" LENGTH, REFUSED),
    ROW(LINE "X Y: a\r\n" LENGTH, REFUSED),
    ROW("POST /login HTTP/1.1\nHost: lab\r\n" LENGTH, REFUSED),
    ROW("POST  /login HTTP/1.1\r\nHost: lab\r\n" LENGTH, REFUSED),
    ROW("POST /login  HTTP/1.1\r\nHost: lab\r\n" LENGTH, REFUSED),
    ROW("POST /login\0 HTTP/1.1\r\nHost: lab\r\n" LENGTH, REFUSED),
    ROW("POST /login\0/x HTTP/1.1\r\nHost: lab\r\n" LENGTH, REFUSED),
    ROW(LINE LENGTH "Origin: http://127.0.0.1:8080\r\n", 403),
    ROW(LINE LENGTH "origin: null\r\n", 403),
    ROW(LINE LENGTH "Origin:\r\n", 403),
    ROW(LINE LENGTH "Origin: x\r\nTransfer-Encoding: chunked\r\n", REFUSED),
    ROW("POST /login? HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("POST /login?x=1 HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("POST /login/ HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("POST //login HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("POST /Login HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("POST /%6cogin HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("POST / HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("POST http://lab/login HTTP/1.1\r\nHost: lab\r\n" LENGTH, 404),
    ROW("GET /login HTTP/1.1\r\nHost: lab\r\n", 405),
    ROW("HEAD /userinfo HTTP/1.1\r\nHost: lab\r\n", 405),
    ROW("PUT /login HTTP/1.1\r\nHost: lab\r\n" LENGTH, 405),
    ROW("post /login HTTP/1.1\r\nHost: lab\r\n" LENGTH, 405),
    ROW("OPTIONS /login HTTP/1.1\r\nHost: lab\r\n", 405),
    ROW(LINE "Content-Length: 4097\r\n", 413),
    ROW(LINE "Content-Length: 18446744073709551615\r\n", REFUSED),
    ROW(LINE "Content-Length: 99999999999999999999999\r\n", REFUSED),
};

/* How many errors of ours there are; libmicrohttpd has others. */
static int errors(void)
{
    int count = 0;

    for (const char *at = raw_http.out; (at = strstr(at, "{\"error\"")); at++)
        count++;
    return count;
}

START_TEST(rejected_heads)
{
    static const char tail[] =
        "\r\n" BODY "POST /smuggled HTTP/1.1\r\nHost: lab\r\n"
        "Content-Length: 0\r\n\r\n";
    char text[1024];
    size_t len = rejected[_i].len;

    memcpy(text, rejected[_i].head, len);
    memcpy(text + len, tail, sizeof tail);
    ck_assert_msg(status_fits(raw_http_send(text, len + sizeof tail - 1),
                              rejected[_i].status),
                  "came: %s", raw_http.out);
    ck_assert_int_le(errors(), 1);
    ck_assert_ptr_null(strstr(raw_http.out, "token"));
    ck_assert(!captured_has("/smuggled"));
}
END_TEST

START_TEST(error_bodies)
{
    static const char none[] = LINE "\r\n" BODY;
    static const char get[] = "GET /login HTTP/1.1\r\nHost: lab\r\n\r\n";

    raw_http_send(none, sizeof none - 1);
    ck_assert(raw_http_has("\r\n\r\n{\"error\":\"bad_request\"}"));
    raw_http_send(get, sizeof get - 1);
    ck_assert(raw_http_has("\r\nAllow: POST\r\n"));
    ck_assert(raw_http_has("\r\n\r\n{\"error\":\"method\"}"));
}
END_TEST

START_TEST(log_has_no_secrets)
{
    static const char text[] = LINE LENGTH CLOSE "\r\n" BODY;
    char token[KIT_TOKEN_MAX + 1];

    raw_http_send(text, sizeof text - 1);
    embedded_end();
    ck_assert(captured_has(" 127.0.0.1 POST /login 200 alice "));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(!captured_has("apple"));
    ck_assert_int_eq(sscanf(strstr(raw_http.out, "{\"token\""),
                            "{\"token\":\"%128[^\"]", token),
                     1);
    ck_assert(!captured_has(token));
    embedded_begin();
}
END_TEST

TEST_SUITE(head)
{
    Suite *suite = suite_create("head");
    TCase *tc = suite_add_case(suite, "head");

    tcase_add_checked_fixture(tc, raw_http_begin, embedded_end);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, accepted_heads, 0,
                        sizeof accepted / sizeof accepted[0]);
    tcase_add_loop_test(tc, rejected_heads, 0,
                        sizeof rejected / sizeof rejected[0]);
    tcase_add_tests(tc, error_bodies, log_has_no_secrets);
    return suite;
}
