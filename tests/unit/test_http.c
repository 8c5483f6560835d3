/* SPDX-License-Identifier: MIT */
/* Requests to a scripted server, and which servers a URL can name. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/http.h"
#include "lib/json.h"
#include "tests/support/captured_output.h"
#include "tests/support/http_server.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/temp.h"
#include "tests/support/threads.h"

#define CA "tests/vectors/ca.crt"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static int listener;
static uint16_t port;
static char url[64];
static struct http_server server;
static struct kit_http *http;
static struct kit_reply reply;

static void open_http(const char *cacert)
{
    ck_assert_int_eq(kit_http_open(&http, url, cacert), 0);
}

/* Starts the server with its answers and opens a client for it. */
static void start(const char *one, bool then_close, const char *two)
{
    static struct http_answer script[3];

    script[0] = (struct http_answer){one, then_close};
    script[1] = (struct http_answer){two, false};
    server.script = script;
    http_server_start_on(&server, listener);
    open_http(NULL);
}

static void setup(void)
{
    capture_errors();
    listener = tcp_listen(&port);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)port);
    memset(&reply, 'r', sizeof reply);
}

static void teardown(void)
{
    kit_http_close(http);
}

static int post(void)
{
    return kit_http_post(&reply, http, "/login", "{\"username\":\"alice\"}");
}

/* The request must fail, with an error that contains WHY. */
static void expect_no_reply(const char *why)
{
    static const struct kit_reply zero;

    ck_assert_int_eq(post(), -1);
    ck_assert_mem_eq(&reply, &zero, sizeof reply);
    captured_one_line(why);
    captured_one_line(url);
}

/* --- URLs ----------------------------------------------------------------- */

static char endless[5000] = "http://"; /* its host name does not end */

/* NOTED: passwords would leave this machine in clear. */
enum result { GOOD, NOTED, BAD };

static const struct {
    enum result result;
    const char *url;
} urls[] = {
    {GOOD, "http://127.0.0.1:8080"},
    {GOOD, "http://127.0.0.1:8080/"},
    {GOOD, "http://127.1.2.3"},
    {GOOD, "http://localhost:8080"},
    {GOOD, "http://LOCALHOST"},
    {GOOD, "http://[::1]:8080"},
    {GOOD, "https://chat.example"},
    {GOOD, "https://192.0.2.1:8443/"},
    {GOOD, "HTTPS://chat.example"},
    {NOTED, "http://192.0.2.1:8080"},
    {NOTED, "http://chat.example/"},
    {NOTED, "http://[2001:db8::1]:80"},
    {NOTED, "http://localhost.example"},
    {NOTED, "http://127.example"},
    {BAD, ""},
    {BAD, "127.0.0.1:8080"},
    {BAD, "localhost"},
    {BAD, "localhost:8080"},
    {BAD, "//localhost"},
    {BAD, "http://"},
    {BAD, "http://:8080"},
    {BAD, "http://localhost:port"},
    {BAD, "http://localhost:65536"},
    {BAD, "http://localhost:80/login"},
    {BAD, "http://localhost//"},
    {BAD, "http://localhost/?a=b"},
    {BAD, "http://localhost?a=b"},
    {BAD, "http://localhost/#top"},
    {BAD, "http://alice@localhost"},
    {BAD, "http://alice:pw@localhost"},
    {BAD, "http://local host"},
    {BAD, "ftp://localhost"},
    {BAD, "file:///etc/passwd"},
    {BAD, "gopher://localhost"},
    {BAD, endless},
};

START_TEST(opening)
{
    enum result result = urls[_i].result;

    memset(endless + strlen(endless), 'a', sizeof endless - 8);
    ck_assert_int_eq(kit_http_open(&http, urls[_i].url, NULL),
                     result == BAD ? -1 : 0);
    ck_assert_int_eq(http == NULL, result == BAD);
    ck_assert_int_eq(captured_lines(), result == GOOD ? 0 : 1);
    ck_assert_int_eq(captured_has("not encrypted"), result == NOTED);
}
END_TEST

START_TEST(bad_certificates)
{
    static const char *const files[] = {"tests/no-such.pem", "tests"};

    ck_assert_int_eq(kit_http_open(&http, "https://localhost", files[_i]), -1);
    ck_assert_ptr_null(http);
    captured_one_line(files[_i]);
    captured_one_line("--cacert");
}
END_TEST

START_TEST(closing_nothing)
{
    kit_http_close(NULL);
}
END_TEST

/* --- Requests ------------------------------------------------------------- */

START_TEST(request)
{
    static const char *const absent[] = {
        "\nExpect:", "\nOrigin:", "\nTransfer-Encoding:"};
    const char *text = http_server_request(&server, 0);
    char host[64];

    start(OK, false, NULL);
    ck_assert_int_eq(post(), 0);
    http_server_close(&server);
    snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%u\r\n", (unsigned)port);
    const char *const present[] = {
        host, "\r\nContent-Type: application/json\r\n",
        "\r\nContent-Length: 20\r\n", "\r\n\r\n{\"username\":\"alice\"}"};

    ck_assert_int_eq(strncmp(text, "POST /login HTTP/1.1\r\n", 22), 0);
    for (size_t i = 0; i < COUNT(present); i++)
        ck_assert_msg(strstr(text, present[i]) != NULL, "the request lacks %s",
                      present[i]);
    for (size_t i = 0; i < COUNT(absent); i++)
        ck_assert_msg(strstr(text, absent[i]) == NULL, "the request has %s",
                      absent[i]);
}
END_TEST

/* The connection is kept; if the server has closed it, it is opened again. */
START_TEST(two_requests)
{
    start(OK, _i == 1, OK);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(post(), 0);
    http_server_close(&server);
    ck_assert_int_eq(server.connections, 1 + _i);
    ck_assert_str_eq(http_server_request(&server, 1),
                     http_server_request(&server, 0));
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(proxies_are_ignored)
{
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    start(OK, false, NULL);
    ck_assert_int_eq(post(), 0);
}
END_TEST

/* --- Replies -------------------------------------------------------------- */

static const struct {
    const char *text;
    int status, retry_after;
    const char *body;
} replies[] = {
    {OK, 200, 0, "{}"},
    {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 12\r\n"
     "Content-Length: 21\r\n\r\n{\"error\":\"slow_down\"}",
     429, 12, "{\"error\":\"slow_down\"}"},
    /* A redirect is not followed. */
    {"HTTP/1.1 307 Over there\r\nLocation: /elsewhere\r\n"
     "Content-Length: 0\r\n\r\n",
     307, 0, ""},
};

START_TEST(any_status)
{
    start(replies[_i].text, false, NULL);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(reply.status, replies[_i].status);
    ck_assert_int_eq(reply.retry_after, replies[_i].retry_after);
    ck_assert_uint_eq(reply.len, strlen(replies[_i].body));
    ck_assert_str_eq(reply.body, replies[_i].body);
    ck_assert_str_eq(captured(), "");
    http_server_close(&server);
    ck_assert_int_eq(server.connections, 1);
    ck_assert_int_eq(server.requests, 1);
}
END_TEST

START_TEST(longest_reply)
{
    static char text[KIT_REPLY_MAX + 128];
    size_t len = KIT_REPLY_MAX + (size_t)_i;
    int head = snprintf(text, sizeof text,
                        "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);

    memset(text + head, 'x', len);
    start(text, false, NULL);
    if (_i > 0) {
        expect_no_reply("too long");
        return;
    }
    ck_assert_int_eq(post(), 0);
    ck_assert_uint_eq(reply.len, KIT_REPLY_MAX);
    ck_assert_uint_eq(strlen(reply.body), KIT_REPLY_MAX);
}
END_TEST

/* Since 8.14 libcurl itself rejects more than 5,000 trailers. */
START_TEST(trailers_too_long)
{
    static const int widths[] = {1, 1000};
    static char text[80000];
    int len = snprintf(text, sizeof text,
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\n{}\r\n0\r\n");

    while (len < 70000)
        len += snprintf(text + len, sizeof text - (size_t)len, "X: %0*d\r\n",
                        widths[_i], 0);
    snprintf(text + len, sizeof text - (size_t)len, "\r\n");
    start(text, true, NULL);
    expect_no_reply("too long");
}
END_TEST

static const struct {
    const char *text, *why;
} failures[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"token\"",
     "cannot talk to"},
    {"SSH-2.0-OpenSSH_9.2p1\r\n", "no HTTP server"},
    {"", "an empty answer"},
};

START_TEST(broken_reply)
{
    start(failures[_i].text, true, NULL);
    expect_no_reply(failures[_i].why);
}
END_TEST

static const struct {
    long long ahead; /* seconds by which the server's clock is ahead */
    int notes;
    const char *note;
} clocks[] = {{0, 0, ""},
              {200, 0, ""},
              {-200, 0, ""},
              {7200, 1, "behind"},
              {-7200, 1, "ahead"}};

/* Noted once for all requests; the reply is valid all the same. */
START_TEST(clocks_differ)
{
    char text[256], http_date[64];
    time_t date = time(NULL) + clocks[_i].ahead;
    struct tm at;

    gmtime_r(&date, &at);
    strftime(http_date, sizeof http_date, "%a, %d %b %Y %H:%M:%S GMT", &at);
    snprintf(text, sizeof text,
             "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 2\r\n\r\n{}",
             http_date);
    start(text, false, text);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(post(), 0);
    ck_assert_int_eq(reply.status, 200);
    ck_assert_int_eq(captured_lines(), clocks[_i].notes);
    ck_assert(captured_has(clocks[_i].note));
    http_server_close(&server);
}
END_TEST

/* --- No server, or not the right one -------------------------------------- */

START_TEST(no_server)
{
    close(listener);
    open_http(NULL);
    expect_no_reply("start it with: make server");
}
END_TEST

static void *answer_in_clear(void *context)
{
    int fd = tcp_accept(listener);

    tcp_write(fd, OK, strlen(OK));
    close(fd);
    return context;
}

/* It does not try again without TLS. */
START_TEST(no_tls)
{
    pthread_t thread;

    snprintf(url, sizeof url, "https://127.0.0.1:%u", (unsigned)port);
    thread = thread_begin(answer_in_clear, NULL);
    open_http(CA);
    expect_no_reply("cannot speak TLS with");
    pthread_join(thread, NULL);
    ck_assert(!tcp_waits(listener));
}
END_TEST

/* README.md has no certificates, like a system without ca-certificates. */
START_TEST(no_ca)
{
    snprintf(url, sizeof url, "https://127.0.0.1:%u", (unsigned)port);
    open_http("README.md");
    expect_no_reply("your server's CA: --cacert");
}
END_TEST

START_TEST(local_address)
{
    char ip[KIT_IP_SIZE] = "x";
    bool there = _i == 0;

    if (!there)
        close(listener);
    open_http(NULL);
    ck_assert_int_eq(kit_http_local_ip(ip, sizeof ip, http), there ? 0 : -1);
    ck_assert_str_eq(ip, there ? "127.0.0.1" : "");
    ck_assert_int_eq(captured_lines(), there ? 0 : 1);
    if (there)
        ck_assert(tcp_ended(tcp_accept(listener)));
}
END_TEST

/* --- Faults: an error is printed, and nothing half done is left ----------- */

static const char *cacert;

static int open_once(void)
{
    struct kit_http *other = (struct kit_http *)&url;
    int before = captured_lines();
    int rc = kit_http_open(&other, url, cacert);

    ck_assert((other == NULL) == (rc != 0));
    ck_assert((captured_lines() > before) == (rc != 0));
    kit_http_close(other);
    return rc;
}

START_TEST(opening_fails)
{
    static const char *const hosts[] = {"http://127.0.0.1:8080",
                                        "http://localhost"};
    char *file = temp_file("a certificate, for now", 22);

    cacert = file;
    strcpy(url, hosts[_i]);
    ck_assert_int_ge(fault_each("calloc strdup curl_easy_init "
                                "curl_slist_append curl_url*",
                                open_once, true),
                     12);
    temp_remove(file);
}
END_TEST

static int find_local_address(void)
{
    char ip[KIT_IP_SIZE] = "x";
    int before = captured_lines();
    int rc = kit_http_local_ip(ip, sizeof ip, http);

    ck_assert_str_eq(ip, rc == 0 ? "127.0.0.1" : "");
    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    return rc;
}

START_TEST(finding_the_local_address_fails)
{
    open_http(NULL);
    ck_assert_int_eq(fault_each("curl_easy_init curl_easy_perform",
                                find_local_address, true),
                     2);
}
END_TEST

/* A request of LEN bytes of JSON fails for lack of memory with code WANT. */
static void ask_without_memory(size_t len, int want)
{
    static char text[KIT_REQUEST_MAX];
    cJSON *question = cJSON_CreateObject(), *answer = question;

    memset(text, 'x', len - strlen("{\"a\":\"\"}"));
    text[len - strlen("{\"a\":\"\"}")] = '\0';
    ck_assert_ptr_nonnull(cJSON_AddStringToObject(question, "a", text));
    fault_order("malloc", 1, ENOMEM);
    ck_assert_int_eq(kit_http_ask(&answer, http, "/login", question, "me"),
                     want);
    ck_assert(fault_cancel());
    ck_assert_ptr_null(answer);
    kit_json_free(question);
}

/*
 * There is no memory first for the JSON of the question (the longest one needs
 * a buffer), then for that of the answer.
 */
START_TEST(no_memory_for_json)
{
    open_http(NULL);
    ask_without_memory(KIT_REQUEST_MAX, EX_SOFTWARE);
    ck_assert(!tcp_waits(listener)); /* nothing was sent */

    server.status = 200;
    server.body = "{}";
    http_server_start_on(&server, listener);
    ask_without_memory(100, EX_PROTOCOL);
    ck_assert_int_eq(captured_lines(), 2);
    http_server_close(&server);
}
END_TEST

TEST_SUITE(http, 60, setup, teardown)
{
    tcase_add_rows(tcase, opening, urls);
    tcase_add_loop_test(tcase, bad_certificates, 0, 2);
    tcase_add_loop_test(tcase, two_requests, 0, 2);
    tcase_add_rows(tcase, any_status, replies);
    tcase_add_loop_test(tcase, longest_reply, 0, 2);
    tcase_add_loop_test(tcase, trailers_too_long, 0, 2);
    tcase_add_rows(tcase, broken_reply, failures);
    tcase_add_rows(tcase, clocks_differ, clocks);
    tcase_add_tests(tcase, closing_nothing, request, proxies_are_ignored,
                    no_server, no_tls, no_ca);
    tcase_add_loop_test(tcase, local_address, 0, 2);
    if (faults_possible("http")) {
        tcase_add_loop_test(tcase, opening_fails, 0, 2);
        tcase_add_tests(tcase, finding_the_local_address_fails,
                        no_memory_for_json);
    }
}
