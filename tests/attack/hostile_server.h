/* SPDX-License-Identifier: MIT */
/*
 * A hostile server. A sender makes two requests, /login and /userinfo. The
 * server sends a valid answer to one and a hostile answer to the other.
 */
#ifndef TESTS_ATTACK_HOSTILE_SERVER_H
#define TESTS_ATTACK_HOSTILE_SERVER_H

#include <stdint.h>

#include "tests/support/http_server.h"

/* The token and the secret in a valid answer. */
#define HOSTILE_TOKEN  "0123456789abcdef-token"
#define HOSTILE_SECRET "0123456789abcdef-secret"

struct hostile_answer {
    const char *name;
    const char *once;  /* the beginning; each @ becomes the port of the trap */
    size_t len;        /* of ONCE; 0: up to its zero byte */
    const char *again; /* repeated until the sender leaves; NULL: nothing */
    double every;      /* milliseconds between two repetitions */
    int code;          /* the exit code that the sender must have */
};

enum { HOSTILE_ENDLESS = 14, HOSTILE_SLOW = 6, HOSTILE_WRONG = 26 };

/* Answers that never end: as fast as they are read, and slow ones. */
extern const struct hostile_answer hostile_endless[HOSTILE_ENDLESS];
extern const struct hostile_answer hostile_slow[HOSTILE_SLOW];

/* Answers that end. A body in them is valid, but bob's port is the trap. */
extern const struct hostile_answer hostile_wrong[HOSTILE_WRONG];

struct hostile_server {
    const struct hostile_answer *answer;
    int number;       /* the request that it answers: 0 /login, 1 /userinfo */
    const char *good; /* the body of the answer to the other request */
    uint16_t trap;    /* a port to which no client may connect */
    struct http_server server;
};

/* hostile_server_open: starts the server; http_server_close stops it. */
void hostile_server_open(struct hostile_server *server);

#endif
