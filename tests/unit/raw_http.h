/* SPDX-License-Identifier: MIT */
/* HTTP over a bare socket: bytes to a server of the test, and its answer. */
#ifndef TESTS_UNIT_RAW_HTTP_H
#define TESTS_UNIT_RAW_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/unit/embedded_server.h"

/* A login of alice in parts: a line, its length, its body. */
#define BODY   "{\"username\":\"alice\",\"password\":\"apple\"}"
#define LENGTH "Content-Length: 39\r\n"
#define LINE   "POST /login HTTP/1.1\r\nHost: lab\r\n"
#define CLOSE  "Connection: close\r\n"

enum { RAW_HTTP_SIZE = 65536 };

struct raw_http {
    char out[RAW_HTTP_SIZE]; /* all that came back on the last connection */
};

extern struct raw_http raw_http;

/*
 * raw_http_begin: opens the embedded server and serves, for
 * tcase_add_checked_fixture together with embedded_end.
 */
void raw_http_begin(void);

/*
 * raw_http_send: sends LEN bytes on a new connection, then raw_http_finish.
 */
int raw_http_send(const char *text, size_t len);

/*
 * raw_http_post: sends BODY in a POST to PATH on a new connection, which is to
 * end after it. Returns the connection.
 */
int raw_http_post(const char *path, const char *body);

/*
 * raw_http_finish: reads raw_http.out up to the end of FD and closes it.
 * Returns raw_http_status.
 */
int raw_http_finish(int fd);

/* raw_http_status: the status of the first answer; 0 where there was none. */
int raw_http_status(void);

/* raw_http_has: whether what came back contains PART. */
bool raw_http_has(const char *part);

#endif
