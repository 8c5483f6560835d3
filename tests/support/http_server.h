/* SPDX-License-Identifier: MIT */
/*
 * A scripted HTTP server in a thread of the test. It answers one request after
 * the other, whatever they ask for, and keeps the last few of them.
 */
#ifndef TESTS_SUPPORT_HTTP_SERVER_H
#define TESTS_SUPPORT_HTTP_SERVER_H

#include <openssl/types.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_SERVER_REQUEST = 8192, HTTP_SERVER_KEPT = 2 };

/* One answer of a script, as it goes over the connection. */
struct http_answer {
    const char *text; /* head and body; NULL: the end of the script */
    bool then_close;  /* whether the connection ends after it */
};

/*
 * The server answers with the first of these that is set: ANSWER, a function;
 * the next answer of SCRIPT; STATUS with BODY, which the test may change
 * between two requests.
 */
struct http_server {
    /* Answers the last request over FD; returns whether FD stays open. */
    bool (*answer)(struct http_server *server, int fd);
    void *context; /* for ANSWER */
    const struct http_answer *script;
    int status;
    const char *body;
    SSL_CTX *tls; /* with its certificate; NULL: plain HTTP */

    int listener;
    char url[64];
    atomic_int connections, requests; /* so far */
    char kept[HTTP_SERVER_KEPT][HTTP_SERVER_REQUEST];
    atomic_int peer;      /* the connection, or -1 */
    SSL *session;         /* on this connection; NULL: plain HTTP */
    atomic_bool stopping; /* by http_server_close */
    pthread_t thread;
};

/* http_server_open: starts a server that answers with STATUS and BODY. */
void http_server_open(struct http_server *server, int status, const char *body);

/* http_server_start: starts it after the test has set members of SERVER. */
void http_server_start(struct http_server *server);

/* http_server_start_on: the same on LISTENER, which it will close. */
void http_server_start_on(struct http_server *server, int listener);

/* http_server_close: ends the connection and the server. */
void http_server_close(struct http_server *server);

/*
 * For ANSWER. http_server_send: sends LEN bytes of BYTES over FD; returns
 * whether that worked. http_server_reply: sends an answer with STATUS, BODY and
 * more header FIELDS, each with its line end.
 */
bool http_server_send(struct http_server *server, int fd, const void *bytes,
                      size_t len);
void http_server_reply(struct http_server *server, int fd, int status,
                       const char *fields, const char *body);

/*
 * http_server_request: the text of request NUMBER, from 0. Only the last
 * HTTP_SERVER_KEPT requests are kept.
 */
const char *http_server_request(const struct http_server *server, int number);

#endif
