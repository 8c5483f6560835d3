/* SPDX-License-Identifier: MIT */
/* Where a request ends: its answer arrives, and the next one begins there. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/raw_http.h"

#define LAST LENGTH CLOSE "\r\n" BODY /* the end of the last request */

static char text[RAW_HTTP_SIZE];

/* Sends the LEN bytes of TEXT. The first answer must have STATUS. */
static void expect(int status, int len)
{
    ck_assert_int_eq(raw_http_send(text, (size_t)len), status);
}

/* Two requests in one packet on one connection are answered in turn. */
START_TEST(pipelined)
{
    const char *second;

    expect(200, snprintf(text, sizeof text, LINE LENGTH "\r\n" BODY LINE LAST));
    second = strstr(raw_http.out, "43200}HTTP/1.1 200 ");
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_nonnull(strstr(second + 6, "43200}"));
}
END_TEST

/* What comes behind a body is not a part of it. */
START_TEST(body_ends_at_its_length)
{
    expect(400, snprintf(text, sizeof text,
                         LINE "Content-Length: 38\r\n\r\n" BODY
                              "\r\nGET / HTTP/1.1\r\n\r\n"));
    ck_assert(raw_http_has("{\"error\":\"bad_request\"}"));
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

/* A body far too large: all of it can be sent, and the answer still arrives. */
START_TEST(too_large_a_body)
{
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
    ck_assert(raw_http_has("{\"error\":\"too_large\"}"));
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

/* Where the head is cut into packets makes no difference. */
START_TEST(byte_by_byte)
{
    int len = snprintf(text, sizeof text, LINE "X: a\r\n" LAST);
    int fd = tcp_connect(embedded.port);

    for (int i = 0; i < len; i++)
        tcp_write(fd, text + i, 1);
    ck_assert_int_eq(raw_http_finish(fd), 200);
}
END_TEST

TEST_SUITE(framing)
{
    return suite_make("framing", 30, raw_http_begin, embedded_end, pipelined,
                      body_ends_at_its_length, largest_body, too_large_a_body,
                      large_heads, byte_by_byte);
}
