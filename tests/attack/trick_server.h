/* SPDX-License-Identifier: MIT */
/* A hostile server: it answers one request with a trick, the others well. */
#ifndef TESTS_ATTACK_TRICK_SERVER_H
#define TESTS_ATTACK_TRICK_SERVER_H

#include <stdatomic.h>
#include <stdint.h>

#include "tests/attack/tricks.h"
#include "tests/support/http_server.h"

struct trick_server {
    const struct trick *trick;
    int number;        /* of the request that gets it: 0, the login, or 1 */
    const char *good;  /* the body of the answer to the other one */
    uint16_t trap;     /* a port that no client may be led to */
    atomic_long bytes; /* sent by the trick */
    struct http_server server;
};

/* trick_server_open: begins to answer. trick_server_close: ends. */
void trick_server_open(struct trick_server *server);
void trick_server_close(struct trick_server *server);

#endif
