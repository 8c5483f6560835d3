/* SPDX-License-Identifier: MIT */
/* Allocations of a sender, and of a receiver, fail in turn. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/attack/faulty.h"
#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    SENDERS = 40, /* many, because tickets are rate-limited for each user */
    MOST = 1000,  /* runs, and chats that a receiver remembers */
    LAST = 150,   /* each of the last 150 allocations fails, */
    EVERY = 20,   /* and every 20th before these, made by libraries */
};

#define TOKEN  "0123456789abcdef0123456789abcdef"
#define SECRET "fedcba9876543210fedcba9876543210"

static struct process *bob;
static const char *where; /* bob's address */

/* How the runs ended. */
static struct {
    long runs, done, gave_up, signals, silent, wrong;
    long first; /* allocation that ended badly */
} seen;

static void teardown(void)
{
    process_end(bob);
    teardown_faulty();
}

/* Counts how P ended, and frees it. Returns whether it exited with 0. */
static bool judge(struct process *p)
{
    int code = process_wait(p);

    seen.runs++;
    seen.done += code == 0;
    seen.gave_up += code > 0;
    seen.signals += code < 0;
    seen.silent += code > 0 && p->err.len == 0;
    if (seen.first == 0 && seen.signals + seen.silent > 0)
        seen.first = injector.armed;
    process_end(p);
    return code == 0;
}

static void report(void)
{
    figure_note("runs, an allocation of each failed", (double)seen.runs, "");
    figure_note("succeeded anyway", (double)seen.done, "");
    figure_note("ended with an exit code", (double)seen.gave_up, "");
    figure_is("... and printed no error", seen.silent, 0);
    figure_is("ended by a signal", seen.signals, 0);
    if (seen.first != 0)
        figure_note("the first of these is allocation", (double)seen.first, "");
    row_end();
}

/* The allocation that fails in the next run, after NTH of COUNT in this one. */
static long next_of(long nth, long count)
{
    return nth + EVERY < count - LAST ? nth + EVERY : nth + 1;
}

/* --- The sender ----------------------------------------------------------- */

static bool sent[MOST]; /* whether that run exited with 0 */

/* Run NUMBER sends its number as a text; its allocation NTH fails. */
static void send_once(long number, long nth)
{
    char text[32];
    struct process *p;

    snprintf(text, sizeof text, "%ld\n", number);
    injector_arm(&injector, nth, false);
    p = fixture_sender(&target.fixture, fixture_builds[0],
                       target.names[number % SENDERS], "bob");
    process_write(p, text, strlen(text));
    sent[number] = judge(p);
    injector_disarm(&injector);
}

/* Reads the texts up to number LAST. Every text that was sent must arrive. */
static void read_shown(long last)
{
    long before = -1, number;

    do {
        const char *line = process_line(bob, &bob->out);
        char name[32], wanted[64];

        if (line == NULL || sscanf(line, "%31[^:]: %ld", name, &number) != 2 ||
            number <= before || number > last) {
            seen.wrong++;
            return;
        }
        snprintf(wanted, sizeof wanted, "%s: %ld",
                 target.names[number % SENDERS], number);
        seen.wrong += strcmp(line, wanted) != 0;
        while (++before < number)
            seen.wrong += sent[before];
    } while (number < last);
}

START_TEST(sending)
{
    struct fixture *fixture = &target.fixture;
    long count, number = 0;

    row_begin("12 allocations of a sender fail in turn");
    if (!faulty_begin())
        return;
    target_serve(&target, NULL, NULL);
    for (int i = 0; i < SENDERS; i++)
        fixture_file(fixture, target.names[i],
                     target_password(target.names[i]));
    bob = fixture_receiver(fixture, fixture_builds[1], "bob");
    fixture->way = &way;
    send_once(number, INJECTOR_NEVER);
    count = injector.used;
    for (long nth = 1; nth <= count; nth = next_of(nth, count)) {
        ck_assert_int_lt(++number, MOST - 1);
        send_once(number, nth);
    }
    send_once(++number, 0);
    ck_assert(sent[number]);
    read_shown(number);
    figure_least("allocations of a run", (double)count, "", 100);
    figure_is("texts shown wrongly, or sent and not shown", seen.wrong, 0);
    report();
}
END_TEST

/* --- The receiver --------------------------------------------------------- */

static struct http_server server;

/* From now on, receivers use SERVER, and their allocations can fail. */
static bool begin(void)
{
    if (!faulty_begin())
        return false;
    http_server_open(&server, 200, "{\"token\":\"" TOKEN "\"}");
    target.fixture.url = server.url;
    target.fixture.way = &way;
    return true;
}

/* Starts bob's receiver, whose allocation NTH fails. */
static void begin_bob(long nth)
{
    injector_arm(&injector, nth, false);
    bob = fixture_client(&target.fixture, fixture_builds[0],
                         "solution/receiver", "bob", "--port", "0", NULL);
}

/* Whether bob listens; sets WHERE to his address. */
static bool listens(void)
{
    const char *line = process_find(bob, &bob->err, "listening on ");

    if (line == NULL)
        return false;
    snprintf(bob->where, sizeof bob->where, "%s", strrchr(line, ' ') + 1);
    where = bob->where;
    return true;
}

START_TEST(starting)
{
    long count;

    row_begin("12 allocations of a starting receiver fail in turn");
    if (!begin())
        return;
    begin_bob(INJECTOR_NEVER);
    ck_assert(listens());
    injector_disarm(&injector);
    count = injector.used;
    process_end(bob);
    for (long nth = 1; nth <= count; nth = next_of(nth, count)) {
        begin_bob(nth);
        if (listens())
            kill(bob->pid, SIGTERM);
        injector_disarm(&injector);
        judge(bob);
    }
    bob = NULL;
    http_server_close(&server);
    figure_least("allocations of a start", (double)count, "", 100);
    report();
}
END_TEST

/* Sends line SEQ of alice, and waits until bob closes the connection. */
static void send_line(long seq)
{
    static struct forgery f;
    char text[32];
    int fd = tcp_connect_to(where);

    snprintf(text, sizeof text, "%ld", seq);
    forgery_good(&f, TOKEN, "alice", SECRET, seq, text);
    tcp_send(fd, f.line, strlen(f.line));
    shutdown(fd, SHUT_WR);
    tcp_drain(fd);
}

/* The number in the next line of output; -1 if it is not from alice. */
static long shown(void)
{
    const char *line = process_line(bob, &bob->out);
    long number;

    return line != NULL && sscanf(line, "alice: %ld", &number) == 1 ? number
                                                                    : -1;
}

START_TEST(receiving)
{
    long seq = 0, nth = 1;
    bool fired;

    row_begin(
        "12 each allocation that a receiver makes for a line fails in turn");
    if (!begin())
        return;
    begin_bob(0);
    ck_assert(listens());
    do {
        long number;

        injector_arm(&injector, nth++, false);
        send_line(++seq);
        fired = injector_disarm(&injector) > 0;
        seen.runs++;
        send_line(++seq); /* without a fault */
        number = shown();
        seen.done += number == seq - 1;
        if (number == seq - 1)
            number = shown();
        seen.wrong += number != seq;
    } while (fired && seen.wrong == 0);
    figure_note("lines, an allocation of each failed", (double)seen.runs, "");
    figure_note("shown anyway", (double)seen.done, "");
    figure_is("shown wrongly, or the next one was not shown", seen.wrong, 0);
    kill(bob->pid, SIGTERM);
    figure_is("ends well (1: yes)", judge(bob), 1);
    bob = NULL;
    http_server_close(&server);
    row_end();
}
END_TEST

TEST_SUITE(clients, 240, setup_cheap, teardown)
{
    tcase_add_tests(tcase, sending, starting, receiving);
}
