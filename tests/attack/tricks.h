/* SPDX-License-Identifier: MIT */
/* What a server may say that is no answer to a login or to a question. */
#ifndef ATTACK_TRICKS_H
#define ATTACK_TRICKS_H

#include <stddef.h>

struct trick {
    const char *name;
    const char *once;  /* the beginning; an @ in it is the port of a trap */
    size_t len;        /* of it; 0: a string, */
    const char *again; /* then this until nobody takes it; NULL: the end */
    double every;      /* milliseconds between two of these */
    int code;          /* how a sender should end */
};

/* The token and the secret of an answer that is one. */
#define TRICKS_TOKEN  "0123456789abcdef-token"
#define TRICKS_SECRET "0123456789abcdef-secret"

enum { TRICKS_ENDLESS = 14, TRICKS_SLOW = 6, TRICKS_WRONG = 26 };

/* What never ends, as fast as it is taken. */
extern const struct trick tricks_endless[TRICKS_ENDLESS];

/* What comes slowly, or not at all. */
extern const struct trick tricks_slow[TRICKS_SLOW];

/* What ends; where it has a body, that is in order but for the trap. */
extern const struct trick tricks_wrong[TRICKS_WRONG];

#endif
