/* SPDX-License-Identifier: MIT */
/*
 * A receiver under attack, and one who reads all that it says: each text is
 * the number of its chat and its own number in it, so that what is lost,
 * comes twice or out of its order is seen at once.
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
    READER_AGAIN_MS = 100,   /* after which reader_good comes again */
};

struct reader {
    struct fixture fixture;
    struct http_server oracle; /* gives the receiver a token that we know */
    struct process *bob;
    const char *where; /* he listens */
    pthread_t thread;
    atomic_bool stop;
    bool left;           /* the thread has ended */
    atomic_bool stopped; /* the reader does not read: a full pipe */
    long sent;           /* lines, by reader_good */
    pthread_mutex_t lock;
    pthread_cond_t news; /* about what follows */
    long last[READER_CHATS];
    long shown;   /* texts, each the next one of its chat */
    long wrong;   /* lines that are no such text */
    long refused; /* lines "refused: ..." */
    struct kit_lines out, err;
};

/* reader_begin: starts the receiver of BUILD, and a thread that reads. */
void reader_begin(struct reader *reader, const char *build);

/* reader_leave: nobody reads what the receiver says from here on. */
void reader_leave(struct reader *reader);

/* reader_end: SIGTERM. Returns the exit code of the receiver. */
int reader_end(struct reader *reader);

/* reader_line: makes the line of text SEQ of CHAT; returns it. */
const char *reader_line(struct forgery *f, int chat, long seq);

/*
 * reader_shown, reader_refused: wait until there have been COUNT texts, or
 * lines "refused: ...", or until none has come for SECONDS. Returns how many
 * there have been.
 */
long reader_shown(struct reader *reader, long count, int seconds);
long reader_refused(struct reader *reader, long count, int seconds);

/*
 * reader_good: a peer comes with the next text of CHAT and leaves; he comes
 * again where it is not shown, as a sender would. Returns the milliseconds
 * until it was shown, or at most SECONDS.
 */
double reader_good(struct reader *reader, int chat, int seconds);

#endif
