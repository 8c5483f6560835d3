/* SPDX-License-Identifier: MIT */
/* The HTTP server: libmicrohttpd, which calls the handlers in server/chat/. */
#ifndef SERVER_HTTP_DAEMON_H
#define SERVER_HTTP_DAEMON_H

#include <stdint.h>

#include "server/chat/feed.h"
#include "server/chat/service.h"
#include "server/chat/workers.h"

enum {
    /* Milliseconds for the client to send a request, and again to read the
       answer. */
    DAEMON_TIMEOUT = 10000,
    /* Milliseconds from an answer to the end of the next request on the same
       connection. They begin at the answer because libmicrohttpd does not
       report the first byte of the next request. */
    DAEMON_IDLE_TIMEOUT = 10000,
    DAEMON_CONNECTIONS = 1024,
    /* Bytes of memory for each of them: for a head, what libmicrohttpd notes
       about its fields, and an answer. libmicrohttpd zeroes all of them after
       each request, and those of many connections must share the processor's
       cache, so its default, 32 KiB, would be slower. */
    DAEMON_MEMORY = 16384,
};

struct daemon;

struct daemon_options {
    int listener;            /* a listening socket; the daemon closes it */
    char *cert, *key;        /* PEM texts; both NULL: no TLS */
    struct workers *hashers; /* to hash passwords */
    struct workers *syncer;  /* to wait for the disk */
    struct feed *feed;       /* what the wall shows; NULL: there is no wall */
    int64_t timeout;         /* milliseconds; see DAEMON_TIMEOUT */
    int64_t idle_timeout;    /* milliseconds; see DAEMON_IDLE_TIMEOUT */
    unsigned connections;    /* the most at the same time */
};

/*
 * daemon_start: serves requests in new threads until daemon_stop. Until then no
 * other thread may use SERVICE, and what OPTIONS points to must stay valid.
 * Returns EX_OK; or another exit code of sysexits.h with DAEMON NULL and the
 * reason on standard error.
 */
int daemon_start(struct daemon **daemon, const struct daemon_options *options,
                 struct service *service) KIT_MUST_CHECK;

/*
 * daemon_stop: accepts no more connections, calls workers_stop (logins that no
 * worker has begun are answered "busy"), waits up to a second until all answers
 * are sent, and frees everything but the workers. NULL is allowed.
 */
void daemon_stop(struct daemon *daemon);

#endif
