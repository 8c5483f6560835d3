/* SPDX-License-Identifier: MIT */
/*
 * What an evil server and evil peers make the sender and the receiver print:
 * nothing that a terminal obeys, and nothing that is secret.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/attack/harmless.h"
#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"
#include "tests/support/tcp.h"

#define TOKEN  "0123456789abcdef-token-of-everybody"
#define SECRET "fedcba9876543210-secret-of-this-chat"

static struct fixture fixture;
static struct http_server oracle;

/* What all runs of a row came to. */
static struct {
    long runs, lines, harmful, secret, done;
} sum;

static void setup(void)
{
    fixture_open(&fixture);
    /* In its place a password that must not be seen. */
    fixture_file(&fixture, "alice", target_password("alice"));
    fixture_file(&fixture, "bob", target_password("bob"));
    http_server_open(&oracle, 200, "{}");
    fixture.url = oracle.url;
    memset(&sum, 0, sizeof sum);
}

static void teardown(void)
{
    http_server_close(&oracle);
    fixture_close(&fixture);
}

/* As they stand in JSON; the last ones are none. */
static const char *const evil[] = {"\\u001b[2J",
                                   "\\u001b]0;title\\u0007",
                                   "\\u009b2J",
                                   "\\u0007",
                                   "\\b\\b\\b",
                                   "\\r",
                                   "\\nalice: forged",
                                   "\\u007f",
                                   "\\u202e",
                                   "\\u200b",
                                   "\\u2028",
                                   "\\ufeff",
                                   "\\udb40\\udc41",
                                   "\\\\x1b[2J",
                                   "%s%n",
                                   "\x1b[2J",
                                   "\2332J",
                                   "\xff"};

enum { EVIL = sizeof evil / sizeof evil[0] };

static long has(const struct stream *stream, const char *word)
{
    return strstr(stream->bytes, word) != NULL;
}

/* Adds up what P, which has ended, has said. */
static void add_up(struct process *p)
{
    const struct stream *streams[] = {&p->out, &p->err};

    sum.runs++;
    for (int i = 0; i < 2; i++) {
        const struct stream *stream = streams[i];
        long lines;

        sum.harmful += harmful_lines(stream->bytes, stream->len, &lines);
        sum.lines += lines;
        sum.secret +=
            has(stream, TARGET_MARK) + has(stream, TOKEN) + has(stream, SECRET);
    }
}

static void show(void)
{
    figure_note("runs", (double)sum.runs, "");
    figure_note("lines that they printed", (double)sum.lines, "");
    figure_is("lines that a terminal would obey", sum.harmful, 0);
    figure_is("lines with a password, token or secret", sum.secret, 0);
}

/* The members of messages 2 and 4, and what an answer of both has in them. */
static const char *const members[] = {"token",      "ip_addr",  "secret",
                                      "senderinfo", "receiver", "error"};

enum { MEMBERS = sizeof members / sizeof members[0] };

/* Writes the answer, good but for TEXT in member BAD; somebody is there. */
static void write_answer(char *out, size_t out_size, int bad, const char *text)
{
    struct forgery f;
    const char *const good[MEMBERS] = {TOKEN,        "127.0.0.1", SECRET,
                                       f.senderinfo, "bob",       "busy"};
    size_t len = 0;

    forgery_good(&f, TOKEN, "alice", SECRET, 1, "hello");
    for (int i = 0; i < MEMBERS; i++)
        len += (size_t)snprintf(out + len, out_size - len, "%s\"%s\":\"%s%s\"",
                                i == 0 ? "{" : ",", members[i], good[i],
                                i == bad ? text : "");
    snprintf(out + len, out_size - len, ",\"port\":%s}",
             strrchr(fixture.url, ':') + 1);
}

/* One run of each program, to its end, with that answer to everything. */
static void run_both(int number)
{
    struct process *p =
        fixture_sender(&fixture, fixture_builds[number % 2], "alice", "bob");
    char program[PATH_SIZE], password[PATH_SIZE];
    char *argv[] = {program,  "--server", (char *)fixture.url,
                    "--user", "bob",      "--password-file",
                    password, "--port",   "0",
                    NULL};

    process_write(p, "hello\n", 6);
    sum.done += process_wait(p) == 0;
    add_up(p);
    process_end(p);

    snprintf(program, sizeof program, "%s/solution/receiver",
             fixture_builds[number % 2]);
    snprintf(password, sizeof password, "%s/bob", fixture.dir);
    p = process_start(argv);
    /* Where the answer was good enough it listens now. */
    if (process_line(p, &p->err) != NULL)
        process_kill(p, 15);
    else
        process_wait(p);
    add_up(p);
    process_end(p);
}

START_TEST(evil_server)
{
    static const int statuses[] = {200, 401, 404, 500, 302};
    static char body[8192];

    row_begin("17 the screens of those who ask an evil server");
    write_answer(body, sizeof body, MEMBERS, "");
    oracle.status = 200;
    oracle.body = body;
    run_both(0);
    figure_is("senders that a good answer lets go on", sum.done, 1);
    for (int i = 0; i < EVIL; i++) {
        int status = statuses[i % 5];

        for (int m = 0; m < MEMBERS; m++) {
            write_answer(body, sizeof body, m, evil[i]);
            oracle.body = body;
            oracle.status = m == MEMBERS - 1 && status == 200 ? 503 : 200;
            run_both(i + m);
        }
        oracle.status = status;
        oracle.body = evil[i];
        run_both(i);
    }
    show();
    figure_note("of these, senders that went on", (double)sum.done, "");
    row_end();
}
END_TEST

/* --- Evil peers ----------------------------------------------------------- */

/* The same in the bytes that a text has once it is opened. */
static const char *const texts[] = {"\x1b[2J",
                                    "\x1b]0;title\x07",
                                    "\xc2\2332J",
                                    "\2332J",
                                    "a\nbob: forged",
                                    "a\rcarol: forged",
                                    "\b\b\b\b\b\b\bcarol: forged",
                                    "\x7f",
                                    "\xe2\x80\256evil",
                                    "\xe2\x80\x8b",
                                    "\xe2\x80\250carol: forged",
                                    "\xef\xbb\xbf",
                                    "\xf3\xa0\x81\x81",
                                    "\xff\xfe",
                                    "\xed\xa0\x80",
                                    "%s%n",
                                    "\\n"};

enum { TEXTS = sizeof texts / sizeof texts[0] };

/* Each as a good message: shown as one line. */
static void say_all(struct process *bob, const char *where)
{
    struct forgery f;
    int fd = tcp_connect_to(where);

    for (int i = 0; i < TEXTS; i++) {
        forgery_good(&f, TOKEN, "alice", SECRET, i + 1, texts[i]);
        tcp_send(fd, f.line, strlen(f.line));
    }
    for (int i = 0; i < TEXTS; i++) {
        const char *line = process_line(bob, &bob->out);

        ck_assert_ptr_nonnull(line);
        sum.done += strncmp(line, "alice: ", 7) == 0;
    }
    close(fd);
}

/* Lines of message 5 that have evil where it is not sealed, or in a ticket. */
static void spoil_all(const char *where)
{
    static const char *const lines[] = {
        "%s\n",
        "{\"%s\":1}\n",
        "{\"senderinfo\":\"%s\",\"seq\":1,\"message\":\"\"}\n",
        "{\"senderinfo\":\"\",\"seq\":\"%s\",\"message\":\"\"}\n",
        "{\"senderinfo\":\"\",\"seq\":1,\"message\":\"%s\"}\n",
    };
    static const char *const tickets[] = {
        "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\",\"secret\":\"" SECRET
        "\"}",
        "{\"username\":\"alice\",\"ip_addr\":\"%s\",\"secret\":\"" SECRET
        "x\",\"exp\":1}",
        "{\"username\":\"alice\",\"ip_addr\":\"::1\",\"secret\":\"%s\"}",
        "%s",
    };
    char text[1024];
    struct forgery f;

    for (int i = 0; i < EVIL; i++) {
        for (size_t j = 0; j < sizeof lines / sizeof lines[0]; j++) {
            int fd = tcp_connect_to(where);

            snprintf(text, sizeof text, lines[j], evil[i]);
            tcp_send(fd, text, strlen(text));
            ck_assert_uint_eq(tcp_drain(fd), 0);
        }
        for (size_t j = 0; j < sizeof tickets / sizeof tickets[0]; j++) {
            int fd = tcp_connect_to(where);

            forgery_good(&f, TOKEN, "alice", SECRET, 1000 + i, "never");
            snprintf(text, sizeof text, tickets[j], evil[i]);
            forgery_ticket(&f, TOKEN, text);
            forgery_line(&f);
            tcp_send(fd, f.line, strlen(f.line));
            ck_assert_uint_eq(tcp_drain(fd), 0);
        }
    }
}

START_TEST(evil_peers)
{
    struct process *bob;
    long shown;

    row_begin("17 the screen of a receiver with evil peers");
    oracle.body = "{\"token\":\"" TOKEN "\"}";
    bob = fixture_receiver(&fixture, fixture_builds[_i], "bob");
    say_all(bob, bob->where);
    spoil_all(bob->where);
    process_kill(bob, 15);
    add_up(bob);
    show();
    figure_is("texts that were shown as alice's", sum.done, TEXTS);
    harmful_lines(bob->out.bytes, bob->out.len, &shown);
    figure_is("lines on standard output", shown, TEXTS);
    process_end(bob);
    row_end();
}
END_TEST

TEST_SUITE(screens)
{
    Suite *suite = suite_create("screens");
    TCase *tc = suite_add_case(suite, "screens");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, evil_server);
    tcase_add_loop_test(tc, evil_peers, 0, 2);
    return suite;
}
