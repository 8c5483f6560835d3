/* SPDX-License-Identifier: MIT */
/*
 * A receiver under attack, and a thread that reads all its output. Each text
 * is the number of its chat and its own number in that chat, so the thread
 * notices texts that are lost, repeated or out of order.
 */
#ifndef TESTS_ATTACK_RECEIVER_H
#define TESTS_ATTACK_RECEIVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "lib/lines.h"
#include "tests/support/fixture.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"

enum {
    RECEIVER_CHATS = 5000,
    RECEIVER_PER_SENDER = 100, /* chats 0 to 99 are of s00, and so on */
    RECEIVER_AGAIN_MS = 100,   /* then receiver_deliver connects again */
    RECEIVER_SECONDS = 60,     /* the longest wait for a text to be shown */
};

struct receiver {
    struct fixture fixture;
    struct http_server server; /* gives the receiver a token that we know */
    struct process *process;
    const char *where; /* its address */
    pthread_t thread;
    atomic_bool stop;
    bool thread_ended;
    atomic_bool paused; /* the thread does not read, so the pipe fills */
    long memory, peak;  /* of the process, at receiver_watch */
    long files;         /* its open descriptors at receiver_begin */
    long sent;          /* lines, by receiver_deliver */
    pthread_mutex_t lock;
    pthread_cond_t news; /* one of the members below has changed */
    long last[RECEIVER_CHATS];
    long shown;   /* texts that were the next one of their chat */
    long wrong;   /* all other lines */
    long refused; /* lines "refused: ..." */
    struct kit_lines out, err;
};

/* receiver_begin: starts the receiver of BUILD and the thread. */
void receiver_begin(struct receiver *receiver, const char *build);

/* receiver_stop_reading: ends the thread, so the output is no longer read. */
void receiver_stop_reading(struct receiver *receiver);

/* receiver_end: stops the receiver with SIGTERM. Returns its exit code. */
int receiver_end(struct receiver *receiver);

/*
 * receiver_watch: records the memory that the receiver uses now.
 * receiver_judge: adds figures: nothing wrong was shown; since receiver_watch,
 * memory has grown by at most GROWN KiB, and its peak by at most PEAK KiB; no
 * more descriptors are open than at the beginning. Then does receiver_end and
 * row_end.
 */
void receiver_watch(struct receiver *receiver);
void receiver_judge(struct receiver *receiver, long grown, long peak);

/* receiver_line: makes and returns the line with text SEQ of CHAT. */
const char *receiver_line(struct forgery *f, int chat, long seq);

/*
 * receiver_shown, receiver_refused: wait until the receiver has printed COUNT
 * texts, or COUNT lines "refused: ...". They give up when none has come for
 * RECEIVER_SECONDS. Return how many there are.
 */
long receiver_shown(struct receiver *receiver, long count);
long receiver_refused(struct receiver *receiver, long count);

/*
 * receiver_deliver: sends the next text of CHAT on a new connection. If it is
 * not shown, sends it again on another one, as a sender would. Returns the
 * milliseconds until it was shown.
 */
double receiver_deliver(struct receiver *receiver, int chat);

#endif
