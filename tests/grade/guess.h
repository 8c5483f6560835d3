/* SPDX-License-Identifier: MIT */
/*
 * The mistakes that people make in sealing a box: keys that are not derived
 * as they should be, associated data that is not what both sides agreed on.
 * Guess 0 of each list is the right one. The opener opens with them what a
 * sender under test has sealed; a check seals with them what a receiver under
 * test should refuse, and learns what it takes instead.
 */
#ifndef GRADE_GUESS_H
#define GRADE_GUESS_H

#include <stdint.h>

#include "backends/crypto.h"

enum { GUESS_AD_SIZE = 1200, GUESS_CAUSE = 320 };

/* Whose box it is, and everything that may have gone into it by mistake. */
struct secrets {
    bool ticket;          /* a ticket; otherwise a message */
    const char *secret;   /* of the chat */
    const char *token;    /* the session token of the side under test */
    const char *password; /* its password */
    const char *sender, *receiver;
    const char *senderinfo; /* the ticket as it travels; NULL: none */
    int64_t seq;
};

extern const int guess_keys, guess_ads;

/* guess_key: makes KEY by guess I. False when it cannot be made. */
bool guess_key(struct kit_key *key, int i, const struct secrets *s);

/* guess_ad: writes the associated data of guess I; returns its length. */
size_t guess_ad(char out[GUESS_AD_SIZE], int i, const struct secrets *s);

/* guess_label: the label of HKDF for tickets, or for messages. */
const char *guess_label(bool ticket);

/*
 * guess_words: copies FORMAT to OUT with its gaps, $S and so on, filled in.
 * Returns the length; a zero byte may stand in it.
 */
size_t guess_words(char *out, size_t out_size, const char *format,
                   const struct secrets *s);

/* guess_key_cause, guess_ad_cause: the mistake in a sentence; 0 has none. */
void guess_key_cause(char out[GUESS_CAUSE], int i, const struct secrets *s);
void guess_ad_cause(char out[GUESS_CAUSE], int i, const struct secrets *s);

#endif
