/* SPDX-License-Identifier: MIT */
/* The whole server on the loopback: slow work beside quick, and the end. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/accounts.h"
#include "server/workers.h"
#include "tests/unit/capture.h"
#include "tests/unit/lab.h"
#include "tests/unit/tcp.h"

enum {
    SLOW_LN = 15, /* a password hash that takes a good part of a second */
    LOGINS = WORKERS_THREADS + WORKERS_QUEUE,
};

static struct lab lab;
static char token[KIT_STR16_MAX + 1], out[65536];

static void setup(void)
{
    capture(STDERR_FILENO);
    lab_open(&lab);
    lab.now = kit_now();
    lab_token(token, &lab, "alice", 0);
    lab_token(out, &lab, "bob", 0);
    lab_serve(&lab, DAEMON_PATIENCE, DAEMON_IDLE, DAEMON_CONNECTIONS);
}

static void teardown(void)
{
    lab_close(&lab);
}

/* Sends BODY in a POST to PATH on a new connection, which ends with it. */
static int begin(const char *path, const char *body)
{
    char text[1024];
    int fd = tcp_connect(lab.port);
    int len = snprintf(text, sizeof text,
                       "POST %s HTTP/1.1\r\nContent-Length: %zu\r\n"
                       "Connection: close\r\n\r\n%s",
                       path, strlen(body), body);

    tcp_write(fd, text, (size_t)len);
    return fd;
}

/* Reads the answer on FD to OUT; returns its status, or 0. */
static int end(int fd)
{
    int number = 0;

    tcp_read(fd, out, sizeof out);
    close(fd);
    sscanf(out, "HTTP/1.1 %d ", &number);
    return number;
}

/* A login that nobody has, under a name of its own; it costs a slow hash. */
static int begin_slow_login(int number)
{
    char body[128];

    snprintf(body, sizeof body,
             "{\"username\":\"nobody%d\",\"password\":\"x\"}", number);
    return begin("/login", body);
}

static int ask(void)
{
    char body[512];

    snprintf(body, sizeof body,
             "{\"username\":\"alice\",\"token\":\"%s\",\"receiver\":\"bob\"}",
             token);
    return end(begin("/userinfo", body));
}

/* From here on an unknown user costs 32 MiB and a good part of a second. */
static void make_logins_slow(void)
{
    char phc[PHC_SIZE];

    ck_assert_int_eq(phc_dummy(phc, "", SLOW_LN), 0);
    ck_assert_int_eq(accounts_add(lab.store, "slow", phc), 0);
}

START_TEST(slow_logins_delay_nobody)
{
    int fds[4];
    int64_t began, worst = 0;

    make_logins_slow();
    for (int i = 0; i < 4; i++)
        fds[i] = begin_slow_login(i);
    for (int i = 0; i < 20; i++) {
        began = kit_ticks();
        ck_assert_int_eq(ask(), 200);
        if (kit_ticks() - began > worst)
            worst = kit_ticks() - began;
    }
    /* All of that while not even the first login has its answer. */
    ck_assert(!tcp_waits(fds[3]));
    ck_assert_int_lt(worst, 150);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(end(fds[i]), 401);
}
END_TEST

START_TEST(too_many_logins)
{
    static int fds[LOGINS + 10];
    int busy = 0;

    make_logins_slow();
    for (int i = 0; i < LOGINS + 10; i++)
        fds[i] = begin_slow_login(i);

    /* Those for whom there is no room are told at once, and when to return. */
    for (int i = LOGINS + 9; i >= 0 && busy < 8; i--) {
        if (!tcp_waits_within(fds[i], 50))
            continue;
        ck_assert_int_eq(end(fds[i]), 503);
        ck_assert_ptr_nonnull(strstr(out, "\r\nRetry-After: 2\r\n"));
        ck_assert_ptr_nonnull(strstr(out, "{\"error\":\"busy\"}"));
        busy++;
    }
    ck_assert_int_ge(busy, 8);
    ck_assert_int_eq(ask(), 200);
}
END_TEST

/* The end comes soon, and nobody is left without an answer. */
START_TEST(stopped_while_busy)
{
    int fds[10];
    int64_t began;
    int status, done = 0;

    make_logins_slow();
    for (int i = 0; i < 10; i++)
        fds[i] = begin_slow_login(i);
    ck_assert_int_eq(ask(), 200);
    began = kit_ticks();
    daemon_stop(lab.daemon);
    lab.daemon = NULL;
    ck_assert_int_lt(kit_ticks() - began, 2000);
    for (int i = 0; i < 10; i++) {
        status = end(fds[i]);
        ck_assert(status == 401 || status == 503);
        done += status == 401;
    }
    ck_assert_int_ge(done, 1);
}
END_TEST

/* Our own slowness is not the client's: a hash may take longer than that. */
START_TEST(waiting_for_us)
{
    enum { SHORT = 200, WAITING = 5 };
    int fds[WAITING];

    daemon_stop(lab.daemon);
    lab_serve(&lab, SHORT, SHORT, DAEMON_CONNECTIONS);
    make_logins_slow();
    for (int i = 0; i < WAITING; i++)
        fds[i] = begin_slow_login(i);
    ck_assert(!tcp_waits_within(fds[WAITING - 1], SHORT));
    for (int i = 0; i < WAITING; i++)
        ck_assert_int_eq(end(fds[i]), 401);
}
END_TEST

/* Who leaves while his password is hashed harms nobody. */
START_TEST(client_leaves)
{
    for (int i = 0; i < 4; i++)
        tcp_reset(
            begin("/login", "{\"username\":\"alice\",\"password\":\"apple\"}"));
    ck_assert_int_eq(
        end(begin("/login", "{\"username\":\"alice\",\"password\":\"apple\"}")),
        200);
    ck_assert_int_eq(ask(), 200);
}
END_TEST

START_TEST(address_of_the_connection)
{
    ck_assert_int_eq(
        end(begin("/login", "{\"username\":\"bob\",\"password\":\"banana\","
                            "\"ip_addr\":\"6.6.6.6\"}")),
        200);
    ck_assert_int_eq(ask(), 200);
    ck_assert_ptr_nonnull(strstr(out, "{\"ip_addr\":\"127.0.0.1\""));
}
END_TEST

START_TEST(retry_after)
{
    for (int i = 0; i < 30; i++)
        ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(ask(), 429);
    ck_assert_ptr_nonnull(strstr(out, "\r\nRetry-After: 1\r\n"));
}
END_TEST

Suite *daemon_suite(void);

Suite *daemon_suite(void)
{
    Suite *suite = suite_create("daemon");
    TCase *tc = tcase_create("daemon");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, slow_logins_delay_nobody);
    tcase_add_test(tc, too_many_logins);
    tcase_add_test(tc, stopped_while_busy);
    tcase_add_test(tc, waiting_for_us);
    tcase_add_test(tc, client_leaves);
    tcase_add_test(tc, address_of_the_connection);
    tcase_add_test(tc, retry_after);
    suite_add_tcase(suite, tc);
    return suite;
}
