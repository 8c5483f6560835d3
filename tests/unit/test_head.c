/* SPDX-License-Identifier: MIT */
/*
 * Heads of requests over a real socket: an ambiguous one is rejected, and the
 * bytes that follow it are not read as a request.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/captured_output.h"
#include "tests/support/rejected.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/embedded_server.h"

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

    ck_assert_int_eq(embedded_send(text, (size_t)len), 200);
    ck_assert(embedded_has("\r\nContent-Type: application/json\r\n"));
    ck_assert(embedded_has("\r\nCache-Control: no-store\r\n"));
    ck_assert(embedded_has("\"expires_in\":43200}"));
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

/* The number of error bodies of the server. libmicrohttpd has others. */
static int errors(void)
{
    int count = 0;

    for (const char *at = embedded.out; (at = strstr(at, "{\"error\"")); at++)
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
    ck_assert_msg(status_fits(embedded_send(text, len + sizeof tail - 1),
                              rejected[_i].status),
                  "status %d expected (%d: any refusal), came: %s",
                  rejected[_i].status, REFUSED, embedded.out);
    ck_assert_int_le(errors(), 1);
    ck_assert_ptr_null(strstr(embedded.out, "token"));
    ck_assert(!captured_has("/smuggled"));
}
END_TEST

START_TEST(error_bodies)
{
    static const char none[] = LINE "\r\n" BODY;
    static const char get[] = "GET /login HTTP/1.1\r\nHost: lab\r\n\r\n";

    embedded_send(none, sizeof none - 1);
    ck_assert(embedded_has("\r\n\r\n{\"error\":\"bad_request\"}"));
    embedded_send(get, sizeof get - 1);
    ck_assert(embedded_has("\r\nAllow: POST\r\n"));
    ck_assert(embedded_has("\r\n\r\n{\"error\":\"method\"}"));
}
END_TEST

START_TEST(log_has_no_secrets)
{
    static const char text[] = LINE LENGTH CLOSE "\r\n" BODY;
    char token[KIT_TOKEN_MAX + 1];

    embedded_send(text, sizeof text - 1);
    embedded_end();
    ck_assert(captured_has(" 127.0.0.1 POST /login 200 alice "));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(!captured_has("apple"));
    ck_assert_int_eq(sscanf(strstr(embedded.out, "{\"token\""),
                            "{\"token\":\"%128[^\"]", token),
                     1);
    ck_assert(!captured_has(token));
    embedded_begin();
}
END_TEST

/* --- Where a request ends --------------------------------------------------*/

#define LAST LENGTH CLOSE "\r\n" BODY /* the end of the last request */

static char text[sizeof embedded.out];

/* Sends the LEN bytes of TEXT. The first answer must have STATUS. */
static void expect(int status, int len)
{
    ck_assert_int_eq(embedded_send(text, (size_t)len), status);
}

/* Two requests in one packet on one connection are answered in turn. */
START_TEST(pipelined)
{
    const char *second;

    expect(200, snprintf(text, sizeof text, LINE LENGTH "\r\n" BODY LINE LAST));
    second = strstr(embedded.out, "43200}HTTP/1.1 200 ");
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_nonnull(strstr(second + 6, "43200}"));
}
END_TEST

/* Bytes after a body are not a part of it. */
START_TEST(body_ends_at_its_length)
{
    expect(400, snprintf(text, sizeof text,
                         LINE "Content-Length: 38\r\n\r\n" BODY
                              "\r\nGET / HTTP/1.1\r\n\r\n"));
    ck_assert(embedded_has("{\"error\":\"bad_request\"}"));
}
END_TEST

START_TEST(largest_body)
{
    expect(200, snprintf(text, sizeof text,
                         LINE CLOSE "Content-Length: 4096\r\n"
                                    "\r\n%-4096s",
                         BODY));
}
END_TEST

/* A body far too large can be sent whole, and its answer still arrives. */
START_TEST(too_large_a_body)
{
    int len = snprintf(text, sizeof text,
                       LINE "Content-Length: 60000\r\n"
                            "\r\n%-60000s",
                       "x");
    int fd = tcp_connect(embedded.port);

    /* In two pieces, the second one after the answer was made. */
    tcp_write(fd, text, 1000);
    ck_assert(tcp_waits_within(fd, stopwatch_patience()));
    tcp_write(fd, text + 1000, (size_t)len - 1000);
    ck_assert_int_eq(embedded_finish(fd), 413);
    ck_assert(embedded_has("{\"error\":\"too_large\"}"));
}
END_TEST

/* One header of several kilobytes, and many headers, are valid. */
START_TEST(large_heads)
{
    int len;

    expect(200, snprintf(text, sizeof text, LINE "X: %09000d\r\n" LAST, 0));

    len = snprintf(text, sizeof text, LINE);
    for (int i = 0; i < 100; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "X-%d: %d\r\n",
                        i, i);
    expect(200, len + snprintf(text + len, sizeof text - (size_t)len, LAST));
}
END_TEST

/* With a larger head, there might be no memory for the answer to a request that
   was executed. */
START_TEST(too_large_heads)
{
    int len;

    expect(400, snprintf(text, sizeof text, LINE "X: %013000d\r\n" LAST, 0));

    len = snprintf(text, sizeof text, LINE);
    for (int i = 0; i < 80; i++)
        len += snprintf(text + len, sizeof text - (size_t)len,
                        "X-%d: %090d\r\n", i, i);
    expect(400, len + snprintf(text + len, sizeof text - (size_t)len, LAST));
}
END_TEST

/* A head may be cut into packets anywhere. */
START_TEST(byte_by_byte)
{
    int len = snprintf(text, sizeof text, LINE "X: a\r\n" LAST);
    int fd = tcp_connect(embedded.port);

    for (int i = 0; i < len; i++)
        tcp_write(fd, text + i, 1);
    ck_assert_int_eq(embedded_finish(fd), 200);
}
END_TEST

TEST_SUITE(head, 60, embedded_begin, embedded_end)
{
    tcase_add_checked_fixture(tcase, embedded_serve, NULL);
    tcase_add_rows(tcase, accepted_heads, accepted);
    tcase_add_rows(tcase, rejected_heads, rejected);
    tcase_add_tests(tcase, error_bodies, log_has_no_secrets, pipelined,
                    body_ends_at_its_length, largest_body, too_large_a_body,
                    large_heads, too_large_heads, byte_by_byte);
}
