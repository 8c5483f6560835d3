/* SPDX-License-Identifier: MIT */
/*
 * The attacker's workshop: a server of the test's own, which hands out a
 * token that the test knows, so that any ticket and any line can be made.
 */
#ifndef E2E_FORGE_H
#define E2E_FORGE_H

#include <pthread.h>
#include <stdint.h>

#include "lib/box.h"
#include "lib/wire.h"

/* A server that answers every request alike, whatever it says. */
struct oracle {
    int listener;
    char url[64];
    int status;
    const char *body; /* may change between two requests */
    int requests;     /* so far */
    pthread_t thread;
};

/* oracle_open: begins to answer with STATUS and BODY. oracle_close: ends. */
void oracle_open(struct oracle *oracle, int status, const char *body);
void oracle_close(struct oracle *oracle);

/* A line of message 5, in parts that a test may spoil. */
struct forgery {
    char senderinfo[KIT_SEALED_SIZE];
    char seq[32];
    char message[KIT_SEALED_SIZE];
    char line[2 * KIT_LINE_MAX]; /* what forge_line makes of them */
};

/* forge_seal: SEALED of TEXT under K(STRING, LABEL) with AD. */
void forge_seal(char sealed[KIT_SEALED_SIZE], const char *string,
                const char *label, const char *ad, const void *text,
                size_t len);

/*
 * forge_good: a line that is in order in every way: SENDER to "bob", under
 * the receiver's TOKEN, with SECRET and SEQ, saying TEXT.
 */
void forge_good(struct forgery *f, const char *token, const char *sender,
                const char *secret, int64_t seq, const char *text);

/* forge_ticket: another ticket for "bob", with JSON in it. */
void forge_ticket(struct forgery *f, const char *token, const char *json);

/* forge_message: another box, from SENDER to RECEIVER with number SEQ. */
void forge_message(struct forgery *f, const char *secret, const char *sender,
                   const char *receiver, int64_t seq, const char *text);

/* forge_line: puts the parts together, with a newline. Returns the line. */
const char *forge_line(struct forgery *f);

/* --- A connection by hand ------------------------------------------------- */

/* raw_listen: a listener on 127.0.0.1, and its PORT. */
int raw_listen(uint16_t *port);

/*
 * raw_accept: the next peer; one that has gone before its turn is passed
 * over. Returns -1 when LISTENER has been shut down.
 */
int raw_accept(int listener);

/* raw_connect: to "127.0.0.1:4444"; the test has failed if that is refused. */
int raw_connect(const char *where);

/* raw_send: all of it; a peer that has gone is no error here. */
void raw_send(int fd, const void *bytes, size_t len);

/* raw_rude: from now on closing FD is a reset, and drops what is under way. */
void raw_rude(int fd);

/*
 * raw_ended: waits until the peer has closed, closes too, and returns how
 * many bytes came before.
 */
size_t raw_ended(int fd);

#endif
