/* SPDX-License-Identifier: MIT */
/* Where a request ends: its answer arrives, and the next one begins there. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/raw_http.h"

/* Two clean requests at once on one connection are answered in turn. */
START_TEST(pipelined)
{
    static const char two[] =
        LINE LENGTH "\r\n" BODY LINE LENGTH CLOSE "\r\n" BODY;
    const char *second;

    raw_http_send(two, sizeof two - 1);
    ck_assert_int_eq(raw_http_status(), 200);
    second = strstr(raw_http.out, "43200}HTTP/1.1 200 ");
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_nonnull(strstr(second + 6, "43200}"));
}
END_TEST

/* What comes behind a body is no part of it. */
START_TEST(body_ends_where_it_says)
{
    static const char text[] =
        LINE "Content-Length: 38\r\n\r\n" BODY "\r\nGET / HTTP/1.1\r\n\r\n";

    raw_http_send(text, sizeof text - 1);
    ck_assert_int_eq(raw_http_status(), 400);
    ck_assert_ptr_nonnull(strstr(raw_http.out, "{\"error\":\"bad_request\"}"));
}
END_TEST

START_TEST(largest_body)
{
    static char text[RAW_HTTP_SIZE];
    int len = snprintf(text, sizeof text,
                       LINE CLOSE "Content-Length: 4096\r\n"
                                  "\r\n%-4096s",
                       BODY);

    raw_http_send(text, (size_t)len);
    ck_assert_int_eq(raw_http_status(), 200);
}
END_TEST

/* A body far too large, all of it sent: the answer still arrives. */
START_TEST(answer_arrives)
{
    static char text[RAW_HTTP_SIZE];
    int len = snprintf(text, sizeof text,
                       LINE "Content-Length: 60000\r\n"
                            "\r\n%-60000s",
                       "x");
    int fd = tcp_connect(embedded.port);

    /* In two pieces, the second one after the answer was made. */
    tcp_write(fd, text, 1000);
    ck_assert(tcp_waits_within(fd, 5000));
    tcp_write(fd, text + 1000, (size_t)len - 1000);
    ck_assert_int_eq(raw_http_finish(fd), 413);
    ck_assert_ptr_nonnull(strstr(raw_http.out, "{\"error\":\"too_large\"}"));
}
END_TEST

/* A head of several kilobytes, and one of many lines, are still clean. */
START_TEST(large_heads)
{
    static char text[RAW_HTTP_SIZE];
    int len = snprintf(text, sizeof text,
                       LINE "X: %09000d\r\n" LENGTH CLOSE "\r\n" BODY, 0);

    raw_http_send(text, (size_t)len);
    ck_assert_int_eq(raw_http_status(), 200);

    len = snprintf(text, sizeof text, LINE);
    for (int i = 0; i < 100; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "X-%d: %d\r\n",
                        i, i);
    len += snprintf(text + len, sizeof text - (size_t)len,
                    LENGTH CLOSE "\r\n" BODY);
    raw_http_send(text, (size_t)len);
    ck_assert_int_eq(raw_http_status(), 200);
}
END_TEST

/* The head comes in single bytes: the pieces still lie where they should. */
START_TEST(byte_by_byte)
{
    static const char text[] = LINE "X: a\r\n" LENGTH CLOSE "\r\n" BODY;
    int fd = tcp_connect(embedded.port);

    for (size_t i = 0; i < sizeof text - 1; i++)
        tcp_write(fd, text + i, 1);
    ck_assert_int_eq(raw_http_finish(fd), 200);
}
END_TEST

TEST_SUITE(framing)
{
    Suite *suite = suite_create("framing");
    TCase *tc = suite_add_case(suite, "framing");

    tcase_add_checked_fixture(tc, raw_http_begin, embedded_end);
    tcase_set_timeout(tc, 30);
    tcase_add_tests(tc, pipelined, body_ends_where_it_says, largest_body,
                    answer_arrives, large_heads, byte_by_byte);
    return suite;
}
