/* SPDX-License-Identifier: MIT */
/* A client that keeps its connection, and a stopwatch on every answer. */
#ifndef TESTS_SUPPORT_HTTP_CLIENT_H
#define TESTS_SUPPORT_HTTP_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    HTTP_REPLY = 8192,
    HTTP_STATUSES = 600, /* one more than the largest */
    /* For an answer: a server closes what hangs after ten seconds, but the
       last of a queue of hashes waits for minutes on a busy machine. Check
       ends the test before. */
    HTTP_SECONDS = 3600,
};

struct http {
    struct sockaddr_in to, from;
    int fd;          /* -1: not connected */
    int status;      /* of the last answer; 0: it ended without one */
    int retry_after; /* its header; 0: it had none */
    double ms;       /* from the first byte out to the last one in */
    double since;    /* stopwatch_now when it connected, or had an answer */
    bool late;       /* no answer, since the server's timer had run out */
    long again;      /* requests that had to be sent twice, and not for that */
    size_t len;
    char reply[HTTP_REPLY]; /* head and body, terminated; empty: no answer */
    const char *body;       /* in REPLY, never NULL */
};

/*
 * http_open: a client of the server at URL ("http://127.0.0.1:8080") from the
 * address FROM, or NULL: any. It connects with its first request.
 */
void http_open(struct http *http, const char *url, const char *from);
void http_close(struct http *http);

/* http_socket: a TCP socket that no child inherits. */
int http_socket(void);

/* http_connect: now; returns the socket, or -1 when nobody takes it. */
int http_connect(struct http *http);

/*
 * http_request: writes a POST of JSON to PATH to OUT, with more header FIELDS
 * ("Connection: close\r\n") or "". Returns its length.
 */
size_t http_request(char *out, size_t out_size, const char *path,
                    const char *fields, const char *json);

/* http_login_json, http_ask_json: write M1 without a port, and M3. */
void http_login_json(char *out, size_t out_size, const char *name,
                     const char *password);
void http_ask_json(char *out, size_t out_size, const char *name,
                   const char *token, const char *receiver);

/*
 * http_post: JSON to PATH; a connection that has ended meanwhile is opened
 * anew. Returns the status, or 0 when there was no answer.
 */
int http_post(struct http *http, const char *path, const char *json);

/* http_raw: LEN bytes as they are, on a new connection. As http_post. */
int http_raw(struct http *http, const void *bytes, size_t len);

/*
 * http_answer_end: where the answer at AT ends, whose STATUS it sets and
 * whether it is the LAST of the connection; NULL if it goes on after END. The
 * bytes are terminated.
 */
const char *http_answer_end(const char *at, const char *end, int *status,
                            bool *last);

/* http_read: waits for an answer on the connection. As http_post. */
int http_read(struct http *http);

/* http_string: member NAME of the answer, copied to OUT; empty if none. */
void http_string(const struct http *http, const char *name, char *out,
                 size_t out_size);

/* http_login: M1; OUT gets the token, KIT_TOKEN_MAX + 1. */
int http_login(struct http *http, const char *name, const char *password,
               char *out);

/* http_ask: M3. */
int http_ask(struct http *http, const char *name, const char *token,
             const char *receiver);

#endif
