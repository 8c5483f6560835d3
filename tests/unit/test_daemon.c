/* SPDX-License-Identifier: MIT */
/* The whole server on the loopback: slow work beside quick, and the end. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/chat/workers.h"
#include "tests/support/captured_output.h"
#include "tests/support/http_client.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/raw_http.h"

static char token[KIT_TOKEN_MAX + 1];

static void setup(void)
{
    embedded_begin();
    embedded.now = kit_now();
    embedded_token(token, "bob", 0);
    embedded_token(token, "alice", 0);
    embedded_serve();
}

/* A login that nobody has, under a name of its own. */
static int begin_login(int number)
{
    char body[128];

    snprintf(body, sizeof body,
             "{\"username\":\"nobody%d\",\"password\":\"x\"}", number);
    return raw_http_post("/login", body);
}

static int ask(void)
{
    char body[512];

    http_ask_json(body, sizeof body, "alice", token, "bob");
    return raw_http_finish(raw_http_post("/userinfo", body));
}

/* Work that keeps a worker busy until the gate is open. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int held;

static void hold(void *context, bool dropped)
{
    atomic_fetch_add(&held, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
}

/* From here on no login is hashed, as if each took very long. */
static void close_gate(void)
{
    pthread_mutex_lock(&gate);
    for (int i = 0; i < WORKERS_THREADS; i++)
        ck_assert_int_eq(workers_submit(embedded.workers, hold, NULL), 0);
    while (atomic_load(&held) < WORKERS_THREADS)
        sched_yield();
}

static void open_gate(void)
{
    pthread_mutex_unlock(&gate);
}

START_TEST(slow_logins_delay_nobody)
{
    int fds[4];

    close_gate();
    for (int i = 0; i < 4; i++)
        fds[i] = begin_login(i);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(ask(), 200);
    for (int i = 0; i < 4; i++)
        ck_assert(!tcp_waits(fds[i]));
    open_gate();
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(raw_http_finish(fds[i]), 401);
}
END_TEST

enum { TOO_MANY = 8, LOGINS = WORKERS_QUEUE + TOO_MANY };

/* How many of FDS have their answer already. */
static int answered(const int *fds)
{
    int count = 0;

    for (int i = 0; i < LOGINS; i++)
        count += tcp_waits(fds[i]);
    return count;
}

/* Those for whom there is no room are told at once, and when to return. */
START_TEST(too_many_logins)
{
    int fds[LOGINS];
    int busy = 0;

    close_gate();
    for (int i = 0; i < LOGINS; i++)
        fds[i] = begin_login(i);
    while (answered(fds) < TOO_MANY)
        sched_yield();
    ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(answered(fds), TOO_MANY);

    open_gate();
    for (int i = 0; i < LOGINS; i++) {
        if (raw_http_finish(fds[i]) == 401)
            continue;
        ck_assert_ptr_nonnull(strstr(raw_http.out, "HTTP/1.1 503 "));
        ck_assert_ptr_nonnull(strstr(raw_http.out, "\r\nRetry-After: 2\r\n"));
        ck_assert_ptr_nonnull(strstr(raw_http.out, "{\"error\":\"busy\"}"));
        busy++;
    }
    ck_assert_int_eq(busy, TOO_MANY);
}
END_TEST

static void *stop(void *context)
{
    daemon_stop(embedded.daemon);
    embedded.daemon = NULL;
    return context;
}

/* The end comes, and nobody is left without an answer. */
START_TEST(stopped_while_busy)
{
    int fds[WORKERS_QUEUE];
    pthread_t thread;

    close_gate();
    for (int i = 0; i < WORKERS_QUEUE; i++)
        fds[i] = begin_login(i);
    while (workers_have_room(embedded.workers))
        sched_yield();
    ck_assert_int_eq(pthread_create(&thread, NULL, stop, NULL), 0);
    open_gate();
    pthread_join(thread, NULL);
    for (int i = 0; i < WORKERS_QUEUE; i++) {
        int status = raw_http_finish(fds[i]);

        ck_assert_msg(status == 401 || status == 503, "came: %s", raw_http.out);
    }
}
END_TEST

/* Who keeps a connection learns from the last answer that it ends. */
START_TEST(stopped_while_kept)
{
    static const char login[] =
        "POST /login HTTP/1.1\r\nHost: lab\r\nContent-Length: 39\r\n\r\n"
        "{\"username\":\"nobody\",\"password\":\"none\"}";
    int fd = tcp_connect(embedded.port);
    pthread_t thread;

    close_gate();
    tcp_write(fd, login, strlen(login));
    ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(pthread_create(&thread, NULL, stop, NULL), 0);
    while (workers_have_room(embedded.workers))
        sched_yield();
    open_gate();
    pthread_join(thread, NULL);
    ck_assert_int_eq(raw_http_finish(fd), 503);
    ck_assert_ptr_nonnull(strstr(raw_http.out, "\r\nConnection: close\r\n"));
}
END_TEST

/* Our own slowness is not the client's: a hash may take longer than that. */
START_TEST(waiting_for_us)
{
    int login, slow;

    embedded_unserve();
    embedded_serve_with(200, 200, DAEMON_CONNECTIONS);
    close_gate();
    login = begin_login(0);
    ck_assert_int_eq(ask(), 200);

    /* Whoever came later, and is slow himself, has been shown the door. */
    slow = tcp_connect(embedded.port);
    tcp_write(slow, "POST", 4);
    ck_assert(tcp_ended(slow));
    ck_assert(!tcp_waits(login));
    open_gate();
    ck_assert_int_eq(raw_http_finish(login), 401);
    close(slow);
}
END_TEST

/* Who leaves while his password is hashed harms nobody. */
START_TEST(client_leaves)
{
    for (int i = 0; i < 4; i++)
        tcp_reset(raw_http_post(
            "/login", "{\"username\":\"alice\",\"password\":\"apple\"}"));
    ck_assert_int_eq(
        raw_http_finish(raw_http_post(
            "/login", "{\"username\":\"alice\",\"password\":\"apple\"}")),
        200);
    ck_assert_int_eq(ask(), 200);
}
END_TEST

START_TEST(address_of_the_connection)
{
    ck_assert_int_eq(
        raw_http_finish(raw_http_post(
            "/login", "{\"username\":\"bob\",\"password\":\"banana\","
                      "\"ip_addr\":\"6.6.6.6\"}")),
        200);
    ck_assert_int_eq(ask(), 200);
    ck_assert_ptr_nonnull(strstr(raw_http.out, "{\"ip_addr\":\"127.0.0.1\""));
}
END_TEST

START_TEST(retry_after)
{
    for (int i = 0; i < 30; i++)
        ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(ask(), 429);
    ck_assert_ptr_nonnull(strstr(raw_http.out, "\r\nRetry-After: 1\r\n"));
}
END_TEST

TEST_SUITE(daemon)
{
    Suite *suite = suite_create("daemon");
    TCase *tc = suite_add_case(suite, "daemon");

    tcase_add_checked_fixture(tc, setup, embedded_end);
    tcase_set_timeout(tc, 60);
    tcase_add_tests(tc, slow_logins_delay_nobody, too_many_logins,
                    stopped_while_busy, stopped_while_kept, waiting_for_us,
                    client_leaves, address_of_the_connection, retry_after);
    return suite;
}
