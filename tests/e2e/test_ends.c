/* SPDX-License-Identifier: MIT */
/*
 * How chats end, and how the next one begins (protocol.md section 5), with
 * every combination of backends. KIT_RUNS=1000: a thousand runs of the last
 * test.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tests/e2e/chat.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

#define TOKEN  "0123456789abcdef-token-of-bob"
#define SECRET "fedcba9876543210-secret-of-alice"

enum {
    PAIRS = 8, /* three programs, each with one of two backends */
    RUNS = 24,
    TEXTS = 50, /* of a run, at most */
    TEXT = 500, /* bytes of a text, at most */
};

static struct process *bob, *alice;

/* start_bob: starts bob's receiver on its backend of PAIR. */
static void start_bob(int pair)
{
    bob = fixture_receiver(&chat, fixture_builds[pair >> 1 & 1], "bob");
}

/* start_alice: the same for alice's sender. */
static void start_alice(int pair)
{
    alice =
        fixture_sender(&chat, fixture_builds[pair >> 2 & 1], "alice", "bob");
}

/* start_all: starts the server, bob and alice. */
static void start_all(int pair)
{
    fixture_serve(&chat, fixture_builds[pair & 1]);
    start_bob(pair);
    start_alice(pair);
}

static void stop_bob(int signal)
{
    process_kill(bob, signal);
    process_end(bob);
}

static void type(const char *text)
{
    process_write(alice, text, strlen(text));
}

/* Alice types a text, and bob sees it. */
static void deliver(void)
{
    type("hello\n");
    fixture_expect(bob, "alice: hello");
}

/* Waits for a line of P's standard error that contains PART. */
static void wait_for_error(struct process *p, const char *part)
{
    ck_assert_msg(process_find(p, &p->err, part) != NULL, "%s never prints: %s",
                  p->name, part);
}

/* --- The receiver ends ---------------------------------------------------- */

static const int signals[] = {SIGTERM, SIGKILL};

/*
 * Bob's receiver restarts while alice types. Her next text begins a chat with
 * seq 1: after any other number bob would print that texts did not arrive. His
 * new receiver can only open a new ticket, and that has a new secret.
 */
START_TEST(restarted)
{
    start_all(_i % PAIRS);
    deliver();
    deliver();
    stop_bob(signals[_i / PAIRS]);
    start_bob(_i % PAIRS);
    deliver();
    process_succeeds(alice);
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_ptr_null(strstr(bob->err.bytes, "did not arrive"));
    ck_assert_ptr_null(strstr(bob->err.bytes, "refused"));
    process_end(bob);
}
END_TEST

START_TEST(not_running)
{
    start_all(_i);
    deliver();
    stop_bob(SIGTERM);
    type("lost\n");
    wait_for_error(alice, "this text was not sent");
    start_bob(_i);
    deliver();
    process_exits(alice, EX_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(alice->err.bytes, "is it still running"));
    process_end(alice);
    process_end(bob);
}
END_TEST

/* A new password ends the sessions of alice, so she gets no second ticket. */
START_TEST(session_ended)
{
    char *password = fixture_file(&chat, "new-password", "another\n");

    start_all(_i);
    deliver();
    process_succeeds(fixture_command(&chat, fixture_builds[0], "passwd",
                                     "--password-file", password, "--scrypt-ln",
                                     "10", "alice", NULL));
    deliver(); /* this chat goes on */
    stop_bob(SIGTERM);
    start_bob(_i);
    type("lost\n");
    process_fails(alice, EX_NOPERM, "log in again");
    process_end(bob);
}
END_TEST

/* --- The receiver refuses a text ------------------------------------------ */

/*
 * Bob has logged in again with the port of his receiver. Tickets are sealed for
 * the new session, and his receiver, which still has the old one, refuses them.
 * Alice sees an error within a second, before she types anything else.
 */
START_TEST(refused)
{
    const double second = stopwatch_patience() / (double)STOPWATCH_SECONDS;
    double began;

    fixture_serve(&chat, fixture_builds[_i & 1]);
    start_bob(_i);
    chat_log_in_again(bob, "bob");
    start_alice(_i);
    for (int text = 0; text < 2; text++) {
        began = stopwatch_now();
        type("hello\n");
        wait_for_error(alice,
                       "(number 1 of this chat) may not have been shown");
        if (text > 0) /* the time of the first text includes the login */
            ck_assert_double_le(stopwatch_now() - began, second);
    }
    process_exits(alice, EX_IOERR);
    process_end(alice);
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_uint_eq(bob->out.len, 0);
    ck_assert_ptr_nonnull(strstr(bob->err.bytes, "refused: ticket"));
    process_end(bob);
}
END_TEST

static struct http_server server;

/*
 * From now on the server gives bob our token, and alice a ticket for him with
 * another secret than that of her chat: he opens it, but not her texts.
 */
static void serve_wrong_secrets(int pair)
{
    static char body[KIT_SEALED_SIZE + 256];
    char json[FORGERY_JSON], ticket[KIT_SEALED_SIZE];

    http_server_open(&server, 200, "{\"token\":\"" TOKEN "\"}");
    chat.url = server.url;
    start_bob(pair);
    forgery_json(json, "alice", SECRET, 0);
    forgery_ticket_for(ticket, TOKEN, "bob", json);
    snprintf(body, sizeof body,
             "{\"token\":\"" TOKEN "\",\"ip_addr\":\"127.0.0.1\",\"port\":%d,"
             "\"secret\":\"" SECRET "2\",\"senderinfo\":\"%s\"}",
             ntohs(tcp_address(bob->where).sin_port), ticket);
    server.body = body;
}

/* The input of run NUMBER: no two of 500 runs in a row send the same bytes. */
static void write_texts(int number)
{
    char text[TEXT + 1];

    for (int i = number % TEXTS; i >= 0; i--) {
        size_t len = (size_t)(number * 7 + i) % TEXT;

        memset(text, 'x', len);
        text[len] = '\n';
        process_write(alice, text, len + 1);
    }
}

/*
 * A sender never exits with 0 if its texts are refused, whether it is writing,
 * half-closing or waiting for bob to close.
 */
START_TEST(refused_often)
{
    const char *wanted = getenv("KIT_RUNS");
    int runs = wanted != NULL ? atoi(wanted) : RUNS;

    serve_wrong_secrets(_i);
    for (int i = 0; i < runs; i++) {
        start_alice(i % PAIRS);
        write_texts(i);
        process_fails(alice, EX_IOERR, "may not have been shown");
    }
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_uint_eq(bob->out.len, 0);
    process_end(bob);
    http_server_close(&server);
}
END_TEST

TEST_SUITE(ends, 60, chat_begin, chat_end)
{
    tcase_add_loop_test(tcase, restarted, 0, PAIRS * (int)COUNT(signals));
    tcase_add_loop_test(tcase, not_running, 0, PAIRS);
    tcase_add_loop_test(tcase, session_ended, 0, PAIRS);
    tcase_add_loop_test(tcase, refused, 0, PAIRS);
    tcase_add_loop_test(tcase, refused_often, 0, 4);
}
