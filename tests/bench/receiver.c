/* SPDX-License-Identifier: MIT */
/* Receivers that do nothing but show messages of chats that they know. */
#include "tests/bench/receiver.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/figure.h"
#include "tests/support/fixture.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/proc.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

#define TOKEN "0123456789abcdef-token-of-bob"

enum {
    CHATS = 1000, /* at most */
    PER_SENDER = 50,
    MESSAGES = 20000,
    WARM_UP = 2 * CHATS, /* messages before them: each chat begins */
    ROUNDS = 5,
    BUILDS = 4, /* at most */
};

static const int chat_counts[] = {1, 100, CHATS};

static struct forgery forgeries[CHATS]; /* each chat has one ticket */
static char lines[(WARM_UP + MESSAGES) * 512];
static size_t ends[WARM_UP + MESSAGES]; /* of each line */

/* Writes all lines, those of CHATS chats in turn. */
static void write_lines(int chats)
{
    size_t len = 0;

    for (int i = 0; i < WARM_UP + MESSAGES; i++) {
        struct forgery *f = &forgeries[i % chats], next;
        char sender[16], secret[32];

        snprintf(sender, sizeof sender, "s%d", i % chats / PER_SENDER);
        snprintf(secret, sizeof secret, "secret-of-chat-number-%d", i % chats);
        forgery_good(&next, TOKEN, sender, secret, 1 + i / chats,
                     "a text that someone could have typed");
        if (i < chats)
            *f = next;
        memcpy(next.senderinfo, f->senderinfo, sizeof next.senderinfo);
        forgery_line(&next);
        ck_assert_uint_lt(len + strlen(next.line), sizeof lines);
        memcpy(lines + len, next.line, strlen(next.line));
        len += strlen(next.line);
        ends[i] = len;
    }
}

static void drop_output(void)
{
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
}

/* The microseconds of processor time that a receiver needs for a message. */
static double measure(struct fixture *fixture, const char *build)
{
    struct process *bob = fixture_receiver(fixture, build, "bob");
    size_t warm = ends[WARM_UP - 1], all = ends[WARM_UP + MESSAGES - 1];
    double before, used;

    /* It closes the connection when it has processed all that came. */
    ck_assert_uint_eq(tcp_deliver(bob->where, lines, warm), 0);
    before = proc_cpu(bob->pid);
    ck_assert_uint_eq(tcp_deliver(bob->where, lines + warm, all - warm), 0);
    used = proc_cpu(bob->pid) - before;
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    ck_assert_ptr_null(strstr(bob->err.bytes, "refused"));
    process_end(bob);
    return 1e3 * used / MESSAGES;
}

/* Measures all builds with CHATS chats. Returns the median of the first. */
static double compare(struct fixture *fixture, const char *const *builds,
                      int count, int chats)
{
    double all[BUILDS][ROUNDS], first = 0;
    char what[64];

    write_lines(chats);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < count; i++)
            all[i][round] = measure(fixture, builds[i]);
    for (int i = 0; i < count; i++) {
        double median = percentile(all[i], ROUNDS, 0.5);

        snprintf(what, sizeof what, "build %d, %d chats, CPU per message",
                 i + 1, chats);
        figure_note(what, median, "us");
        first = i == 0 ? median : first;
    }
    return first;
}

void receiver_compare(const char *const *builds, int count)
{
    const struct process_way way = {.before = drop_output};
    struct fixture fixture;
    struct http_server server;
    double cpu[COUNT(chat_counts)];

    ck_assert_int_le(count, BUILDS);
    row_begin("receiver");
    fixture_open(&fixture);
    http_server_open(&server, 200, "{\"token\":\"" TOKEN "\"}");
    fixture.url = server.url;
    fixture.way = &way;
    for (size_t i = 0; i < COUNT(chat_counts); i++)
        cpu[i] = compare(&fixture, builds, count, chat_counts[i]);
    figure_most("1,000 chats, times that of one",
                cpu[COUNT(chat_counts) - 1] / cpu[0], "", 2);
    http_server_close(&server);
    fixture_close(&fixture);
    row_end();
}
