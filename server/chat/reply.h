/* SPDX-License-Identifier: MIT */
/* What a handler is asked and what it answers, free of HTTP. */
#ifndef SERVER_CHAT_REPLY_H
#define SERVER_CHAT_REPLY_H

#include <cjson/cJSON.h>

#include "lib/wire.h"

enum { REPLY_JSON_SIZE = 2048 }; /* M4 with the largest ticket fits */

/* A request whose framing is in order. */
struct request {
    const cJSON *body; /* a JSON object, or NULL: the body was none */
    const char *ip;    /* where the connection comes from */
    long long now;     /* Unix seconds */
    int64_t ticks;     /* milliseconds of kit_ticks, for the rates */
};

/* The answer. JSON can hold a token or a secret: wipe it when it is sent. */
struct reply {
    int status;                  /* 200, 401, ...; 0: there is none yet */
    int retry_after;             /* seconds of Retry-After; 0: no such header */
    char user[KIT_NAME_MAX + 1]; /* who asked, for the log; empty: unknown */
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
 * reply_refuse: makes REPLY the error WHY, and nothing of what stood in it
 * before remains but the user. RETRY_AFTER is in seconds, or 0.
 */
void reply_refuse(struct reply *reply, enum refusal why, int retry_after);

/*
 * reply_print: makes REPLY status 200 with the JSON that FORMAT makes of what
 * follows, as printf does. No string may need an escape: a NAME, an address,
 * hex and base64 never do. What does not fit becomes an internal error.
 */
void reply_print(struct reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
