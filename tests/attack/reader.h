/* SPDX-License-Identifier: MIT */
/*
 * A receiver under attack, and a thread that reads all its output. Each text
 * is the number of its chat and its own number in that chat, so the thread
 * notices texts that are lost, repeated or out of order.
 */
#ifndef ATTACK_READER_H
#define ATTACK_READER_H

#include <pthread.h>
#include <stdatomic.h>

#include "lib/lines.h"
#include "tests/support/fixture.h"
#include "tests/support/forgery.h"
#include "tests/support/http_server.h"

enum {
    READER_CHATS = 5000,
    READER_PER_SENDER = 100, /* chats 0 to 99 are of s00, and so on */
    READER_AGAIN_MS = 100,   /* after which reader_good connects again */
};

struct reader {
    struct fixture fixture;
    struct http_server oracle; /* gives the receiver a token that we know */
    struct process *bob;
    const char *where; /* his address */
    pthread_t thread;
    atomic_bool stop;
    bool left;           /* the thread has ended */
    atomic_bool stopped; /* the thread pauses, so that the pipe fills */
    long sent;           /* lines, by reader_good */
    pthread_mutex_t lock;
    pthread_cond_t news; /* about what follows */
    long last[READER_CHATS];
    long shown;   /* texts that were the next one of their chat */
    long wrong;   /* all other lines */
    long refused; /* lines "refused: ..." */
    struct kit_lines out, err;
};

/* reader_begin: starts the receiver of BUILD, and the thread. */
void reader_begin(struct reader *reader, const char *build);

/* reader_leave: ends the thread; from then on no one reads the output. */
void reader_leave(struct reader *reader);

/* reader_end: stops the receiver with SIGTERM. Returns its exit code. */
int reader_end(struct reader *reader);

/* reader_line: makes and returns the line with text SEQ of CHAT. */
const char *reader_line(struct forgery *f, int chat, long seq);

/*
 * reader_shown, reader_refused: wait until the receiver has printed COUNT texts
 * or lines "refused: ...", or none for SECONDS. Return how many there are.
 */
long reader_shown(struct reader *reader, long count, int seconds);
long reader_refused(struct reader *reader, long count, int seconds);

/*
 * reader_good: sends the next text of CHAT on a new connection, and again on
 * another one if it is not shown, as a sender would, for at most SECONDS.
 * Returns the milliseconds until it was shown.
 */
double reader_good(struct reader *reader, int chat, int seconds);

#endif
