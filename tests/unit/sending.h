/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection: an outbox, whose receiver is the test. The test also
 * replaces send, so that sending can fail as planned.
 */
#ifndef TESTS_UNIT_SENDING_H
#define TESTS_UNIT_SENDING_H

#include <stddef.h>
#include <stdint.h>

#include "lib/outbox.h"

/* What one call of send does: it sends at most AT_MOST bytes, or fails. */
struct sending_step {
    size_t at_most;
    int error; /* 0: success */
};

/* The outbox of this test, and its receiver. */
struct sending {
    struct kit_outbox outbox;
    int listener; /* the receiver's */
    uint16_t port;
    const struct sending_step *plan; /* ends with {0, 0}; NULL: all work */
    int sends;                       /* calls of send so far */
    int closes_first; /* a peer that closes just before the next send; or -1 */
};

extern struct sending sending;

/* sending_setup: for TEST_SUITE. Captures standard error. */
void sending_setup(void);

/*
 * sending_open: opens the outbox. Returns PEER for the functions below: the
 * receiver's end of the connection.
 */
int sending_open(void);

/* sending_try: puts LEN bytes of TEXT into the outbox. Returns the result. */
int sending_try(const char *text, size_t len) KIT_MUST_CHECK;

/*
 * sending_put: puts LINE into the outbox. sending_fill: the longest lines,
 * until it is full. sending_flush: sends all. They must succeed.
 */
void sending_put(const char *line);
void sending_fill(void);
void sending_flush(void);

/* sending_expect: exactly WANT must come next over PEER. */
void sending_expect(int peer, const char *want);

/* sending_pass: puts LINE and sends it; PEER must receive it. */
void sending_pass(int peer, const char *line);

/* sending_wait_for_end: waits until the peer's FIN or RST has arrived at FD. */
void sending_wait_for_end(int fd);

/*
 * sending_close: closes the outbox, while PEER receives exactly WANT and then
 * calls END. Returns the result.
 */
int sending_close(int peer, const char *want, void (*end)(int fd));

/* sending_end_with_fin: an END that just closes. tcp_reset is another. */
void sending_end_with_fin(int fd);

#endif
