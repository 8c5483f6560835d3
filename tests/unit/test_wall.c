/* SPDX-License-Identifier: MIT */
/* The wall over sockets: who may read it, and what is on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/http/wall.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

static struct feed *shown;
static struct wall *wall;
static uint16_t port;
static char out[2 * FEED_JSON_SIZE];

static void setup(void)
{
    int listener;

    shown = feed_new();
    ck_assert_ptr_nonnull(shown);
    ck_assert_int_eq(wall_listen(&listener, &port, 0), EX_OK);
    ck_assert_int_eq(wall_start(&wall, shown, listener, port), EX_OK);
}

static void teardown(void)
{
    wall_stop(wall);
    feed_free(shown);
}

/* Sends a request for PATH with the header FIELDS after "Host: HOST". HOST may
   have %u for the port. */
static int begin(const char *method, const char *path, const char *host,
                 const char *fields)
{
    char name[64], text[512];
    int fd = tcp_connect(port);
    int len;

    snprintf(name, sizeof name, host, (unsigned)port);
    len = snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n",
                   method, path, name, fields);
    tcp_write(fd, text, (size_t)len);
    return fd;
}

/* Reads OUT up to the end of FD. Returns the status. */
static int finish(int fd)
{
    int status = 0;

    tcp_read(fd, out, sizeof out);
    close(fd);
    ck_assert_int_eq(sscanf(out, "HTTP/1.1 %d ", &status), 1);
    return status;
}

static const struct {
    int status;
    const char *method, *path, *host, *fields;
} requests[] = {
    {200, "GET", "/", "127.0.0.1:%u", ""},
    {200, "GET", "/", "localhost:%u", ""},
    {200, "GET", "/wall.js", "LocalHost:%u", ""},
    {200, "GET", "/wall.css", "127.0.0.1:%u",
     "Sec-Fetch-Site: same-origin\r\n"},
    {200, "GET", "/flow.css", "127.0.0.1:%u", "Sec-Fetch-Site: none\r\n"},
    /* another page, also one with a name that resolves to 127.0.0.1 */
    {403, "GET", "/", "evil.example:%u", ""},
    {403, "GET", "/events", "evil.example:%u", ""},
    {403, "GET", "/events", "127.0.0.1.evil.example:%u", ""},
    {403, "GET", "/events", "127.0.0.1", ""},
    {403, "GET", "/events", "127.0.0.1:%u1", ""},
    {403, "GET", "/events", "127.0.0.1:%u, evil.example", ""},
    {403, "GET", "/events", "127.0.0.1:%u", "Origin: http://evil.example\r\n"},
    {403, "GET", "/events", "127.0.0.1:%u", "Origin: null\r\n"},
    {403, "GET", "/", "127.0.0.1:%u", "ORIGIN: http://127.0.0.1\r\n"},
    {403, "GET", "/events", "127.0.0.1:%u", "Sec-Fetch-Site: cross-site\r\n"},
    {403, "GET", "/events", "127.0.0.1:%u", "Sec-Fetch-Site: same-site\r\n"},
    {403, "POST", "/", "127.0.0.1:%u", "Origin: x\r\nContent-Length: 0\r\n"},
    /* paths that do not exist */
    {404, "GET", "/favicon.ico", "127.0.0.1:%u", ""},
    {404, "GET", "/events/", "127.0.0.1:%u", ""},
    {404, "GET", "/../wall.css", "127.0.0.1:%u", ""},
    {405, "POST", "/", "127.0.0.1:%u", "Content-Length: 0\r\n"},
    {405, "HEAD", "/", "127.0.0.1:%u", ""},
    {405, "OPTIONS", "/events", "127.0.0.1:%u", ""},
};

START_TEST(answered)
{
    ck_assert_int_eq(finish(begin(requests[_i].method, requests[_i].path,
                                  requests[_i].host, requests[_i].fields)),
                     requests[_i].status);
    ck_assert_ptr_nonnull(strstr(out, "default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(out, "Cache-Control: no-store\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "X-Content-Type-Options: nosniff\r\n"));
    ck_assert_ptr_null(strstr(out, "Access-Control"));
}
END_TEST

/* Before the wall sees it, libmicrohttpd 1.0.10 refuses it with status 400. */
START_TEST(two_hosts)
{
    int status = finish(
        begin("GET", "/events", "127.0.0.1:%u", "Host: evil.example\r\n"));

    ck_assert_msg(status == 403 || status == 400, "the status is %d", status);
    ck_assert_ptr_null(strstr(out, "Access-Control"));
}
END_TEST

/* HTTP/1.0 needs no Host, but the wall does. */
START_TEST(without_host)
{
    int fd = tcp_connect(port);

    tcp_write(fd, "GET / HTTP/1.0\r\n\r\n", 18);
    ck_assert_int_eq(finish(fd), 403);
}
END_TEST

/* The policies of the page and the header are the same, except for frames: a
   policy in a page has no effect on them. */
START_TEST(same_policy)
{
    static char header[512], page[512];
    const char *end;

    ck_assert_int_eq(finish(begin("GET", "/", "127.0.0.1:%u", "")), 200);
    ck_assert_int_eq(sscanf(strstr(out, "Content-Security-Policy: "),
                            "Content-Security-Policy: %511[^\r]", header),
                     1);
    ck_assert_int_eq(sscanf(strstr(out, "<meta http-equiv="),
                            "<meta http-equiv=\"Content-Security-Policy\" "
                            "content=\"%511[^\"]",
                            page),
                     1);
    ck_assert_uint_gt(strlen(page), 100);
    ck_assert_int_eq(strncmp(header, page, strlen(page)), 0);
    end = header + strlen(page);
    ck_assert_str_eq(end, "; frame-ancestors 'none'");
}
END_TEST

/* Reads from FD until OUT contains PART. */
static void read_until(int fd, const char *part)
{
    size_t len = 0;

    out[0] = '\0';
    while (strstr(out, part) == NULL) {
        ssize_t n;

        ck_assert_msg(tcp_waits_within(fd, 60000), "%s did not come", part);
        n = read(fd, out + len, sizeof out - 1 - len);
        ck_assert_int_gt(n, 0);
        len += (size_t)n;
        out[len] = '\0';
    }
}

static void add(const char *user)
{
    struct reply reply = {.status = 200};

    snprintf(reply.user, sizeof reply.user, "%s", user);
    feed_add(shown, &reply, 0);
}

START_TEST(events)
{
    int fd = begin("GET", "/events", "127.0.0.1:%u", "");

    read_until(fd, "\"people\":[]");
    ck_assert_ptr_nonnull(strstr(out, "Content-Type: text/event-stream\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "retry: 1000\ndata: {"));
    add("alice");
    read_until(fd, "\"people\":[\"alice\"]");
    /* without news, the wall sends a comment */
    read_until(fd, ":\n\n");
    ck_assert_ptr_null(strstr(out, "data"));
    add("bob");
    read_until(fd, "\"people\":[\"alice\",\"bob\"]");
    /* a browser that comes later sees the same */
    close(fd);
    fd = begin("GET", "/events", "localhost:%u", "");
    read_until(fd, "\"people\":[\"alice\",\"bob\"]");
    close(fd);
}
END_TEST

/* Many events in a short time are sent as a few states. */
START_TEST(coalesced)
{
    int fd = begin("GET", "/events", "127.0.0.1:%u", "");
    int states = 0;

    for (int i = 0; i < 100000; i++)
        add("alice");
    add("bob");
    read_until(fd, "\"alice\",\"bob\"");
    for (const char *p = out; (p = strstr(p, "data: ")) != NULL; p++)
        states++;
    ck_assert_int_le(states, 20);
    close(fd);
}
END_TEST

/* One browser too many: the oldest stream ends, even if it is not read. */
START_TEST(makes_room)
{
    int fds[WALL_STREAMS + 1];

    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = begin("GET", "/events", "127.0.0.1:%u", "");
        read_until(fds[i], "\"people\":[]");
    }
    ck_assert(tcp_ended(fds[0]));
    add("alice");
    for (size_t i = 1; i < COUNT(fds); i++) {
        read_until(fds[i], "\"people\":[\"alice\"]");
        close(fds[i]);
    }
    close(fds[0]);
}
END_TEST

/* Reads the status of the answer on FD. 0: the connection ended without one. */
static int status_of(int fd)
{
    int status = 0;
    ssize_t n;

    ck_assert(tcp_waits_within(fd, 60000));
    n = read(fd, out, sizeof out - 1);
    out[n > 0 ? n : 0] = '\0';
    close(fd);
    sscanf(out, "HTTP/1.1 %d ", &status);
    return status;
}

/* Asks for the page, for events, and for what is refused. */
static int ask_for_all(void)
{
    int page = status_of(begin("GET", "/", "127.0.0.1:%u", ""));
    int stream = status_of(begin("GET", "/events", "127.0.0.1:%u", ""));
    int other = status_of(begin("GET", "/x", "127.0.0.1:%u", ""));

    ck_assert(page == 200 || page == 0);
    ck_assert(stream == 200 || stream == 0);
    ck_assert(other == 404 || other == 0);
    return page != 0 && stream != 0 && other != 0 ? 0 : -1;
}

/* After a fault the connection ends, and the next request is answered. */
START_TEST(answer_fails)
{
    ck_assert_int_ge(fault_each("MHD_* calloc", ask_for_all, false), 20);
}
END_TEST

/* The wall can be stopped while all its connections are in use and none of the
   browsers reads: all of them end. */
START_TEST(ends)
{
    int fds[WALL_CONNECTIONS + 4];

    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = begin("GET", "/events", "127.0.0.1:%u", "");
    read_until(fds[0], "\"people\":[]");
    add("alice");
    wall_stop(wall);
    wall = NULL;
    for (size_t i = 0; i < COUNT(fds); i++) {
        while (read(fds[i], out, sizeof out) > 0)
            ;
        close(fds[i]);
    }
}
END_TEST

START_TEST(port_in_use)
{
    uint16_t bound;
    int listener;

    capture_errors();
    ck_assert_int_eq(wall_listen(&listener, &bound, port), EX_UNAVAILABLE);
    ck_assert_int_eq(listener, -1);
    captured_one_line(
        "is in use: choose another with --wall PORT, or --wall 0");
}
END_TEST

TEST_SUITE(wall, 120, setup, teardown)
{
    tcase_add_rows(tcase, answered, requests);
    tcase_add_tests(tcase, two_hosts, without_host, same_policy, events,
                    coalesced, makes_room, ends, port_in_use);
    if (faults_possible("wall"))
        tcase_add_test(tcase, answer_fails);
}
