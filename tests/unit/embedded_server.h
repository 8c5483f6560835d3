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

/* What a test has; all of its requests come at this time from this address. */
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

/* embedded_open: alice, whose password is apple, and bob, whose is banana. */
void embedded_open(struct embedded_server *server);
void embedded_close(struct embedded_server *server);

/* embedded_add: an account more. */
void embedded_add(struct embedded_server *server, const char *name,
                  const char *password);

/* embedded_login: M1 as JSON text, through all three steps. Returns the status.
 */
int embedded_login(struct embedded_server *server, const char *json);

/* embedded_userinfo: M3 as JSON text. Returns the status. */
int embedded_userinfo(struct embedded_server *server, const char *json);

/* embedded_ask: M3 of its three members. Returns the status. */
int embedded_ask(struct embedded_server *server, const char *user,
                 const char *token, const char *receiver);

/*
 * embedded_token: logs NAME in with his password, listening on PORT unless it
 * is 0, and writes the token to OUT, KIT_TOKEN_MAX + 1.
 */
void embedded_token(char *out, struct embedded_server *server, const char *name,
                    int port);

/* embedded_said: the member NAME of the last reply, a string; static. */
const char *embedded_said(const struct embedded_server *server,
                          const char *name);

/*
 * embedded_serve: answers HTTP on a port of 127.0.0.1, with these milliseconds.
 * embedded_unserve: does so no more.
 */
void embedded_serve(struct embedded_server *server, int64_t timeout,
                    int64_t idle_timeout, unsigned connections);
void embedded_unserve(struct embedded_server *server);

#endif
