/* SPDX-License-Identifier: MIT */
/* One request and its answer, from the request line to the last byte sent. */
#ifndef SERVER_HTTP_EXCHANGE_H
#define SERVER_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <stdatomic.h>
#include <stddef.h>

#include "server/chat/feed.h"
#include "server/chat/routes.h"
#include "server/chat/workers.h"
#include "server/http/deadlines.h"
#include "server/http/log.h"

enum {
    EXCHANGE_PATH_SIZE = 128, /* longer than any route */
    EXCHANGE_METHOD_SIZE = 16,
};

/* What all exchanges of a daemon share. */
struct exchange_context {
    struct service *service;
    struct workers *hashers, *syncer; /* for login_hash, for wal_sync */
    struct log *log;
    struct feed *feed;  /* of the wall, or NULL */
    int64_t timeout;    /* see DAEMON_TIMEOUT in daemon.h */
    bool is_strict;     /* see struct head_line */
    atomic_bool ending; /* close every connection after its next answer */
};

enum exchange_stage {
    EXCHANGE_HEAD,    /* before the head is checked */
    EXCHANGE_BODY,    /* reading the body */
    EXCHANGE_HASHING, /* a worker hashes; the connection is suspended */
    EXCHANGE_SYNCING, /* a worker waits for the disk; suspended, too */
    EXCHANGE_DONE,    /* the answer is queued */
};

struct exchange {
    struct exchange_context *context;
    struct MHD_Connection *connection;
    struct deadline *deadline; /* of the connection */
    enum exchange_stage stage;
    int64_t began;                   /* kit_ticks */
    const char *target, *target_end; /* as libmicrohttpd received it */
    char ip[KIT_IP_SIZE];
    char method[EXCHANGE_METHOD_SIZE];
    char path[EXCHANGE_PATH_SIZE];
    const struct route *route;
    size_t expected, len; /* bytes of the body: Content-Length, read so far */
    char body[KIT_REQUEST_MAX];
    struct login login;
    struct reply reply;
    int synced; /* 1: wal_sync was called; -1: it failed; 0: not yet */
};

/*
 * exchange_new: begins an exchange when the request line has arrived. TARGET is
 * its target as sent: path and query. Returns NULL if there is no memory.
 */
struct exchange *exchange_new(struct exchange_context *context,
                              struct MHD_Connection *connection,
                              const char *target);

/*
 * exchange_continue: handles the next part of the request. libmicrohttpd calls
 * it once for the head; for each piece of the body, LEN bytes at BYTES; and
 * once for the end, with LEN 0. A login needs one more call after it was
 * hashed, and another after it was synced. Sets LEN to 0: all bytes were used.
 * Returns MHD_NO to close the connection.
 */
enum MHD_Result exchange_continue(struct exchange *exchange, const char *method,
                                  const char *version, const char *bytes,
                                  size_t *len);

/*
 * exchange_free: logs the request with STATUS, which was sent (0: none); wipes
 * and frees the exchange.
 */
void exchange_free(struct exchange *exchange, unsigned status);

#endif
