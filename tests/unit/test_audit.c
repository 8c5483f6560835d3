/* SPDX-License-Identifier: MIT */
/*
 * The framing of HTTP over a real socket: what has two meanings is refused,
 * the answer arrives, and what stands behind it on the connection never runs.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/capture.h"
#include "tests/unit/lab.h"
#include "tests/unit/tcp.h"

#define BODY   "{\"username\":\"alice\",\"password\":\"apple\"}"
#define LENGTH "Content-Length: 39\r\n"
#define LINE   "POST /login HTTP/1.1\r\nHost: lab\r\n"
#define CLOSE  "Connection: close\r\n"

enum { OUT_SIZE = 65536, TEXT_SIZE = 65536 };

static struct lab lab;
static char out[OUT_SIZE];

static void setup(void)
{
    capture(STDERR_FILENO);
    lab_open(&lab);
    lab_serve(&lab, DAEMON_PATIENCE, DAEMON_IDLE, DAEMON_CONNECTIONS);
}

static void teardown(void)
{
    lab_close(&lab);
}

/* Sends LEN bytes of TEXT on a new connection and reads to its end. */
static void send_all(const char *text, size_t len)
{
    int fd = tcp_connect(lab.port);

    tcp_write(fd, text, len);
    tcp_read(fd, out, sizeof out);
    close(fd);
}

/* The status of the first answer. */
static int status(void)
{
    int number = 0;

    ck_assert_msg(sscanf(out, "HTTP/1.1 %d ", &number) == 1, "came: %s", out);
    return number;
}

/* Lines in the log: each request that libmicrohttpd has begun to read. */
static bool logged(const char *line)
{
    return captured_has(line);
}

#define ROW(text, code)                                                        \
    {                                                                          \
        text, sizeof text - 1, code                                            \
    }

/* Heads that are all right, however odd they look. */
static const struct {
    const char *head;
    size_t len;
    int status;
} sound[] = {
    ROW(LINE LENGTH, 200),
    ROW("POST /login HTTP/1.1\r\n" LENGTH, 200),
    ROW(LINE "content-LENGTH: 39\r\n", 200),
    ROW(LINE "Content-Length:39\r\n", 200),
    ROW(LINE "Content-Length: \t 39\r\n", 200),
    ROW(LINE "Content-Length: 039\r\n", 200),
    ROW(LINE LENGTH "X-Empty:\r\nX-Blank: \r\n", 200),
    ROW(LINE "X-Empty:\r\n" LENGTH, 200),
    ROW(LINE "X: trailing blanks \t\r\n" LENGTH, 200),
    ROW(LINE "Cookie: a=b; c=\"d\"; e\r\n" LENGTH, 200),
    ROW(LINE LENGTH "Content-Type: text/plain\r\n", 200),
    ROW(LINE LENGTH "Authorization: \xc3\xa4\r\n", 200),
    ROW("\r\n" LINE LENGTH, 200),
};

START_TEST(sound_heads)
{
    char text[1024];
    int len =
        snprintf(text, sizeof text, "%s%s", sound[_i].head, CLOSE "\r\n" BODY);

    send_all(text, (size_t)len);
    ck_assert_int_eq(status(), sound[_i].status);
    ck_assert_ptr_nonnull(
        strstr(out, "\r\nContent-Type: application/json\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "\r\nCache-Control: no-store\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "\"expires_in\":43200}"));
}
END_TEST

/*
 * Heads that are refused. Behind each stands a body, and then a request that
 * would be answered with 404 if anybody read it.
 */
static const struct {
    const char *head;
    size_t len;
    int status;
} unsound[] = {
    ROW(LINE "Transfer-Encoding: chunked\r\n", 400),
    ROW(LINE LENGTH "Transfer-Encoding: chunked\r\n", 400),
    ROW(LINE "Transfer-Encoding: chunked\r\n" LENGTH, 400),
    ROW(LINE LENGTH "Transfer-Encoding: identity\r\n", 400),
    ROW(LINE LENGTH "transfer-encoding:\r\n", 400),
    ROW(LINE LENGTH "Transfer-Encoding : chunked\r\n", 400),
    ROW(LINE LENGTH LENGTH, 400),
    ROW(LINE LENGTH "Content-Length: 0\r\n", 400),
    ROW(LINE "Content-Length: 0\r\n" LENGTH, 400),
    ROW(LINE, 400),
    ROW(LINE "Content-Length : 39\r\n", 400),
    ROW(LINE "Content-Length: -1\r\n", 400),
    ROW(LINE "Content-Length: +39\r\n", 400),
    ROW(LINE "Content-Length: 0x27\r\n", 400),
    ROW(LINE "Content-Length: 39a\r\n", 400),
    ROW(LINE "Content-Length: 39, 39\r\n", 400),
    ROW(LINE "Content-Length:\r\n", 400),
    ROW(LINE "Content-Length:\r\n 39\r\n", 400),
    ROW(LINE "X: a\r\n b\r\n" LENGTH, 400),
    ROW(LINE "X: a\r\n\tb\r\n" LENGTH, 400),
    ROW(LINE LENGTH "X: a\r\n b\r\n", 400),
    ROW(LINE LENGTH "X: a\r\n \r\n", 400),
    ROW(LINE LENGTH "X:\r\n \r\n", 400),
    ROW(LINE LENGTH "X: a\r\n b\r\n c\r\nY: z\r\n", 400),
    ROW("POST /login HTTP/1.1\r\n X: a\r\n" LENGTH, 400),
    ROW(LINE "X: a\0b\r\n" LENGTH, 400),
    ROW(LINE "X: a\0\r\n" LENGTH, 400),
    ROW(LINE "X:\0\r\n" LENGTH, 400),
    ROW(LINE LENGTH "X: \0\r\n", 400),
    ROW(LINE "X\0: a\r\n" LENGTH, 400),
    ROW(LINE "Content-Length: 39\0\r\n", 400),
    ROW(LINE "X: a\0\0Transfer-Encoding: chunked\r\n" LENGTH, 400),
    ROW(LINE "X: a\0\0Y\0 b\r\n" LENGTH, 400),
    ROW(LINE "X: a\n" LENGTH, 400),
    ROW(LINE "X:\n" LENGTH, 400),
    ROW(LINE "Content-Length: 39\n", 400),
    ROW(LINE "X: a\rb\r\n" LENGTH, 400),
    ROW(LINE "X: a\r\r\n" LENGTH, 400),
    ROW(LINE "X: \x1b[2J\r\n" LENGTH, 400),
    ROW(LINE "no colon\r\n" LENGTH, 400),
    ROW(LINE ": no name\r\n" LENGTH, 400),
    ROW(LINE "X Y: a\r\n" LENGTH, 400),
    ROW("POST /login HTTP/1.1\n" LENGTH, 400),
    ROW("POST  /login HTTP/1.1\r\n" LENGTH, 400),
    ROW("POST /login  HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST /login\0 HTTP/1.1\r\n" LENGTH, 400),
    ROW("POST /login\0/x HTTP/1.1\r\n" LENGTH, 400),
    ROW(LINE LENGTH "Origin: http://127.0.0.1:8080\r\n", 403),
    ROW(LINE LENGTH "origin: null\r\n", 403),
    ROW(LINE LENGTH "Origin:\r\n", 403),
    ROW(LINE LENGTH "Origin: x\r\nTransfer-Encoding: chunked\r\n", 400),
    ROW("POST /login? HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST /login?x=1 HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST /login/ HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST //login HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST /Login HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST /%6cogin HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST / HTTP/1.1\r\n" LENGTH, 404),
    ROW("POST http://lab/login HTTP/1.1\r\n" LENGTH, 404),
    ROW("GET /login HTTP/1.1\r\n", 405),
    ROW("HEAD /userinfo HTTP/1.1\r\n", 405),
    ROW("PUT /login HTTP/1.1\r\n" LENGTH, 405),
    ROW("post /login HTTP/1.1\r\n" LENGTH, 405),
    ROW("OPTIONS /login HTTP/1.1\r\n", 405),
    ROW(LINE "Content-Length: 4097\r\n", 413),
    ROW(LINE "Content-Length: 18446744073709551615\r\n", 413),
    ROW(LINE "Content-Length: 99999999999999999999999\r\n", 413),
};

START_TEST(unsound_heads)
{
    static const char tail[] =
        "\r\n" BODY "POST /smuggled HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
    char text[1024];
    size_t len = unsound[_i].len;

    memcpy(text, unsound[_i].head, len);
    memcpy(text + len, tail, sizeof tail);
    send_all(text, len + sizeof tail - 1);
    ck_assert_int_eq(status(), unsound[_i].status);
    ck_assert_ptr_null(strstr(out, "no_path\"}HTTP"));
    ck_assert_ptr_null(strstr(out, "token"));
    ck_assert(!logged("/smuggled"));
}
END_TEST

START_TEST(error_words)
{
    static const char twice[] = LINE LENGTH LENGTH "\r\n" BODY;
    static const char get[] = "GET /login HTTP/1.1\r\n\r\n";

    send_all(twice, sizeof twice - 1);
    ck_assert_ptr_nonnull(strstr(out, "\r\n\r\n{\"error\":\"bad_request\"}"));
    send_all(get, sizeof get - 1);
    ck_assert_ptr_nonnull(strstr(out, "\r\nAllow: POST\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "\r\n\r\n{\"error\":\"method\"}"));
}
END_TEST

/* Two clean requests at once on one connection are answered in turn. */
START_TEST(pipelined)
{
    static const char two[] =
        LINE LENGTH "\r\n" BODY LINE LENGTH CLOSE "\r\n" BODY;
    const char *second;

    send_all(two, sizeof two - 1);
    ck_assert_int_eq(status(), 200);
    second = strstr(out, "43200}HTTP/1.1 200 ");
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_nonnull(strstr(second + 6, "43200}"));
}
END_TEST

/* What comes behind a body is no part of it. */
START_TEST(body_ends_where_it_says)
{
    static const char text[] =
        LINE "Content-Length: 38\r\n\r\n" BODY "\r\nGET / HTTP/1.1\r\n\r\n";

    send_all(text, sizeof text - 1);
    ck_assert_int_eq(status(), 400);
    ck_assert_ptr_nonnull(strstr(out, "{\"error\":\"bad_request\"}"));
}
END_TEST

START_TEST(largest_body)
{
    static char text[TEXT_SIZE];
    int len = snprintf(text, sizeof text,
                       LINE CLOSE "Content-Length: 4096\r\n"
                                  "\r\n%-4096s",
                       BODY);

    send_all(text, (size_t)len);
    ck_assert_int_eq(status(), 200);
}
END_TEST

/* A body far too large, all of it sent: the answer still arrives. */
START_TEST(answer_arrives)
{
    static char text[TEXT_SIZE];
    int len = snprintf(text, sizeof text,
                       LINE "Content-Length: 60000\r\n"
                            "\r\n%-60000s",
                       "x");
    int fd = tcp_connect(lab.port);

    /* In two pieces, the second one after the answer was made. */
    tcp_write(fd, text, 1000);
    ck_assert(tcp_waits_within(fd, 5000));
    tcp_write(fd, text + 1000, (size_t)len - 1000);
    tcp_read(fd, out, sizeof out);
    ck_assert_int_eq(status(), 413);
    ck_assert_ptr_nonnull(strstr(out, "{\"error\":\"too_large\"}"));
    close(fd);
}
END_TEST

/* A head of several kilobytes, and one of many lines, are still clean. */
START_TEST(large_heads)
{
    static char text[TEXT_SIZE];
    int len = snprintf(text, sizeof text,
                       LINE "X: %09000d\r\n" LENGTH CLOSE "\r\n" BODY, 0);

    send_all(text, (size_t)len);
    ck_assert_int_eq(status(), 200);

    len = snprintf(text, sizeof text, LINE);
    for (int i = 0; i < 100; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "X-%d: %d\r\n",
                        i, i);
    len += snprintf(text + len, sizeof text - (size_t)len,
                    LENGTH CLOSE "\r\n" BODY);
    send_all(text, (size_t)len);
    ck_assert_int_eq(status(), 200);
}
END_TEST

/* The head comes in single bytes: the pieces still lie where they should. */
START_TEST(byte_by_byte)
{
    static const char text[] = LINE "X: a\r\n" LENGTH CLOSE "\r\n" BODY;
    int fd = tcp_connect(lab.port);

    for (size_t i = 0; i < sizeof text - 1; i++)
        tcp_write(fd, text + i, 1);
    tcp_read(fd, out, sizeof out);
    ck_assert_int_eq(status(), 200);
    close(fd);
}
END_TEST

START_TEST(log_has_no_secrets)
{
    static const char text[] = LINE LENGTH CLOSE "\r\n" BODY;

    send_all(text, sizeof text - 1);
    lab_close(&lab);
    ck_assert(captured_has(" 127.0.0.1 POST /login 200 alice "));
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(!captured_has("apple"));
    ck_assert(!captured_has(strstr(out, "token\":\"") + 8));
    lab_open(&lab);
}
END_TEST

Suite *audit_suite(void);

Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tc = tcase_create("audit");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, sound_heads, 0, sizeof sound / sizeof sound[0]);
    tcase_add_loop_test(tc, unsound_heads, 0,
                        sizeof unsound / sizeof unsound[0]);
    tcase_add_test(tc, error_words);
    tcase_add_test(tc, pipelined);
    tcase_add_test(tc, body_ends_where_it_says);
    tcase_add_test(tc, largest_body);
    tcase_add_test(tc, answer_arrives);
    tcase_add_test(tc, large_heads);
    tcase_add_test(tc, byte_by_byte);
    tcase_add_test(tc, log_has_no_secrets);
    suite_add_tcase(suite, tc);
    return suite;
}
