/* SPDX-License-Identifier: MIT */
/*
 * The whole server on the loopback: slow logins next to quick requests, and
 * stopping it.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/support/captured_output.h"
#include "tests/support/http_client.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/embedded_server.h"
#include "tests/unit/gate.h"

static char token[KIT_TOKEN_MAX + 1];
static const char request[] = LINE LENGTH "\r\n" BODY;

static void setup(void)
{
    embedded_begin();
    embedded.now = kit_now();
    embedded_token(token, "bob", 0);
    embedded_token(token, "alice", 0);
    embedded_serve();
}

/* Sends a login of an unknown user, a different one for each NUMBER. */
static int begin_login(int number)
{
    char body[128];

    snprintf(body, sizeof body,
             "{\"username\":\"nobody%d\",\"password\":\"x\"}", number);
    return embedded_post("/login", body);
}

static int ask(void)
{
    char body[512];

    http_ask_json(body, sizeof body, "alice", token, "bob");
    return embedded_finish(embedded_post("/userinfo", body));
}

START_TEST(logins_delay_no_other_request)
{
    int fds[4];

    gate_close(embedded.hashers, WORKERS_THREADS);
    for (int i = 0; i < 4; i++)
        fds[i] = begin_login(i);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(ask(), 200);
    for (int i = 0; i < 4; i++)
        ck_assert(!tcp_waits(fds[i]));
    gate_open();
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(embedded_finish(fds[i]), 401);
}
END_TEST

/* --- Waiting for the disk ------------------------------------------------- */

/* A login is answered after its session is on disk. */
START_TEST(disk_delays_no_other_request)
{
    int login;

    gate_close(embedded.syncer, 1);
    login = embedded_post("/login", BODY);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(ask(), 200);
    ck_assert(!tcp_waits(login));
    gate_open();
    ck_assert_int_eq(embedded_finish(login), 200);
    ck_assert(embedded_has("{\"token\":\""));
}
END_TEST

/* Without a worker, the thread that serves connections waits for the disk. */
START_TEST(too_many_wait_for_the_disk)
{
    gate_close(embedded.syncer, 1);
    while (workers_have_room(embedded.syncer))
        ck_assert_int_eq(gate_submit(embedded.syncer), 0);
    ck_assert_int_eq(embedded_finish(embedded_post("/login", BODY)), 200);
    gate_open();
}
END_TEST

/* No token is sent for a session that may get lost. A pipe has no disk. */
START_TEST(disk_fails)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    embedded.store->wal.fd = ends[0];
    ck_assert_int_eq(embedded_finish(embedded_post("/login", BODY)), 500);
    ck_assert(embedded_has("{\"error\":\"internal\"}"));
    ck_assert_ptr_nonnull(strstr(captured(), "to its disk"));
    close(ends[1]);
}
END_TEST

/* --- Many logins, and the end --------------------------------------------- */

enum { TOO_MANY = 8, LOGINS = WORKERS_QUEUE + TOO_MANY };

/* How many of FDS have an answer. */
static int answered(const int *fds)
{
    int count = 0;

    for (int i = 0; i < LOGINS; i++)
        count += tcp_waits(fds[i]);
    return count;
}

/* Logins for which the queue has no room are rejected immediately. */
START_TEST(too_many_logins)
{
    int fds[LOGINS];
    int busy = 0;

    gate_close(embedded.hashers, WORKERS_THREADS);
    for (int i = 0; i < LOGINS; i++)
        fds[i] = begin_login(i);
    while (answered(fds) < TOO_MANY)
        sched_yield();
    ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(answered(fds), TOO_MANY);

    gate_open();
    for (int i = 0; i < LOGINS; i++) {
        if (embedded_finish(fds[i]) == 401)
            continue;
        ck_assert(embedded_has("HTTP/1.1 503 "));
        ck_assert(embedded_has("\r\nRetry-After: 2\r\n"));
        ck_assert(embedded_has("{\"error\":\"busy\"}"));
        busy++;
    }
    ck_assert_int_eq(busy, TOO_MANY);
}
END_TEST

static void *stop_daemon(void *context)
{
    daemon_stop(embedded.daemon);
    embedded.daemon = NULL;
    return context;
}

/* Every request has an answer before the server ends. */
START_TEST(stopped_while_busy)
{
    int fds[WORKERS_QUEUE];

    gate_close(embedded.hashers, WORKERS_THREADS);
    for (int i = 0; i < WORKERS_QUEUE; i++)
        fds[i] = begin_login(i);
    while (workers_have_room(embedded.hashers))
        sched_yield();
    gate_open_during(stop_daemon, embedded.hashers);
    for (int i = 0; i < WORKERS_QUEUE; i++) {
        int status = embedded_finish(fds[i]);

        ck_assert_msg(status == 401 || status == 503,
                      "status 401 or 503 expected, came: %s", embedded.out);
    }
}
END_TEST

/* Even if the disk is slow, the token of a session is sent. */
START_TEST(stopped_while_syncing)
{
    int login;

    gate_close(embedded.syncer, 1);
    for (int i = 1; i < WORKERS_QUEUE; i++)
        ck_assert_int_eq(gate_submit(embedded.syncer), 0);
    login = embedded_post("/login", BODY);
    while (workers_have_room(embedded.syncer))
        sched_yield();
    gate_open_during(stop_daemon, embedded.hashers);
    ck_assert_int_eq(embedded_finish(login), 200);
    ck_assert(embedded_has("{\"token\":\""));
}
END_TEST

/* The last answer on a persistent connection has "Connection: close". */
START_TEST(stopped_while_persistent)
{
    int fd = tcp_connect(embedded.port);

    gate_close(embedded.hashers, WORKERS_THREADS);
    tcp_write(fd, request, sizeof request - 1);
    ck_assert_int_eq(ask(), 200);
    gate_open_during(stop_daemon, embedded.hashers);
    ck_assert_int_eq(embedded_finish(fd), 503);
    ck_assert(embedded_has("\r\nConnection: close\r\n"));
}
END_TEST

/* The timeout does not include the time of the hash. */
START_TEST(hash_longer_than_timeout)
{
    int login, slow;

    embedded_unserve();
    embedded_serve_with(200, 200, DAEMON_CONNECTIONS);
    gate_close(embedded.hashers, WORKERS_THREADS);
    login = begin_login(0);
    ck_assert_int_eq(ask(), 200);

    /* A slow client that came later is disconnected. So the login, too, has
       been open for longer than the timeout. */
    slow = tcp_connect(embedded.port);
    tcp_write(slow, "POST", 4);
    ck_assert(tcp_ended(slow));
    ck_assert(!tcp_waits(login));
    gate_open();
    ck_assert_int_eq(embedded_finish(login), 401);
    close(slow);
}
END_TEST

/* Clients that disconnect during their hash do not affect others. */
START_TEST(client_disconnects)
{
    for (int i = 0; i < 4; i++)
        tcp_reset(embedded_post("/login", BODY));
    ck_assert_int_eq(embedded_finish(embedded_post("/login", BODY)), 200);
    ck_assert_int_eq(ask(), 200);
}
END_TEST

START_TEST(address_of_the_connection)
{
    static const char body[] = "{\"username\":\"bob\",\"password\":\"banana\","
                               "\"ip_addr\":\"6.6.6.6\"}";

    ck_assert_int_eq(embedded_finish(embedded_post("/login", body)), 200);
    ck_assert_int_eq(ask(), 200);
    ck_assert(embedded_has("{\"ip_addr\":\"127.0.0.1\""));
}
END_TEST

START_TEST(retry_after)
{
    for (int i = 0; i < 30; i++)
        ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(ask(), 429);
    ck_assert(embedded_has("\r\nRetry-After: 1\r\n"));
}
END_TEST

/*
 * After a fault the request is rejected or its connection ends, and the next
 * one is answered. It may also succeed: without memory for its deadline, a
 * connection is served without one.
 */
static int ask_twice(void)
{
    int status = ask();

    ck_assert_msg(status == 200 || status == 500 || status == 0,
                  "status 200, 500 or nothing expected, came: %s",
                  embedded.out);
    if (status != 200)
        ck_assert_int_eq(ask(), 200);
    return status == 200 ? 0 : -1;
}

START_TEST(answer_fails)
{
    ck_assert_int_ge(fault_each("MHD_* calloc", ask_twice, false), 5);
    ck_assert_int_eq(ask(), 200);
}
END_TEST

TEST_SUITE(daemon, 60, setup, embedded_end)
{
    tcase_add_tests(tcase, disk_delays_no_other_request,
                    too_many_wait_for_the_disk, disk_fails,
                    logins_delay_no_other_request, too_many_logins,
                    stopped_while_busy, stopped_while_syncing,
                    stopped_while_persistent, hash_longer_than_timeout,
                    client_disconnects, address_of_the_connection, retry_after);
    if (faults_possible("daemon"))
        tcase_add_test(tcase, answer_fails);
}
