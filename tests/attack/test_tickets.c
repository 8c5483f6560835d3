/* SPDX-License-Identifier: MIT */
/* A receiver whose clock is set a day on, and back again. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/libc_faults/injector.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum { DAY = 86400 };

#define TOKEN  "0123456789abcdef0123456789abcdef"
#define SECRET "fedcba9876543210fedcba9876543210"

static struct fixture fixture;
static struct injector injector;
static struct process_way way;
static struct http_server oracle;
static struct process *bob;
static struct forgery line;

static void setup(void)
{
    fixture_open(&fixture);
}

static void teardown(void)
{
    fixture_close(&fixture);
    injector_close(&injector);
}

/* The clock of the receiver, SECONDS before the true one. */
static void set_clock(long seconds)
{
    atomic_store(&injector.fault->seconds, seconds);
}

static void start_bob(void)
{
    char program[PATH_SIZE];

    http_server_open(&oracle, 200, "{\"token\":\"" TOKEN "\"}");
    snprintf(program, sizeof program, "%s/solution/receiver",
             fixture_builds[0]);
    char *argv[] = {program,
                    "--server",
                    oracle.url,
                    "--user",
                    "bob",
                    "--password-file",
                    fixture_path(&fixture, fixture.dir, "bob"),
                    "--port",
                    "0",
                    NULL};

    bob = process_start_in(argv, &way);
    process_ready(bob, &bob->err);
}

/* Message SEQ of alice under a ticket that ends at EXP. */
static void write_line(const char *secret, long seq, const char *text,
                       long long exp)
{
    char json[256];

    forgery_good(&line, TOKEN, "alice", secret, seq, text);
    snprintf(json, sizeof json,
             "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"%s\",\"exp\":%lld}",
             secret, exp);
    forgery_ticket(&line, TOKEN, json);
    forgery_line(&line);
}

/* Sends the line and waits until it has been shown, or refused. */
static void send_line(void)
{
    int fd = tcp_connect_to(bob->where);

    tcp_send(fd, line.line, strlen(line.line));
    shutdown(fd, SHUT_WR);
    ck_assert_uint_eq(tcp_drain(fd), 0);
}

/* Whether TEXT, from alice, is what is shown next. */
static bool is_shown(const char *text)
{
    const char *next = process_line(bob, &bob->out);

    return next != NULL && strncmp(next, "alice: ", 7) == 0 &&
           strcmp(next + 7, text) == 0;
}

START_TEST(ended_and_replayed)
{
    long long now = (long long)time(NULL);

    row_begin("13 the clock set a day on and back: the receiver");
    if (!injector_open(&injector, &fixture, &way))
        return;
    start_bob();
    write_line(SECRET, 1, "one", now + 600);
    send_line();
    figure_is("a good line is shown (1: yes)", is_shown("one"), 1);

    set_clock(DAY);
    write_line(SECRET, 2, "ended", now + 600);
    send_line();
    set_clock(0);
    send_line(); /* it has ended in this process */
    write_line("another-secret-of-alice", 1, "two", now + 2 * DAY);
    send_line();
    figure_is("then the next good one and no ended one", is_shown("two"), 1);

    /* What has been shown is not shown again, on any clock. */
    for (long jump = -DAY; jump <= DAY; jump += DAY) {
        set_clock(jump);
        write_line("another-secret-of-alice", 1, "again", now + 2 * DAY);
        send_line();
    }
    write_line("another-secret-of-alice", 2, "three", now + 2 * DAY);
    send_line();
    figure_is("then the next good one and no replay", is_shown("three"), 1);
    figure_is("exit code", process_kill(bob, SIGTERM), 0);
    figure_is("bytes shown beside", (long)(bob->out.len - bob->out.taken), 0);
    process_end(bob);
    http_server_close(&oracle);
    row_end();
}
END_TEST

TEST_SUITE(tickets)
{
    Suite *suite = suite_create("tickets");
    TCase *tc = suite_add_case(suite, "tickets");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, ended_and_replayed);
    return suite;
}
