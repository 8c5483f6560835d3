/* SPDX-License-Identifier: MIT */
/*
 * Tests of the tests' own clients: the server refuses or resets connections, or
 * has died. The clients must count that. They must not crash, and must not
 * mistake an old answer for a new one.
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/attack/raw.h"
#include "tests/attack/reconnector.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/http_server.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum { REQUESTS = 100, CONNECTIONS = 10 };

#define TOKEN "0123456789abcdef0123456789abcdef"

static char url[64];

/* Sets URL to a port on which no program listens. */
static void refuse(void)
{
    uint16_t port;

    close(tcp_listen(&port));
    snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)port);
}

/* Accepts and resets every connection. */
static void *reset_all(void *context)
{
    const int *listener = context;
    int fd;

    while ((fd = tcp_next(*listener)) >= 0)
        tcp_reset(fd);
    return NULL;
}

static const char *login(char *out, size_t out_size, int number)
{
    snprintf(out, out_size, "{\"username\":\"u%d\",\"password\":\"x\"}",
             number);
    return "/login";
}

/* Uses each client once, at URL, where no request is answered. */
static void try_all(void)
{
    static struct storm storm = {
        .connections = CONNECTIONS, .requests = REQUESTS, .write = login};
    static struct target target;
    static struct raw_answer answer;
    struct bystander bystander = {.here = &target, .twin = &target};
    struct times times = {.count = 0};
    char token[KIT_TOKEN_MAX + 1] = "old";
    struct http http;

    http_open(&http, url, NULL);
    figure_is("status of a login", http_login(&http, "alice", "x", token), 0);
    figure_is("length of its token", (long)strlen(token), 0);
    figure_is("status of an M3", http_ask(&http, "alice", "x", "bob"), 0);
    figure_is("status of raw bytes", http_raw(&http, "x", 1), 0);
    http_close(&http);

    storm.url = target.fixture.url = url;
    storm_run(&storm);
    figure_is("a storm without answers", storm_count(&storm, 0), REQUESTS);
    storm_times(&storm, 200, &times);
    figure_is("its times (1: none)", isinf(times_quantile(&times, 0.5)), 1);
    free(storm.answers);

    bystander_begin(&bystander);
    bystander_end(&bystander);
    figure_least("good requests", (double)bystander.count, "", 1);
    figure_is("good requests that succeed", bystander.count - bystander.failed,
              0);

    raw_send(&answer, url, "x", 1, RAW_AT_ONCE);
    figure_is("answers to raw bytes", answer.answers, 0);
    figure_is("the connection has ended (1: yes)", answer.ended, 1);
}

START_TEST(refused)
{
    static struct reconnector clients = {.count = CONNECTIONS};

    row_begin("00 clients of these tests, refused");
    refuse();
    try_all();
    reconnector_begin(&clients, strstr(url, "//") + 2);
    reconnector_end(&clients);
    row_end();
}
END_TEST

START_TEST(reset)
{
    uint16_t port;
    int listener = tcp_listen(&port);
    pthread_t thread;

    row_begin("00 clients of these tests, reset");
    snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)port);
    thread = thread_begin(reset_all, &listener);
    try_all();
    shutdown(listener, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(listener);
    row_end();
}
END_TEST

/* The server dies after its first answer, which has a token. */
START_TEST(died)
{
    struct http_server server;
    char token[KIT_TOKEN_MAX + 1];
    struct http http;

    row_begin("00 clients of these tests, the server gone");
    http_server_open(&server, 200, "{\"token\":\"" TOKEN "\"}");
    http_open(&http, server.url, NULL);
    figure_is("status of a login", http_login(&http, "alice", "x", token), 200);
    figure_is("its token is the right one (1: yes)", strcmp(token, TOKEN) == 0,
              1);
    http_server_close(&server);
    figure_is("status afterwards", http_login(&http, "alice", "x", token), 0);
    figure_is("length of the token", (long)strlen(token), 0);
    http_close(&http);
    row_end();
}
END_TEST

START_TEST(quantiles)
{
    struct times times = {.count = 0};

    row_begin("00 times of these tests");
    for (int i = 1000; i > 0; i--)
        times_add(&times, i);
    figure_is("median of 1 to 1,000", (long)times_quantile(&times, 0.5), 500);
    figure_is("their 99th percentile", (long)times_quantile(&times, 0.99), 990);
    figure_is("the slowest", (long)times_quantile(&times, 1), 1000);
    figure_times("times against themselves", &times, &times, 1);
    times_free(&times);
    row_end();
}
END_TEST

TEST_SUITE(rig, 60, NULL, NULL)
{
    tcase_add_tests(tcase, refused, reset, died, quantiles);
}
