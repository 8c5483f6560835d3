/* SPDX-License-Identifier: MIT */
/*
 * A mock of the chat server. It answers /login and /userinfo with what the
 * check has set, over HTTP or HTTPS, and records the requests.
 */
#ifndef GRADE_MOCK_SERVER_H
#define GRADE_MOCK_SERVER_H

#include <pthread.h>

#include "tests/support/http_server.h"

enum {
    MOCK_SERVER_BODY = 20000, /* bytes of an answer: more than a client reads */
    MOCK_SERVER_REQUEST = 6144, /* bytes of a request body */
    MOCK_SERVER_KEPT = 16,      /* request bodies recorded for each path */
};

/* One path: its answer and its requests. */
struct route {
    const char *path; /* "/login" */
    int status;       /* of the answer, 200 by default */
    int retry_after;  /* seconds for the Retry-After header; 0: no header */
    char body[MOCK_SERVER_BODY];
    int count;                                            /* requests so far */
    char requests[MOCK_SERVER_KEPT][MOCK_SERVER_REQUEST]; /* their bodies */
};

struct mock_server {
    char url[64]; /* "http://127.0.0.1:12345" */
    struct route login, userinfo;
    struct http_server http;
    pthread_mutex_t lock; /* of the routes */
};

/*
 * mock_server_start: starts to serve on a free port of 127.0.0.1, over TLS if
 * TLS is not NULL. It serves until the process ends.
 */
void mock_server_start(struct mock_server *server, SSL_CTX *tls);

/*
 * mock_server_set_answer: sets the answer of ROUTE for all later requests. If
 * FORMAT is NULL, the body stays the same.
 */
void mock_server_set_answer(struct mock_server *server, struct route *route,
                            int status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* mock_server_count: the number of requests to ROUTE so far. */
int mock_server_count(struct mock_server *server, const struct route *route);

#endif
