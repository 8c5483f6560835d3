/* SPDX-License-Identifier: MIT */
/* The input and the output of a handler, independent of HTTP. */
#ifndef SERVER_CHAT_REPLY_H
#define SERVER_CHAT_REPLY_H

#include <cjson/cJSON.h>

#include "lib/wire.h"

enum { REPLY_JSON_SIZE = 2048 }; /* enough for M4 with the largest ticket */

/* A request whose head and length are valid. */
struct request {
    const cJSON *body; /* a JSON object, or NULL if the body is not one */
    const char *ip;    /* the client's address */
    long long now;     /* Unix seconds */
    int64_t ticks;     /* milliseconds of kit_ticks, for the rate limits */
};

/* An answer. JSON may contain a token or a secret: wipe it after sending. */
struct reply {
    int status;                  /* 200, 401, ...; 0: no answer yet */
    int retry_after;             /* seconds of Retry-After; 0: no such header */
    const char *error;           /* the word of an error; NULL: no error */
    bool unsynced;               /* send it only after wal_sync */
    char user[KIT_NAME_MAX + 1]; /* who asks, for the log; empty: unknown */
    char peer[KIT_NAME_MAX + 1]; /* whom M4 is about; empty: it is not M4 */
    char json[REPLY_JSON_SIZE];
};

/* The errors of protocol.md section 3. */
enum refusal {
    REFUSE_BAD_REQUEST,
    REFUSE_BAD_LOGIN,
    REFUSE_BAD_TOKEN,
    REFUSE_ORIGIN,
    REFUSE_NO_RECEIVER,
    REFUSE_NO_PATH,
    REFUSE_METHOD,
    REFUSE_TOO_LARGE,
    REFUSE_SLOW_DOWN,
    REFUSE_INTERNAL,
    REFUSE_BUSY,
};

/*
 * reply_refuse: sets REPLY to the error WHY, with Retry-After if RETRY_AFTER
 * (seconds) is not 0. Wipes the old JSON and keeps the user.
 */
void reply_refuse(struct reply *reply, enum refusal why, int retry_after);

/*
 * reply_print: sets REPLY to status 200 with the JSON that printf would make
 * of FORMAT and the following arguments. Strings are not escaped: pass only
 * names, addresses, hex and base64, which never need it. If the JSON is too
 * long, REPLY becomes an internal error.
 */
void reply_print(struct reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
