/* SPDX-License-Identifier: MIT */
/*
 * A hostile server. It answers one of a sender's two requests with what is no
 * answer to a login or to a question, and the other one well.
 */
#ifndef TESTS_ATTACK_HOSTILE_SERVER_H
#define TESTS_ATTACK_HOSTILE_SERVER_H

#include <stdint.h>

#include "tests/support/http_server.h"

/* The token and the secret of a good answer. */
#define HOSTILE_TOKEN  "0123456789abcdef-token"
#define HOSTILE_SECRET "0123456789abcdef-secret"

struct hostile_answer {
    const char *name;
    const char *once;  /* the beginning; an @ in it is the port of a trap */
    size_t len;        /* of it; 0: it is a string */
    const char *again; /* then this until the sender leaves; NULL: the end */
    double every;      /* milliseconds between two of these */
    int code;          /* the exit code that the sender must have */
};

enum { HOSTILE_ENDLESS = 14, HOSTILE_SLOW = 6, HOSTILE_WRONG = 26 };

/* Answers without an end: as fast as they are read, and slow ones. */
extern const struct hostile_answer hostile_endless[HOSTILE_ENDLESS];
extern const struct hostile_answer hostile_slow[HOSTILE_SLOW];

/* Answers that end. If they have a body, it is good except for the trap. */
extern const struct hostile_answer hostile_wrong[HOSTILE_WRONG];

struct hostile_server {
    const struct hostile_answer *answer;
    int number;       /* of the request that gets it: 0, the login, or 1 */
    const char *good; /* the body of the answer to the other one */
    uint16_t trap;    /* a port to which no client may connect */
    struct http_server server;
};

/* hostile_server_open: begins to answer; http_server_close ends it. */
void hostile_server_open(struct hostile_server *server);

#endif
