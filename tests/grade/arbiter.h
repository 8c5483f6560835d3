/* SPDX-License-Identifier: MIT */
/*
 * The server as the grader plays it: it answers /login and /userinfo with what
 * the check has put there, over HTTP or HTTPS, and keeps what it was asked.
 */
#ifndef GRADE_ARBITER_H
#define GRADE_ARBITER_H

#include <pthread.h>
#include <stdbool.h>

enum {
    ARBITER_BODY = 20000, /* bytes of an answer: more than a client takes */
    ARBITER_ASKED = 6144, /* bytes of a request */
    ARBITER_KEPT = 16,    /* requests kept of each path */
};

/* What one path answers, and what it was asked. */
struct route {
    const char *path; /* "/login" */
    int status;       /* 200 unless a check wants otherwise */
    int retry_after;  /* seconds; 0: none */
    char body[ARBITER_BODY];
    int count;                               /* requests so far */
    char asked[ARBITER_KEPT][ARBITER_ASKED]; /* their bodies */
};

struct arbiter {
    char url[64]; /* "http://127.0.0.1:12345" */
    int listener;
    int connections; /* so far */
    int handshakes;  /* of TLS that went well */
    struct tls *tls; /* NULL: in clear */
    struct route login, userinfo;
    pthread_t thread;
    pthread_mutex_t lock;
};

/*
 * arbiter_open: begins to answer, over TLS where TLS is given. Only the
 * process ends it.
 */
void arbiter_open(struct arbiter *arbiter, struct tls *tls);

/*
 * arbiter_say: sets what ROUTE answers from the next request on. FORMAT NULL:
 * the body stays.
 */
void arbiter_say(struct arbiter *arbiter, struct route *route, int status,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* arbiter_count: how often ROUTE was asked until now. */
int arbiter_count(struct arbiter *arbiter, const struct route *route);

#endif
