/* SPDX-License-Identifier: MIT */
/*
 * A hostile server and hostile peers try to make the sender and the receiver
 * print escape sequences and secrets.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/harmless.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"
#include "tests/support/tcp.h"

#define TOKEN  "0123456789abcdef-token-of-all-users"
#define SECRET "fedcba9876543210-secret-of-this-chat"

/* For each attack, a part of a JSON string, and a text. Some texts also try to
   forge a line of carol or bob. */
static const struct {
    const char *json, *text;
} evil[] = {
    {"\\u001b[2J", "\x1b[2J"},
    {"\\u001b]0;title\\u0007", "\x1b]0;title\x07"},
    {"\\u009b2J", "\xc2\2332J"},
    {"\\u0007", "\x07"},
    {"\\b\\b\\b", "\b\b\b\b\b\b\bcarol: forged"},
    {"\\r", "a\rcarol: forged"},
    {"\\nalice: forged", "a\nbob: forged"},
    {"\\u007f", "\x7f"},
    {"\\u202e", "\xe2\x80\256evil"},
    {"\\u200b", "\xe2\x80\x8b"},
    {"\\u2028", "\xe2\x80\250carol: forged"},
    {"\\ufeff", "\xef\xbb\xbf"},
    {"\\udb40\\udc41", "\xf3\xa0\x81\x81"},
    {"\\\\x1b[2J", "\\n"},
    {"%s%n", "%s%n"},

    /* Invalid in JSON, or invalid UTF-8: INVALID of them. */
    {"\x1b[2J", "\xed\xa0\x80"},
    {"\2332J", "\2332J"},
    {"\xff", "\xff\xfe"},
};

enum { INVALID = 3 };

static struct fixture fixture;
static struct http_server server;

/* The sums of all runs of a row. */
static struct {
    long runs, lines, harmful, secret, words;
} sum;

static void setup(void)
{
    fixture_open(&fixture);
    /* Passwords that the test recognizes in a log. */
    fixture_file(&fixture, "alice", target_password("alice"));
    fixture_file(&fixture, "bob", target_password("bob"));
    http_server_open(&server, 200, "{}");
    fixture.url = server.url;
}

static void teardown(void)
{
    http_server_close(&server);
    fixture_close(&fixture);
}

/* Waits for the end of P, and adds up what it has printed. */
static int end(struct process *p)
{
    static const char *const secrets[] = {TARGET_MARK, TOKEN, SECRET};
    const struct stream *streams[] = {&p->out, &p->err};
    int code = process_wait(p);

    sum.runs++;
    for (int i = 0; i < 2; i++) {
        long lines;

        sum.harmful +=
            harmful_lines(streams[i]->bytes, streams[i]->len, &lines);
        sum.lines += lines;
        for (size_t j = 0; j < COUNT(secrets); j++)
            sum.secret += strstr(streams[i]->bytes, secrets[j]) != NULL;
    }
    sum.words += strstr(p->err.bytes, "(500 busy") != NULL;
    return code;
}

static void show_sum(void)
{
    figure_note("runs", (double)sum.runs, "");
    figure_note("lines that they printed", (double)sum.lines, "");
    figure_is("lines that a terminal would obey", sum.harmful, 0);
    figure_is("lines with a password, token or secret", sum.secret, 0);
}

/* --- A hostile server ----------------------------------------------------- */

/* The members of messages 2 and 4: an answer has all of them. */
static const char *const members[] = {"token",      "ip_addr",  "secret",
                                      "senderinfo", "receiver", "error"};

enum { MEMBERS = COUNT(members) };

/* An answer to any request, valid except for TEXT in member BAD. */
static const char *answer(size_t bad, const char *text)
{
    static char out[8192];
    struct forgery f;
    const char *const good[MEMBERS] = {TOKEN,        "127.0.0.1", SECRET,
                                       f.senderinfo, "bob",       "busy"};
    size_t len = 0;

    forgery_good(&f, TOKEN, "alice", SECRET, 1, "hello");
    for (size_t i = 0; i < MEMBERS; i++)
        len += (size_t)snprintf(out + len, sizeof out - len,
                                "%s\"%s\":\"%s%s\"", i == 0 ? "{" : ",",
                                members[i], good[i], i == bad ? text : "");
    /* The port of the server: a sender connects to it, as if it were bob. */
    snprintf(out + len, sizeof out - len, ",\"port\":%s}",
             strrchr(fixture.url, ':') + 1);
    return out;
}

/* Runs each program to its end. Returns whether the sender sent its text. */
static bool run_both(size_t number, int status, const char *body)
{
    const char *build = fixture_builds[number % 2];
    struct process *p;
    bool sent;

    server.status = status;
    server.body = body;
    p = fixture_sender(&fixture, build, "alice", "bob");
    process_write(p, "hello\n", 6);
    sent = end(p) == 0;
    process_end(p);

    p = fixture_client(&fixture, build, "solution/receiver", "bob", "--port",
                       "0", NULL);
    /* If it accepts the answer, it listens now. */
    if (process_line(p, &p->err) != NULL)
        kill(p->pid, SIGTERM);
    end(p);
    process_end(p);
    return sent;
}

START_TEST(evil_server)
{
    static const int statuses[] = {200, 401, 404, 500, 302};
    long sent = 0;

    row_begin("17 what clients of a hostile server print");
    figure_is("senders that send after a good answer",
              run_both(0, 200, answer(MEMBERS, "")), 1);
    for (size_t i = 0; i < COUNT(evil); i++) {
        int status = statuses[i % COUNT(statuses)];

        /* Clients print the member "error" of an answer with status 500. */
        for (size_t m = 0; m < MEMBERS; m++)
            sent += run_both(i + m, m == MEMBERS - 1 ? 500 : 200,
                             answer(m, evil[i].json));
        sent += run_both(i, status, evil[i].json);
    }
    show_sum();
    figure_is("error words printed, by both programs", sum.words,
              2 * ((long)COUNT(evil) - INVALID));
    figure_note("senders that sent", (double)sent, "");
    row_end();
}
END_TEST

/* --- Hostile peers -------------------------------------------------------- */

/* Sends the texts as good messages. Returns how many are shown as alice's. */
static long send_texts(struct process *bob)
{
    struct forgery f;
    long shown = 0;

    for (size_t i = 0; i < COUNT(evil); i++) {
        const char *line;

        forgery_good(&f, TOKEN, "alice", SECRET, (int64_t)i + 1, evil[i].text);
        tcp_deliver(bob->where, f.line, strlen(f.line));
        line = process_line(bob, &bob->out);
        ck_assert_ptr_nonnull(line);
        shown += strncmp(line, "alice: ", 7) == 0;
    }
    return shown;
}

/* Sends lines with EVIL in a member of the line, or of the ticket. */
static void send_evil(const struct process *bob, const char *part)
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

    for (size_t i = 0; i < COUNT(lines); i++) {
        snprintf(text, sizeof text, lines[i], part);
        ck_assert_uint_eq(tcp_deliver(bob->where, text, strlen(text)), 0);
    }
    for (size_t i = 0; i < COUNT(tickets); i++) {
        forgery_good(&f, TOKEN, "alice", SECRET, 1000, "never");
        snprintf(text, sizeof text, tickets[i], part);
        forgery_ticket(&f, TOKEN, text);
        forgery_line(&f);
        ck_assert_uint_eq(tcp_deliver(bob->where, f.line, strlen(f.line)), 0);
    }
}

START_TEST(evil_peers)
{
    struct process *bob;
    long shown;

    row_begin("17 what a receiver with hostile peers prints");
    server.body = "{\"token\":\"" TOKEN "\"}";
    bob = fixture_receiver(&fixture, fixture_builds[_i], "bob");
    figure_is("texts that were shown as alice's", send_texts(bob), COUNT(evil));
    for (size_t i = 0; i < COUNT(evil); i++)
        send_evil(bob, evil[i].json);
    kill(bob->pid, SIGTERM);
    end(bob);
    show_sum();
    harmful_lines(bob->out.bytes, bob->out.len, &shown);
    figure_is("lines on standard output", shown, COUNT(evil));
    process_end(bob);
    row_end();
}
END_TEST

TEST_SUITE(screens, 120, setup, teardown)
{
    tcase_add_test(tcase, evil_server);
    tcase_add_loop_test(tcase, evil_peers, 0, 2);
}
