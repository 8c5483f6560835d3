/* SPDX-License-Identifier: MIT */
/*
 * A link to bob, and bob himself, who is the test. For what a network does
 * seldom, a send of our own stands before the system's and plays a plan.
 */
#ifndef TESTS_UNIT_OUTBOX_PEER_H
#define TESTS_UNIT_OUTBOX_PEER_H

#include "lib/outbox.h"

/* What one call of send does: takes so many bytes, or fails with WHY. */
struct outbox_peer_step {
    size_t at_most;
    int why; /* 0: success */
};

struct outbox_peer {
    int listener;
    uint16_t port;
    struct kit_outbox link;              /* under test */
    const struct outbox_peer_step *plan; /* ends with {0, 0}; NULL: no plan */
    int sends;                           /* calls of send so far */
};

extern struct outbox_peer outbox_peer;

/* outbox_peer_begin: for tcase_add_checked_fixture: bob listens. */
void outbox_peer_begin(void);

/* outbox_peer_open: opens the link; gives bob's end of it. */
int outbox_peer_open(void);

/* outbox_peer_put: puts LINE, a string, into the link. outbox_peer_flush:
 * flushes it. */
void outbox_peer_put(const char *line);
void outbox_peer_flush(void);

/* outbox_peer_hears: exactly WANT is what comes next over PEER, bob's end. */
void outbox_peer_hears(int peer, const char *want);

/* outbox_peer_hears_last: exactly WANT, and then the end. */
void outbox_peer_hears_last(int peer, const char *want);

#endif
