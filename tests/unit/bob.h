/* SPDX-License-Identifier: MIT */
/*
 * A link to bob, and bob himself, who is the test. For what a network does
 * seldom, a send of our own stands before the system's and plays a plan.
 */
#ifndef KIT_TESTS_BOB_H
#define KIT_TESTS_BOB_H

#include "lib/outbox.h"

/* What one call of send does: takes so many bytes, or fails with WHY. */
struct bob_step {
    size_t at_most;
    int why; /* 0: success */
};

struct bob {
    int listener;
    uint16_t port;
    struct kit_outbox link;      /* under test */
    const struct bob_step *plan; /* ends with {0, 0}; NULL: no plan */
    int sends;                   /* calls of send so far */
};

extern struct bob bob;

/* bob_begin: for tcase_add_checked_fixture: bob listens. */
void bob_begin(void);

/* bob_open: opens the link; gives bob's end of it. */
int bob_open(void);

/* bob_put: puts LINE, a string, into the link. bob_flush: flushes it. */
void bob_put(const char *line);
void bob_flush(void);

/* bob_hears: exactly WANT is what comes next over PEER, bob's end. */
void bob_hears(int peer, const char *want);

/* bob_hears_last: exactly WANT, and then the end. */
void bob_hears_last(int peer, const char *want);

#endif
