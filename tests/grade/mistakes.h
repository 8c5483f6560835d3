/* SPDX-License-Identifier: MIT */
/*
 * The usual mistakes in sealing a box: keys that are derived in a wrong way,
 * and associated data that is not what both sides agreed on. Number 0 of each
 * list is the correct one.
 *
 * diagnose_box.c tries to open with them what a sender under test has sealed.
 * diagnose_receiver.c and attack.c seal with them, to see which of them a
 * receiver opens.
 */
#ifndef GRADE_MISTAKES_H
#define GRADE_MISTAKES_H

#include <stdint.h>

#include "backends/crypto.h"

enum {
    MISTAKE_AD_SIZE = 1200, /* bytes of associated data, with a zero */
    MISTAKE_CAUSE = 320,    /* bytes of a sentence about one mistake */
};

/* Everything that goes into a box, rightly or by mistake. */
struct box_inputs {
    bool ticket;             /* the box is a ticket; otherwise a message */
    const char *secret;      /* of the chat */
    const char *last_secret; /* of the chat before, or NULL */
    const char *token;       /* the session token of the program under test */
    const char *password;    /* its password */
    const char *sender, *receiver;
    const char *senderinfo; /* the sealed ticket, or NULL */
    int64_t seq;
};

extern const int mistake_key_count, mistake_ad_count;

/*
 * mistake_key: derives KEY with mistake I. Returns false if that is impossible
 * with these inputs.
 */
bool mistake_key(struct kit_key *key, int i, const struct box_inputs *in);

/* mistake_ad: the associated data with mistake I. Returns its length. */
size_t mistake_ad(char out[MISTAKE_AD_SIZE], int i,
                  const struct box_inputs *in);

/* mistake_key_cause, mistake_ad_cause: describe mistake I; "" for 0. */
void mistake_key_cause(char out[MISTAKE_CAUSE], int i,
                       const struct box_inputs *in);
void mistake_ad_cause(char out[MISTAKE_CAUSE], int i,
                      const struct box_inputs *in);

#endif
