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
    MESSAGES = 2000, /* in a slice */
    SLICES = 10,
    WARM_UP = 2 * CHATS, /* messages before them: each chat begins */
    ALL = WARM_UP + SLICES * MESSAGES,
    LINE = 640, /* bytes of a line, at most */
};

/* The lines of some chats: the first line of each, the second of each, ... */
struct lines {
    int chats;
    char *bytes;
    size_t ends[ALL]; /* of each line in BYTES */
};

static struct fixture fixture;
static struct http_server server;
static struct lines lines[] = {{.chats = 1}, {.chats = 100}, {.chats = CHATS}};

static void write_lines(struct lines *out)
{
    static struct forgery forgeries[CHATS]; /* each chat has one ticket */
    size_t all = 0;

    out->bytes = malloc((size_t)ALL * LINE);
    ck_assert_ptr_nonnull(out->bytes);
    for (int i = 0; i < ALL; i++) {
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
        memcpy(out->bytes + all, next.line, len);
        out->ends[i] = all += len;
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

/* A receiver, and which lines it gets. */
struct side {
    const struct lines *lines;
    struct process *receiver;
    int sent; /* lines */
};

/* Sends COUNT lines, and waits until the receiver has shown them: then it
   closes the connection. */
static void deliver(struct side *s, int count)
{
    const size_t *ends = s->lines->ends;
    size_t begin = s->sent == 0 ? 0 : ends[s->sent - 1];

    s->sent += count;
    ck_assert_uint_eq(tcp_deliver(s->receiver->where, s->lines->bytes + begin,
                                  ends[s->sent - 1] - begin),
                      0);
}

/* The numbers of the sides: whose receiver it is. */
enum { OURS, TUNED, OLD };

static void begin(const struct bench_side *side)
{
    struct side *s = (struct side *)side->context;

    s->receiver = side->number == TUNED  ? c_receiver()
                  : side->number == OURS ? our_receiver(fixture_builds[0])
                                         : our_receiver(bench_old);
    s->sent = 0;
    deliver(s, WARM_UP);
}

static void run(struct bench_result *result, const struct bench_side *side)
{
    struct side *s = (struct side *)side->context;

    bench_begin(&s->receiver->pid, 1);
    deliver(s, MESSAGES);
    bench_end(result, MESSAGES);
    result->memory = (double)proc_memory(s->receiver->pid);
}

static void end(const struct bench_side *side)
{
    const struct side *s = side->context;

    process_kill(s->receiver, SIGTERM);
    ck_assert_ptr_null(strstr(s->receiver->err.bytes, "refused"));
    process_end(s->receiver);
}

START_TEST(chats)
{
    struct side one = {.lines = &lines[0]}, hundred = {.lines = &lines[1]};
    struct side many = {.lines = &lines[2]}, tuned = many, old = many;
    struct bench bench = {
        .work = "a receiver with many chats, 100-byte messages",
        .unit = "message",
        .slices = SLICES,
        .sides = {{"1 chat", run, &one, OURS, begin, end},
                  {"100 chats", run, &hundred, OURS, begin, end},
                  {"1,000 chats", run, &many, OURS, begin, end},
                  {"1,000 chats, tuned C", run, &tuned, TUNED, begin, end}},
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
                        (struct bench_side){"1,000 chats, older version", run,
                                            &old, OLD, begin, end});
    bench_compare(&bench);
}
END_TEST

TEST_SUITE(chats, 300, setup, teardown)
{
    tcase_add_tests(tcase, chats);
}
