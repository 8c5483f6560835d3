/* SPDX-License-Identifier: MIT */
/* HTTP over a bare socket: bytes to a server of the test, and its answer. */
#ifndef TESTS_UNIT_RAW_HTTP_H
#define TESTS_UNIT_RAW_HTTP_H

#include <stddef.h>

#include "tests/unit/embedded_server.h"

/* A login of alice in parts: a line, its length, its body. */
#define BODY   "{\"username\":\"alice\",\"password\":\"apple\"}"
#define LENGTH "Content-Length: 39\r\n"
#define LINE   "POST /login HTTP/1.1\r\nHost: lab\r\n"
#define CLOSE  "Connection: close\r\n"

enum { RAW_HTTP_SIZE = 65536 };

struct raw_http {
    struct embedded_server server;
    char out[RAW_HTTP_SIZE]; /* all that came back on the last connection */
};

extern struct raw_http raw_http;

/* raw_http_begin, raw_http_end: for tcase_add_checked_fixture. */
void raw_http_begin(void);
void raw_http_end(void);

/* raw_http_send: sends LEN bytes on a new connection and reads to its end. */
void raw_http_send(const char *text, size_t len);

/*
 * raw_http_post: sends BODY in a POST to PATH of a server on PORT, on a new
 * connection, which is to end after it. Returns the connection.
 */
int raw_http_post(uint16_t port, const char *path, const char *body);

/*
 * raw_http_finish: reads OUT up to the end of FD and closes it. Returns the
 * status of the answer, or 0 if there was none.
 */
int raw_http_finish(int fd, char *out, size_t out_size);

/* raw_http_status: the status of the first answer; 0 where there was none. */
int raw_http_status(void);

#endif
