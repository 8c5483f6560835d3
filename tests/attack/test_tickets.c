/* SPDX-License-Identifier: MIT */
/* The receiver's clock is set a day forward, and back again. */
#include <signal.h>
#include <string.h>
#include <time.h>

#include "tests/attack/faulty.h"
#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum { DAY = 86400 };

#define TOKEN "0123456789abcdef0123456789abcdef"

static struct process *bob;

/* A message of alice's under a ticket that expires at EXP. */
struct message {
    const char *secret;
    long seq;
    const char *text;
    long long exp;
};

/* Sends M, and waits until it has been shown or refused. */
static void send_message(const struct message *m)
{
    struct forgery f;
    char json[FORGERY_JSON];

    forgery_good(&f, TOKEN, "alice", m->secret, m->seq, m->text);
    forgery_json(json, "alice", m->secret, m->exp);
    forgery_ticket(&f, TOKEN, json);
    forgery_line(&f);
    ck_assert_uint_eq(tcp_deliver(bob->where, f.line, strlen(f.line)), 0);
}

/* Whether the next line shown is TEXT from alice. */
static bool is_shown(const char *text)
{
    const char *next = process_line(bob, &bob->out);

    return next != NULL && strncmp(next, "alice: ", 7) == 0 &&
           strcmp(next + 7, text) == 0;
}

START_TEST(expired_and_replayed)
{
    const long long now = (long long)time(NULL), soon = now + 600;
    const char *first = "first-secret-of-alice", *second = "second-secret-of-a";
    const struct message expired = {first, 2, "expired", soon};
    struct http_server server;

    row_begin("13 the clock set a day forward and back: receiver");
    if (!faulty_begin())
        return;
    http_server_open(&server, 200, "{\"token\":\"" TOKEN "\"}");
    target.fixture.url = server.url;
    target.fixture.way = &way;
    bob = fixture_receiver(&target.fixture, fixture_builds[0], "bob");
    send_message(&(struct message){first, 1, "one", soon});
    figure_is("a good line is shown (1: yes)", is_shown("one"), 1);

    faulty_clock(DAY);
    send_message(&expired);
    faulty_clock(0);
    send_message(&expired); /* this process has seen it expire */
    send_message(&(struct message){second, 1, "two", now + 2 * DAY});
    figure_is("then the next good one and no expired one", is_shown("two"), 1);

    /* A line that was shown is never shown again, at any time. */
    for (long jump = -DAY; jump <= DAY; jump += DAY) {
        faulty_clock(jump);
        send_message(&(struct message){second, 1, "again", now + 2 * DAY});
    }
    send_message(&(struct message){second, 2, "three", now + 2 * DAY});
    figure_is("then the next good one and no replay", is_shown("three"), 1);
    figure_is("exit code", process_kill(bob, SIGTERM), 0);
    figure_is("other bytes shown", (long)(bob->out.len - bob->out.taken), 0);
    process_end(bob);
    http_server_close(&server);
    row_end();
}
END_TEST

TEST_SUITE(tickets, 60, setup_accounts, teardown_faulty)
{
    tcase_add_test(tcase, expired_and_replayed);
}
