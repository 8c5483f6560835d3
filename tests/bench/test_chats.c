/* SPDX-License-Identifier: MIT */
/*
 * A receiver that knows many chats must not need more time for a message. The
 * test makes the lines of all chats itself, and sends them in turn.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/support/fixture.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"
#include "tests/support/proc.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

#define TOKEN "0123456789abcdef-token-of-bob"
#define TEXT                                                                   \
    "a text of a hundred bytes, which is more than most people type before "   \
    "they hit the key that sends it"

enum {
    CHATS = 1000, /* at most */
    PER_SENDER = 50,
    MESSAGES = 20000,
    WARM_UP = 2 * CHATS, /* messages before them: each chat begins */
    LINE = 640,          /* bytes of a line, at most */
};

/* The lines of CHATS chats: the first line of each, the second of each, ... */
struct lines {
    int chats;
    char *bytes;
    size_t warm, all; /* the bytes of the first WARM_UP lines, and of all */
};

static struct fixture fixture;
static struct http_server server;
static struct lines lines[] = {{.chats = 1}, {.chats = 100}, {.chats = CHATS}};

static void write_lines(struct lines *out)
{
    static struct forgery forgeries[CHATS]; /* each chat has one ticket */

    out->bytes = malloc((size_t)(WARM_UP + MESSAGES) * LINE);
    ck_assert_ptr_nonnull(out->bytes);
    for (int i = 0; i < WARM_UP + MESSAGES; i++) {
        struct forgery *f = &forgeries[i % out->chats], next;
        char sender[16], secret[32];
        size_t len;

        snprintf(sender, sizeof sender, "s%d", i % out->chats / PER_SENDER);
        snprintf(secret, sizeof secret, "secret-of-chat-number-%d",
                 i % out->chats);
        forgery_good(&next, TOKEN, sender, secret, 1 + i / out->chats, TEXT);
        if (i < out->chats)
            *f = next;
        memcpy(next.senderinfo, f->senderinfo, sizeof next.senderinfo);
        len = strlen(forgery_line(&next));
        ck_assert_uint_lt(len, LINE);
        memcpy(out->bytes + out->all, next.line, len);
        out->all += len;
        if (i < WARM_UP)
            out->warm = out->all;
    }
}

static void setup(void)
{
    fixture_open(&fixture);
    http_server_open(&server, 200, "{\"token\":\"" TOKEN "\"}");
    fixture.url = server.url;
    for (size_t i = 0; i < COUNT(lines); i++)
        write_lines(&lines[i]);
}

static void teardown(void)
{
    http_server_close(&server);
    fixture_close(&fixture);
}

static void drop_output(void)
{
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
}

static const struct process_way way = {.before = drop_output};

static struct process *our_receiver(const char *build)
{
    fixture.way = &way;
    return fixture_receiver(&fixture, build, "bob");
}

static struct process *c_receiver(void)
{
    char path[PATH_SIZE];
    struct process *p;

    snprintf(path, sizeof path, "%s/bench-receive", fixture_builds[0]);
    p = process_words(&way, path, "bob", TOKEN, NULL);
    process_ready(p, &p->err);
    return p;
}

/* The numbers of the sides: whose receiver it is. */
enum { OURS, TUNED, OLD };

static void run_receiver(struct bench_result *result,
                         const struct bench_side *side)
{
    const struct lines *l = side->context;
    struct process *p = side->number == TUNED  ? c_receiver()
                        : side->number == OURS ? our_receiver(fixture_builds[0])
                                               : our_receiver(bench_old);

    /* tcp_deliver waits for the end of the connection, which the receiver
       closes when it has shown everything. */
    ck_assert_uint_eq(tcp_deliver(p->where, l->bytes, l->warm), 0);
    bench_begin(&p->pid, 1);
    ck_assert_uint_eq(
        tcp_deliver(p->where, l->bytes + l->warm, l->all - l->warm), 0);
    bench_end(result, MESSAGES);
    result->figures[BENCH_SIZE] = (double)proc_memory(p->pid);
    process_kill(p, SIGTERM);
    ck_assert_ptr_null(strstr(p->err.bytes, "refused"));
    process_end(p);
}

START_TEST(chats)
{
    struct bench bench = {
        .work = "a receiver with many chats, 100-byte messages",
        .unit = "message",
        .sides = {{"1 chat", run_receiver, &lines[0], OURS},
                  {"100 chats", run_receiver, &lines[1], OURS},
                  {"1,000 chats", run_receiver, &lines[2], OURS},
                  {"1,000 chats, tuned C", run_receiver, &lines[2], TUNED}},
        .goals = {{.what = "CPU with 1,000 chats, times one",
                   .figure = BENCH_CPU,
                   .ours = 2,
                   .first = 0,
                   .count = 1,
                   .goal = ROUND_AT_MOST,
                   .limit = 1.2},
                  {.what = "CPU with 100 chats, times one",
                   .figure = BENCH_CPU,
                   .ours = 1,
                   .first = 0,
                   .count = 1},
                  bench_growth(BENCH_CPU, 0, 2, CHATS),
                  {.what = "memory with 1,000 chats, times one",
                   .figure = BENCH_SIZE,
                   .ours = 2,
                   .first = 0,
                   .count = 1},
                  {.what = "speed by CPU, times tuned C",
                   .figure = BENCH_CPU,
                   .ours = 2,
                   .first = 3,
                   .count = 1,
                   .goal = ROUND_AT_LEAST,
                   .limit = 0.4}},
    };

    if (bench_old != NULL)
        bench_add_older(&bench, 2,
                        (struct bench_side){"1,000 chats, older version",
                                            run_receiver, &lines[2], OLD});
    bench_compare(&bench);
}
END_TEST

TEST_SUITE(chats, 300, setup, teardown)
{
    tcase_add_tests(tcase, chats);
}
