/* SPDX-License-Identifier: MIT */
/*
 * A server for tests inside the test's own process: accounts in memory, cheap
 * passwords, a clock in the test's hands. Whatever fails ends the test.
 */
#ifndef TESTS_UNIT_EMBEDDED_SERVER_H
#define TESTS_UNIT_EMBEDDED_SERVER_H

#include "server/chat/login.h"
#include "server/chat/reply.h"
#include "server/chat/service.h"
#include "server/http/daemon.h"

enum {
    EMBEDDED_LN = 10,       /* the cheapest password hash that is allowed */
    EMBEDDED_NOW = 1000000, /* Unix seconds at the start of embedded_open */
};

#define EMBEDDED_IP "192.0.2.7"

/* The server of this test. All its requests come from IP at this time. */
struct embedded_server {
    struct store *store;
    struct service *service;
    long long now; /* Unix seconds */
    int64_t ticks; /* milliseconds */
    const char *ip;
    struct reply reply; /* the last one */
    struct daemon *daemon;
    struct workers *workers;
    uint16_t port;
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
 * embedded_login: M1 as JSON text, through all three steps. Returns the status.
 * embedded_login_as: the same with these two members.
 */
int embedded_login(const char *json);
int embedded_login_as(const char *name, const char *password);

/* embedded_userinfo: M3 as JSON text. Returns the status. */
int embedded_userinfo(const char *json);

/* embedded_ask: M3 with these three members. Returns the status. */
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
 * embedded_serve: answers HTTP on a port of 127.0.0.1, with the limits of the
 * server. embedded_serve_with: with these, in milliseconds. embedded_unserve:
 * stops that.
 */
void embedded_serve(void);
void embedded_serve_with(int64_t timeout, int64_t idle_timeout,
                         unsigned connections);
void embedded_unserve(void);

#endif
