/* SPDX-License-Identifier: MIT */
/* One request and its answer, from the request line to the last byte out. */
#ifndef SERVER_EXCHANGE_H
#define SERVER_EXCHANGE_H

#include <microhttpd.h>
#include <stdatomic.h>
#include <stddef.h>

#include "server/deadlines.h"
#include "server/log.h"
#include "server/routes.h"
#include "server/workers.h"

enum {
    EXCHANGE_PATH_SIZE = 128, /* longer ones are nobody's path */
    EXCHANGE_METHOD_SIZE = 16,
};

/* What all exchanges of a daemon share. */
struct exchange_place {
    struct service *service;
    struct workers *workers;
    struct log *log;
    int64_t patience;   /* milliseconds for an answer to be taken */
    bool is_strict;     /* what struct audit_line is told */
    atomic_bool ending; /* every answer is the last of its connection */
};

enum exchange_stage {
    EXCHANGE_HEAD,    /* the head has not been looked at */
    EXCHANGE_BODY,    /* the body is coming */
    EXCHANGE_HASHING, /* a worker has it, the connection is suspended */
    EXCHANGE_DONE,    /* the answer is on its way */
};

struct exchange {
    struct exchange_place *place;
    struct MHD_Connection *connection;
    struct deadline *deadline; /* of the connection */
    enum exchange_stage stage;
    int64_t began; /* ticks */
    const char *target, *target_end;
    char ip[KIT_IP_SIZE];
    char method[EXCHANGE_METHOD_SIZE];
    char path[EXCHANGE_PATH_SIZE];
    const struct route *route;
    size_t expected, len; /* bytes of the body, and those that came */
    char body[KIT_REQUEST_MAX];
    struct login login;
    struct reply reply;
};

/* exchange_new: the request line has come; TARGET as it was sent. Or NULL. */
struct exchange *exchange_new(struct exchange_place *place,
                              struct MHD_Connection *connection,
                              const char *target);

/*
 * exchange_continue: what libmicrohttpd calls its handler for: the head is
 * here, a piece of the body (LEN bytes; all of them are taken), or its end.
 */
enum MHD_Result exchange_continue(struct exchange *exchange, const char *method,
                                  const char *version, const char *bytes,
                                  size_t *len);

/* exchange_free: writes the log, wipes and frees. STATUS: what was sent. */
void exchange_free(struct exchange *exchange, unsigned status);

#endif
