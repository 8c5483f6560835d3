/* SPDX-License-Identifier: MIT */
/* A thread with many connections that reopens each one that is closed. */
#ifndef TESTS_ATTACK_RECONNECTOR_H
#define TESTS_ATTACK_RECONNECTOR_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

enum { RECONNECTOR_MAX = 1000 };

/* Set the first four members, and zero the rest. */
struct reconnector {
    int count;        /* of connections */
    const char *text; /* sent on each, a byte at a time, in a loop */
    size_t len;       /* of TEXT; 0: nothing is sent */
    double every;     /* milliseconds between two bytes; 0: no pause */
    struct sockaddr_in to;
    struct pollfd all[RECONNECTOR_MAX];
    size_t sent[RECONNECTOR_MAX]; /* bytes on each */
    atomic_long opened, bytes;    /* connections, bytes of all of them */
    atomic_bool stop;
    pthread_t thread;
};

/*
 * reconnector_begin: opens COUNT connections to WHERE ("127.0.0.1:4444").
 * reconnector_end: closes them.
 */
void reconnector_begin(struct reconnector *reconnector, const char *where);
void reconnector_end(struct reconnector *reconnector);

#endif
