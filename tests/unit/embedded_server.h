/* SPDX-License-Identifier: MIT */
/*
 * A server in the process of the test: its accounts are in memory, its password
 * hashes cheap, its clock set by the test. Errors fail the test.
 */
#ifndef TESTS_UNIT_EMBEDDED_SERVER_H
#define TESTS_UNIT_EMBEDDED_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "server/chat/login.h"
#include "server/chat/reply.h"
#include "server/chat/service.h"
#include "server/http/daemon.h"

enum {
    EMBEDDED_LN = 10,       /* the cheapest password hash that is allowed */
    EMBEDDED_NOW = 1000000, /* Unix seconds after embedded_begin */
};

#define EMBEDDED_IP "192.0.2.7"

/* A login of alice in parts: a line, its length, its body. */
#define BODY   "{\"username\":\"alice\",\"password\":\"apple\"}"
#define LENGTH "Content-Length: 39\r\n"
#define LINE   "POST /login HTTP/1.1\r\nHost: lab\r\n"
#define CLOSE  "Connection: close\r\n"

/* The server of this test. All its requests come from IP at this time. */
struct embedded_server {
    struct store *store;
    struct service *service;
    long long now; /* Unix seconds */
    int64_t ticks; /* milliseconds */
    const char *ip;
    struct reply reply; /* the last one */
    struct daemon *daemon;
    struct workers *hashers, *syncer;
    uint16_t port;
    char out[65536]; /* what came back on the last connection */
};

extern struct embedded_server embedded;

/*
 * embedded_begin: opens it, with accounts alice, password apple, and bob,
 * password banana; captures standard error. embedded_end: closes it. Both are
 * for tcase_add_checked_fixture.
 */
void embedded_begin(void);
void embedded_end(void);

/* embedded_add: adds an account. */
void embedded_add(const char *name, const char *password);

/*
 * embedded_login: the server handles M1, the text JSON, in the three steps of
 * server/chat/login.h. Returns the status of the reply. embedded_login_as: the
 * same with this NAME and PASSWORD in M1.
 */
int embedded_login(const char *json);
int embedded_login_as(const char *name, const char *password);

/* embedded_userinfo: the server handles M3. Returns the status of the reply. */
int embedded_userinfo(const char *json);

/* embedded_ask: the same with these three members in M3. */
int embedded_ask(const char *user, const char *token, const char *receiver);

/*
 * embedded_token: logs NAME in with the right password, listening on PORT
 * unless it is 0, and writes the token to OUT, KIT_TOKEN_MAX + 1 bytes.
 */
void embedded_token(char *out, const char *name, int port);

/*
 * embedded_string: the string NAME of the last reply, valid until the next
 * call.
 */
const char *embedded_string(const char *name);

/* embedded_execute: runs SQL on its database. */
void embedded_execute(const char *sql);

/*
 * embedded_serve: answers HTTP on 127.0.0.1, port embedded.port, with the
 * limits of the server. embedded_serve_with: the same with these limits (struct
 * daemon_options). embedded_unserve: stops it.
 */
void embedded_serve(void);
void embedded_serve_with(int64_t timeout, int64_t idle_timeout,
                         unsigned connections);
void embedded_unserve(void);

/*
 * embedded_send: sends LEN bytes of TEXT on a new connection and returns the
 * result of embedded_finish. embedded_post: sends BODY in a POST to PATH with
 * "Connection: close" on a new connection, which it returns.
 */
int embedded_send(const char *text, size_t len);
int embedded_post(const char *path, const char *body);

/*
 * embedded_finish: reads embedded.out up to the end of FD, and closes it.
 * Returns the status of the first answer, or 0 if no answer came.
 */
int embedded_finish(int fd);

/* embedded_has: whether embedded.out contains PART. */
bool embedded_has(const char *part);

#endif
