/* SPDX-License-Identifier: MIT */
/* Connections that come back whenever they are closed, from a thread. */
#ifndef TESTS_ATTACK_RECONNECTOR_H
#define TESTS_ATTACK_RECONNECTOR_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

enum { RECONNECTOR_MAX = 1000 };

struct reconnector {
    int count;        /* of connections */
    const char *text; /* each says this, a byte at a time, again and again; */
    size_t len;       /* nothing where this is 0 */
    double every;     /* milliseconds between two bytes; 0: at once */
    struct sockaddr_in to;
    struct pollfd all[RECONNECTOR_MAX];
    size_t said[RECONNECTOR_MAX];
    atomic_long came, bytes; /* connections, bytes of all of them */
    atomic_bool stop;
    pthread_t thread;
};

/*
 * reconnector_begin: COUNT connections to WHERE ("127.0.0.1:4444"); when all
 * have been opened it returns. reconnector_end: they leave.
 */
void reconnector_begin(struct reconnector *reconnector, const char *where);
void reconnector_end(struct reconnector *reconnector);

#endif
