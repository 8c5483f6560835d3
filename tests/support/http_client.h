/* SPDX-License-Identifier: MIT */
/* An HTTP client that keeps its connection open and times every answer. */
#ifndef TESTS_SUPPORT_HTTP_CLIENT_H
#define TESTS_SUPPORT_HTTP_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    HTTP_REPLY = 8192,
    HTTP_STATUSES = 600, /* one more than the largest */
    /* For an answer. The server closes idle connections after ten seconds, but
       the last login in a queue can wait for minutes on a busy machine. Check's
       own limit is shorter. */
    HTTP_SECONDS = 3600,
};

struct http {
    struct sockaddr_in to, from;
    int fd;          /* -1: not connected */
    int status;      /* of the last answer; 0: no answer */
    int retry_after; /* its header Retry-After, or 0 */
    double ms;       /* from the first byte sent to the last one received */
    double since;    /* when it connected or received an answer */
    bool late;       /* no answer, because the server's timeout came first */
    long again;      /* requests sent twice for any other reason */
    size_t len;
    char reply[HTTP_REPLY]; /* head and body, terminated; empty: no answer */
    const char *body;       /* in REPLY, never NULL */
};

/*
 * http_open: a client of the server at URL ("http://127.0.0.1:8080"). It
 * connects with its first request, from the address FROM unless that is NULL.
 */
void http_open(struct http *http, const char *url, const char *from);
void http_close(struct http *http);

/* http_socket: a TCP socket that is closed on exec. */
int http_socket(void);

/* http_connect: connects now. Returns the socket, or -1 if it is refused. */
int http_connect(struct http *http);

/*
 * http_request: fills OUT with a POST to PATH whose body is JSON. FIELDS are
 * more header lines ("Connection: close\r\n"), or "". Returns its length.
 */
size_t http_request(char *out, size_t out_size, const char *path,
                    const char *fields, const char *json);

/* http_login_json, http_ask_json: write M1 without a port, and M3. */
void http_login_json(char *out, size_t out_size, const char *name,
                     const char *password);
void http_ask_json(char *out, size_t out_size, const char *name,
                   const char *token, const char *receiver);

/*
 * http_post: posts JSON to PATH. If the server has closed the connection
 * since the last request, connects again. Returns the status, or 0 if there was
 * no answer.
 */
int http_post(struct http *http, const char *path, const char *json);

/* http_raw: sends LEN bytes on a new connection. Returns as http_post. */
int http_raw(struct http *http, const void *bytes, size_t len);

/*
 * http_answer_end: returns the end of the answer that begins at AT, or NULL if
 * it is incomplete at END, where there must be a zero byte. Sets its STATUS;
 * sets LAST if it has "Connection: close".
 */
const char *http_answer_end(const char *at, const char *end, int *status,
                            bool *last);

/* http_read: waits for an answer. Returns as http_post. */
int http_read(struct http *http);

/* http_string: copies the member NAME of the answer to OUT, or "". */
void http_string(const struct http *http, const char *name, char *out,
                 size_t out_size);

/* http_login: sends M1; writes the token to OUT, KIT_TOKEN_MAX + 1 bytes. */
int http_login(struct http *http, const char *name, const char *password,
               char *out);

/* http_ask: sends M3. */
int http_ask(struct http *http, const char *name, const char *token,
             const char *receiver);

#endif
