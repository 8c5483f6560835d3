/* SPDX-License-Identifier: MIT */
/* The HTTP server: libmicrohttpd around the handlers. */
#ifndef SERVER_HTTP_DAEMON_H
#define SERVER_HTTP_DAEMON_H

#include <stdint.h>

#include "server/chat/service.h"
#include "server/chat/workers.h"

enum {
    DAEMON_TIMEOUT = 10000, /* milliseconds for a request, or an answer */
    /* Milliseconds from an answer to the next request's end. Its first byte
       cannot be seen, so the time before that counts as well. */
    DAEMON_IDLE_TIMEOUT = 10000,
    DAEMON_CONNECTIONS = 1024,
};

struct daemon;

struct daemon_options {
    int listener;            /* a socket that listens; closed by the daemon */
    char *cert, *key;        /* PEM texts, or NULL: no TLS */
    struct workers *workers; /* hash the passwords */
    int64_t timeout;         /* milliseconds */
    int64_t idle_timeout;    /* milliseconds */
    unsigned connections;    /* at once */
};

/*
 * daemon_start: serves in threads of its own until daemon_stop. Nobody else
 * may touch SERVICE meanwhile. The texts and workers of OPTIONS must live as
 * long. Returns EX_OK; or another exit code of sysexits.h with DAEMON NULL and
 * the reason on standard error.
 */
int daemon_start(struct daemon **daemon, const struct daemon_options *options,
                 struct service *service) KIT_MUST_CHECK;

/*
 * daemon_stop: takes nothing new, lets answers under way finish (a second at
 * most), drops what the workers have not begun, and gives everything back but
 * them. NULL is nothing to do.
 */
void daemon_stop(struct daemon *daemon);

#endif
