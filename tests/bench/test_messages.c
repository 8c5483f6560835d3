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
    SLICES = 10,                   /* of a round */
    MESSAGES = 6400,               /* in a slice */
    MESSAGES_PYTHON = 960,         /* in a slice of Python, which is slower */
};

static struct fixture fixture;
static char texts[MESSAGES * (TEXT + 1) + 1]; /* each with its newline */

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
    for (int i = 0; i < MESSAGES; i++)
        snprintf(texts + i * (TEXT + 1), TEXT + 2, "%-*d\n", TEXT, i);
}

static void teardown(void)
{
    fixture_close(&fixture);
}

/* --- The pairs ------------------------------------------------------------ */

/* How the programs of a pair are started, and how much they do in a slice. */
struct pair {
    const char *name;
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

static const struct pair ours = {"ours", our_receiver, our_sender, MESSAGES};
static const struct pair ours_tenth = {"ours-10", our_receiver, our_sender,
                                       MESSAGES / 10};
static const struct pair ours_hundredth = {"ours-100", our_receiver, our_sender,
                                           MESSAGES / 100};
static const struct pair c_pair = {"c", c_receiver, c_sender, MESSAGES};
static const struct pair python = {"python", python_receiver, python_sender,
                                   MESSAGES_PYTHON};

/* --- The messages --------------------------------------------------------- */

/* A sender and the texts that it sends. */
struct sending {
    struct process *sender;
    size_t len;
};

/* A pair that runs. */
struct side {
    const struct pair *pair;
    char shown[PATH_SIZE]; /* the output of the receiver */
    struct process *receiver;
    struct sending senders[SENDERS];
    int count; /* of texts so far */
};

static void *write_texts(void *context)
{
    const struct sending *sending = context;

    process_write(sending->sender, texts, sending->len);
    return NULL;
}

/*
 * Waits until the receiver has written a line for each text. It looks at the
 * size of the file: reading the lines from a pipe would take processor time
 * from the pair.
 */
static void wait_for_lines(const struct side *s)
{
    double end = stopwatch_now() + stopwatch_patience();
    struct stat status = {.st_size = 0};

    while (stat(s->shown, &status) != 0 || status.st_size < s->count * SHOWN) {
        ck_assert_msg(stopwatch_now() < end, "%s shows %ld of %d messages",
                      s->receiver->name, (long)(status.st_size / SHOWN),
                      s->count);
        stopwatch_wait_until(stopwatch_now() + 0.5);
    }
    ck_assert_int_eq(status.st_size, s->count * SHOWN);
}

/* Sends COUNT texts from each of SENDERS senders, all at once. */
static void send_texts(struct side *s, int senders, int count)
{
    struct threads threads;

    s->count += senders * count;
    for (int i = 0; i < senders; i++)
        s->senders[i].len = (size_t)count * (TEXT + 1);
    threads_begin(&threads, senders, write_texts, s->senders,
                  sizeof s->senders[0]);
    threads_end(&threads);
    wait_for_lines(s);
}

static const char *output; /* of the receiver that is started next */

/* Called in the child that becomes the receiver. */
static void write_to_file(void)
{
    dup2(open(output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600),
         STDOUT_FILENO);
}

static void begin(const struct bench_side *side)
{
    const struct process_way way = {.before = write_to_file};
    struct side *s = (struct side *)side->context;
    char name[16];

    snprintf(s->shown, sizeof s->shown, "%s/%s", fixture.dir, s->pair->name);
    output = s->shown;
    s->count = 0;
    s->receiver = s->pair->receive(&way);
    if (s->receiver->where[0] == '\0')
        process_ready(s->receiver, &s->receiver->err);
    for (int i = 0; i < side->number; i++) {
        snprintf(name, sizeof name, "s%02d", i);
        s->senders[i].sender = s->pair->send(name, s->receiver->where);
    }
    /* The first text also waits for the login. */
    send_texts(s, side->number, 1);
}

static void run(struct bench_result *result, const struct bench_side *side)
{
    struct side *s = (struct side *)side->context;
    int senders = side->number, each = s->pair->messages / senders;
    pid_t judged[1 + SENDERS] = {s->receiver->pid};

    for (int i = 0; i < senders; i++)
        judged[1 + i] = s->senders[i].sender->pid;
    bench_begin(judged, 1 + (size_t)senders);
    send_texts(s, senders, each);
    bench_end(result, senders * each);
}

static void end(const struct bench_side *side)
{
    const struct side *s = side->context;

    for (int i = 0; i < side->number; i++)
        process_succeeds(s->senders[i].sender);
    process_end(s->receiver);
}

/* The side NAME: a pair with so many SENDERS. */
static struct bench_side pair_side(const char *name, struct side *context,
                                   int senders)
{
    return (struct bench_side){name, run, context, senders, begin, end};
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
    struct side all[] = {{.pair = &ours}, {.pair = &c_pair}, {.pair = &python}};
    char version[PEERS_VERSION];
    struct bench bench = {
        .work = works[_i].work,
        .unit = "message, sender and receiver together",
        .slices = SLICES,
        .sides = {pair_side("our sender and receiver", &all[0], senders),
                  pair_side("a tuned pair in C", &all[1], senders),
                  pair_side(version, &all[2], senders)},
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
    struct side all[] = {
        {.pair = &ours_hundredth}, {.pair = &ours_tenth}, {.pair = &ours}};
    const struct bench bench = {
        .work = "more and more 100-byte messages in one chat",
        .unit = "message, sender and receiver together",
        .slices = SLICES,
        .sides = {pair_side("640 messages", &all[0], 1),
                  pair_side("6,400 messages", &all[1], 1),
                  pair_side("64,000 messages", &all[2], 1)},
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
