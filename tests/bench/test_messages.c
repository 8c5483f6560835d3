/* SPDX-License-Identifier: MIT */
/*
 * Messages from senders to a receiver, all of them processes. The texts go into
 * the senders' input; a message counts when the receiver has written its line.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/peers.h"
#include "tests/support/fixture.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/threads.h"

#define TOKEN "0123456789abcdef-token-of-bob"

enum {
    SENDERS = 32,                  /* at most */
    TEXT = 100,                    /* bytes of a text */
    SHOWN = TEXT + sizeof "s00: ", /* bytes of the line that shows it */
    MESSAGES = 32000,              /* in a round */
    MESSAGES_PYTHON = 4800,        /* in a round of Python, which is slower */
};

static struct fixture fixture;
static char texts[MESSAGES * (TEXT + 1) + 1]; /* each with its newline */
static char shown[PATH_SIZE];                 /* the output of the receiver */

static void setup(void)
{
    char roster[SENDERS * 32] = "name,password\n", name[8];

    fixture_open(&fixture);
    for (int i = 0; i < SENDERS; i++) {
        size_t used = strlen(roster);

        snprintf(name, sizeof name, "s%02d", i);
        snprintf(roster + used, sizeof roster - used, "%s,%s-pw\n", name, name);
        fixture_file(&fixture, name, strrchr(roster, ',') + 1);
    }
    fixture_import(&fixture, "10",
                   fixture_file(&fixture, "senders.csv", roster));
    fixture_serve(&fixture, fixture_builds[0]);
    snprintf(shown, sizeof shown, "%s/shown", fixture.dir);
    for (int i = 0; i < MESSAGES; i++)
        snprintf(texts + i * (TEXT + 1), TEXT + 2, "%-*d\n", TEXT, i);
}

static void teardown(void)
{
    fixture_close(&fixture);
}

/* Called in the child that becomes the receiver. */
static void write_to_file(void)
{
    dup2(open(shown, O_WRONLY | O_CREAT | O_APPEND, 0600), STDOUT_FILENO);
}

/* --- The pairs ------------------------------------------------------------ */

/* How the programs of a pair are started. */
struct pair {
    struct process *(*receive)(const struct process_way *way);
    struct process *(*send)(const char *name, const char *address);
    int messages;
};

static struct process *our_receiver(const struct process_way *way)
{
    struct process *p;

    fixture.way = way;
    p = fixture_receiver(&fixture, fixture_builds[0], "bob");
    fixture.way = NULL;
    return p;
}

static struct process *our_sender(const char *name, const char *address)
{
    return fixture_sender(&fixture, fixture_builds[0], name, "bob");
}

static struct process *c_receiver(const struct process_way *way)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/bench-receive", fixture_builds[0]);
    return process_words(way, path, "bob", TOKEN, NULL);
}

static struct process *c_sender(const char *name, const char *address)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/bench-send", fixture_builds[0]);
    return process_words(NULL, path, name, address, "bob", TOKEN, NULL);
}

#define SCRIPT "tests/bench/peers/messages.py"

static const char *python_program; /* NULL if it or cryptography is absent */

static struct process *python_receiver(const struct process_way *way)
{
    return process_words(way, python_program, "-B", SCRIPT, "receive", "bob",
                         TOKEN, NULL);
}

static struct process *python_sender(const char *name, const char *address)
{
    return process_words(NULL, python_program, "-B", SCRIPT, "send", name,
                         address, "bob", TOKEN, NULL);
}

static const struct pair ours = {our_receiver, our_sender, MESSAGES};
static const struct pair ours_tenth = {our_receiver, our_sender, MESSAGES / 10};
static const struct pair ours_hundredth = {our_receiver, our_sender,
                                           MESSAGES / 100};
static const struct pair c_pair = {c_receiver, c_sender, MESSAGES};
static const struct pair python = {python_receiver, python_sender,
                                   MESSAGES_PYTHON};

/* --- The messages --------------------------------------------------------- */

/* A sender and the texts that it sends. */
struct sending {
    struct process *sender;
    size_t len;
};

static void *write_texts(void *context)
{
    const struct sending *sending = context;

    process_write(sending->sender, texts, sending->len);
    return NULL;
}

/*
 * Waits until RECEIVER has written COUNT lines. It looks at the size of the
 * file: reading the lines from a pipe would take processor time from the pair.
 */
static void wait_for(const struct process *receiver, int count)
{
    double end = stopwatch_now() + stopwatch_patience();
    struct stat status = {.st_size = 0};

    while (stat(shown, &status) != 0 || status.st_size < count * SHOWN) {
        ck_assert_msg(stopwatch_now() < end, "%s shows %ld of %d messages",
                      receiver->name, (long)(status.st_size / SHOWN), count);
        stopwatch_wait_until(stopwatch_now() + 0.5);
    }
    ck_assert_int_eq(status.st_size, count * SHOWN);
}

/* Sends COUNT texts from each of the first SENDERS of ALL, all at once. */
static void send_texts(struct sending *all, int senders, int count)
{
    struct threads threads;

    for (int i = 0; i < senders; i++)
        all[i].len = (size_t)count * (TEXT + 1);
    threads_begin(&threads, senders, write_texts, all, sizeof all[0]);
    threads_end(&threads);
}

static void run_pair(struct bench_result *result, const struct bench_side *side)
{
    const struct pair *pair = side->context;
    const struct process_way way = {.before = write_to_file};
    int senders = side->number, each = pair->messages / senders;
    struct process *receiver = pair->receive(&way);
    struct sending all[SENDERS];
    pid_t judged[1 + SENDERS];
    char name[8];

    judged[0] = receiver->pid;
    if (receiver->where[0] == '\0')
        process_ready(receiver, &receiver->err);
    for (int i = 0; i < senders; i++) {
        snprintf(name, sizeof name, "s%02d", i);
        all[i].sender = pair->send(name, receiver->where);
        judged[1 + i] = all[i].sender->pid;
    }
    /* The first text also waits for the login. */
    send_texts(all, senders, 1);
    wait_for(receiver, senders);
    bench_begin(judged, 1 + (size_t)senders);
    send_texts(all, senders, each);
    wait_for(receiver, senders * (1 + each));
    bench_end(result, senders * each);
    for (int i = 0; i < senders; i++)
        process_succeeds(all[i].sender);
    process_end(receiver);
    unlink(shown);
}

static const struct {
    const char *work;
    int senders;
} works[] = {
    {"100-byte messages from one sender", 1},
    {"100-byte messages from 32 senders", SENDERS},
};

START_TEST(pairs)
{
    int senders = works[_i].senders;
    char version[PEERS_VERSION];
    struct bench bench = {
        .work = works[_i].work,
        .unit = "message, sender and receiver together",
        .sides = {{"our sender and receiver", run_pair, &ours, senders},
                  {"a tuned pair in C", run_pair, &c_pair, senders},
                  {version, run_pair, &python, senders}},
        .goals = {{.what = "speed by CPU, times the C pair's",
                   .figure = BENCH_CPU,
                   .first = 1,
                   .count = 1,
                   .goal = ROUND_AT_LEAST,
                   .limit = 0.4},
                  {.what = "messages a second, times C",
                   .figure = BENCH_RATE,
                   .first = 1,
                   .count = 1},
                  {.what = "speed by CPU, times Python's",
                   .figure = BENCH_CPU,
                   .first = 2,
                   .count = 1,
                   .goal = ROUND_AT_LEAST,
                   .limit = 4}},
    };

    python_program =
        peers_python(version, "import cryptography, platform; print('Python',"
                              " platform.python_version() + ', cryptography',"
                              " cryptography.__version__)");
    if (python_program == NULL) {
        bench.missing[0] =
            "a pair in Python (to install it, type: make deps-bench)";
        bench.sides[2].name = bench.goals[2].what = NULL;
    }
    bench_compare(&bench);
}
END_TEST

START_TEST(growth)
{
    const struct bench bench = {
        .work = "more and more 100-byte messages in one chat",
        .unit = "message, sender and receiver together",
        .sides = {{"320 messages", run_pair, &ours_hundredth, 1},
                  {"3,200 messages", run_pair, &ours_tenth, 1},
                  {"32,000 messages", run_pair, &ours, 1}},
        .goals = {bench_growth(BENCH_CPU, 0, 2, 100)},
    };

    bench_compare(&bench);
}
END_TEST

TEST_SUITE(messages, 300, setup, teardown)
{
    tcase_add_rows(tcase, pairs, works);
    tcase_add_tests(tcase, growth);
}
