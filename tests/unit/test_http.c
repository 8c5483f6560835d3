/* SPDX-License-Identifier: MIT */
/* Requests and replies, with a server that answers by the book. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/http.h"
#include "tests/support/captured_output.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

#define CA "tests/vectors/ca.crt"

static int listener;
static uint16_t port;
static char url[64];
static struct http_server server;
static struct kit_http *http;
static struct kit_reply reply;

/* Starts the server with its answers and opens a client for it. */
static void start(const char *one, bool then_close, const char *two)
{
    static struct http_answer script[3];

    script[0] = (struct http_answer){one, then_close};
    script[1] = (struct http_answer){two, false};
    server.script = script;
    http_server_start_on(&server, listener);
    ck_assert_int_eq(kit_http_open(&http, url, NULL), 0);
}

static void setup(void)
{
    capture(STDERR_FILENO);
    listener = tcp_listen(&port);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)port);
    memset(&reply, 'r', sizeof reply);
}

static void teardown(void)
{
    kit_http_close(http);
}

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static int post(void)
{
    return kit_http_post(&reply, http, "/login", "{\"username\":\"alice\"}");
}

static void expect_no_reply(const char *why)
{
    static const struct kit_reply zero;

    ck_assert_int_eq(post(), -1);
    ck_assert_mem_eq(&reply, &zero, sizeof reply);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_msg(captured_has(why), "%s", captured());
    ck_assert(captured_has(url));
}

/* --- The server's clock --------------------------------------------------- */

/* A reply from AHEAD seconds after now, or before it. */
static void reply_from(long long ahead)
{
    static char text[256];
    time_t date = time(NULL) + ahead;
    struct tm at;
    char http_date[64];

    gmtime_r(&date, &at);
    strftime(http_date, sizeof http_date, "%a, %d %b %Y %H:%M:%S GMT", &at);
    snprintf(text, sizeof text,
             "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 2\r\n\r\n{}",
             http_date);
    start(text, false, text);
}

static const struct {
    long long ahead;
    int notes;
} clocks[] = {{0, 0}, {200, 0}, {-200, 0}, {7200, 1}, {-7200, 1}};

/* Said once, however often the two talk, and the reply counts all the same. */
START_TEST(clocks_differ)
{
    reply_from(clocks[_i].ahead);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(reply.status, 200);
    ck_assert_int_eq(captured_lines(), clocks[_i].notes);
    if (clocks[_i].notes > 0)
        ck_assert(captured_has(clocks[_i].ahead > 0 ? "behind" : "ahead"));
}
END_TEST

/* --- Requests and replies ------------------------------------------------- */

START_TEST(what_is_asked)
{
    const char *request = http_server_request(&server, 0);
    char host[64];

    start(OK, false, NULL);
    ck_assert_int_eq(post(), 0);
    http_server_close(&server);
    snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%u\r\n", (unsigned)port);
    ck_assert_int_eq(strncmp(request, "POST /login HTTP/1.1\r\n", 22), 0);
    ck_assert_ptr_nonnull(strstr(request, host));
    ck_assert_ptr_nonnull(
        strstr(request, "\r\nContent-Type: application/json\r\n"));
    ck_assert_ptr_nonnull(strstr(request, "\r\nContent-Length: 20\r\n"));
    ck_assert_ptr_nonnull(strstr(request, "\r\n\r\n{\"username\":\"alice\"}"));
    ck_assert_ptr_null(strstr(request, "\nExpect:"));
    ck_assert_ptr_null(strstr(request, "\nOrigin:"));
    ck_assert_ptr_null(strstr(request, "\nTransfer-Encoding:"));
}
END_TEST

START_TEST(what_comes_back)
{
    start("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 12\r\n"
          "Content-Length: 21\r\n\r\n{\"error\":\"slow_down\"}",
          false, NULL);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(reply.status, 429);
    ck_assert_int_eq(reply.retry_after, 12);
    ck_assert_uint_eq(reply.len, 21);
    ck_assert_str_eq(reply.body, "{\"error\":\"slow_down\"}");
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(without_retry_after)
{
    start(OK, false, NULL);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(reply.status, 200);
    ck_assert_int_eq(reply.retry_after, 0);
}
END_TEST

START_TEST(connection_is_kept)
{
    start(OK, false, OK);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(post(), 0);
    http_server_close(&server);
    ck_assert_int_eq(server.connections, 1);
    ck_assert_str_eq(http_server_request(&server, 1),
                     http_server_request(&server, 0));
}
END_TEST

/* A connection that was kept, but not by the server, is opened again. */
START_TEST(closed_connection_is_reopened)
{
    start(OK, true, OK);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(post(), 0);
    http_server_close(&server);
    ck_assert_int_eq(server.connections, 2);
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(redirect_is_not_followed)
{
    start("HTTP/1.1 307 Over there\r\nLocation: /elsewhere\r\n"
          "Content-Length: 0\r\n\r\n",
          false, NULL);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(reply.status, 307);
    ck_assert_uint_eq(reply.len, 0);
    http_server_close(&server);
    ck_assert_int_eq(server.connections, 1);
}
END_TEST

START_TEST(no_proxy_looks_in)
{
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    start(OK, false, NULL);
    ck_assert_int_eq(post(), 0);
}
END_TEST

/* A reply of LEN bytes. */
static const char *long_answer(size_t len)
{
    static char text[KIT_REPLY_MAX + 128];
    int head = snprintf(text, sizeof text,
                        "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);

    memset(text + head, 'x', len);
    return text;
}

START_TEST(longest_reply)
{
    start(long_answer(KIT_REPLY_MAX), false, NULL);
    ck_assert_int_eq(post(), 0);
    ck_assert_uint_eq(reply.len, KIT_REPLY_MAX);
    ck_assert_uint_eq(strlen(reply.body), KIT_REPLY_MAX);
}
END_TEST

START_TEST(too_long_a_reply)
{
    start(long_answer(KIT_REPLY_MAX + 1), false, NULL);
    expect_no_reply("too long");
}
END_TEST

/* Trailers of 70,000 bytes, of WIDTH bytes each and a name. */
static const char *trailers(int width)
{
    static char text[80000];
    int len = snprintf(text, sizeof text,
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\n{}\r\n0\r\n");

    while (len < 70000)
        len += snprintf(text + len, sizeof text - (size_t)len, "X: %0*d\r\n",
                        width, 0);
    snprintf(text + len, sizeof text - (size_t)len, "\r\n");
    return text;
}

/* Since 8.14 libcurl itself refuses more than 5,000. */
START_TEST(too_many_trailers)
{
    start(trailers(1), true, NULL);
    expect_no_reply("too long");
}
END_TEST

START_TEST(too_long_trailers)
{
    start(trailers(1000), true, NULL);
    expect_no_reply("too long");
}
END_TEST

START_TEST(cut_reply)
{
    start("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"token\"", true,
          NULL);
    expect_no_reply("cannot talk to");
}
END_TEST

START_TEST(no_http)
{
    start("SSH-2.0-OpenSSH_9.2p1\r\n", true, NULL);
    expect_no_reply("no HTTP server");
}
END_TEST

START_TEST(not_a_word)
{
    start("", true, NULL);
    expect_no_reply("an empty answer");
}
END_TEST

START_TEST(nobody_there)
{
    close(listener);
    ck_assert_int_eq(kit_http_open(&http, url, NULL), 0);
    expect_no_reply("start one with: make server");
}
END_TEST

/* TLS is not given up for plain HTTP. */
static void *answer_in_clear(void *context)
{
    int fd = tcp_accept(listener);

    tcp_write(fd, OK, strlen(OK));
    close(fd);
    return context;
}

START_TEST(no_tls)
{
    pthread_t thread;

    snprintf(url, sizeof url, "https://127.0.0.1:%u", (unsigned)port);
    ck_assert_int_eq(pthread_create(&thread, NULL, answer_in_clear, NULL), 0);
    ck_assert_int_eq(kit_http_open(&http, url, CA), 0);
    expect_no_reply("cannot speak TLS with");
    pthread_join(thread, NULL);
    ck_assert(!tcp_waits(listener));
}
END_TEST

/* A system without certificates of CAs (no package ca-certificates) too. */
START_TEST(no_ca)
{
    snprintf(url, sizeof url, "https://127.0.0.1:%u", (unsigned)port);
    ck_assert_int_eq(kit_http_open(&http, url, "README.md"), 0);
    expect_no_reply("your server's CA: --cacert");
}
END_TEST

START_TEST(local_address)
{
    char ip[KIT_IP_SIZE];

    ck_assert_int_eq(kit_http_open(&http, url, NULL), 0);
    ck_assert_int_eq(kit_http_local_ip(ip, sizeof ip, http), 0);
    ck_assert_str_eq(ip, "127.0.0.1");
    ck_assert(tcp_ended(tcp_accept(listener)));
}
END_TEST

START_TEST(no_local_address)
{
    char ip[KIT_IP_SIZE] = "x";

    close(listener);
    ck_assert_int_eq(kit_http_open(&http, url, NULL), 0);
    ck_assert_int_eq(kit_http_local_ip(ip, sizeof ip, http), -1);
    ck_assert_str_eq(ip, "");
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

TEST_SUITE(http)
{
    Suite *suite = suite_create("http");
    TCase *tcase = suite_add_case(suite, "requests");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, clocks_differ, 0,
                        sizeof clocks / sizeof clocks[0]);
    tcase_add_tests(tcase, what_is_asked, what_comes_back, without_retry_after,
                    connection_is_kept, closed_connection_is_reopened,
                    redirect_is_not_followed, no_proxy_looks_in, longest_reply,
                    too_long_a_reply, too_many_trailers, too_long_trailers,
                    cut_reply, no_http, not_a_word, nobody_there, no_tls, no_ca,
                    local_address, no_local_address);
    return suite;
}
