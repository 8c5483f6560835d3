/* SPDX-License-Identifier: MIT */
/* Connections that come back whenever they are closed, from a thread. */
#ifndef ATTACK_CROWD_H
#define ATTACK_CROWD_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

enum { CROWD_MAX = 1000 };

struct crowd {
    int count;        /* of connections */
    const char *text; /* each says this, a byte at a time, again and again; */
    size_t len;       /* nothing where this is 0 */
    double every;     /* milliseconds between two bytes; 0: at once */
    struct sockaddr_in to;
    struct pollfd all[CROWD_MAX];
    size_t said[CROWD_MAX];
    atomic_long came, bytes; /* connections, bytes of all of them */
    atomic_bool stop;
    pthread_t thread;
};

/*
 * crowd_begin: COUNT connections to WHERE ("127.0.0.1:4444"); when all have
 * been opened it returns. crowd_end: they leave.
 */
void crowd_begin(struct crowd *crowd, const char *where);
void crowd_end(struct crowd *crowd);

#endif
