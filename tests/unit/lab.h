/* SPDX-License-Identifier: MIT */
/*
 * A server for tests inside the test's own process: accounts in memory, cheap
 * passwords, a clock in the test's hands. Whatever fails ends the test.
 */
#ifndef KIT_TESTS_LAB_H
#define KIT_TESTS_LAB_H

#include "server/chat/login.h"
#include "server/chat/reply.h"
#include "server/chat/service.h"
#include "server/http/daemon.h"

enum {
    LAB_LN = 10,       /* the cheapest password hash that is allowed */
    LAB_NOW = 1000000, /* Unix seconds at the start of lab_open */
};

#define LAB_IP "192.0.2.7"

/* What a test has; all of its requests come at this time from this address. */
struct lab {
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

/* lab_open: alice, whose password is apple, and bob, whose is banana. */
void lab_open(struct lab *lab);
void lab_close(struct lab *lab);

/* lab_add: an account more. */
void lab_add(struct lab *lab, const char *name, const char *password);

/* lab_login: M1 as JSON text, through all three steps. Returns the status. */
int lab_login(struct lab *lab, const char *json);

/* lab_userinfo: M3 as JSON text. Returns the status. */
int lab_userinfo(struct lab *lab, const char *json);

/* lab_ask: M3 of its three members. Returns the status. */
int lab_ask(struct lab *lab, const char *user, const char *token,
            const char *receiver);

/*
 * lab_token: logs NAME in with his password, listening on PORT unless it is
 * 0, and writes the token to OUT, KIT_TOKEN_MAX + 1.
 */
void lab_token(char *out, struct lab *lab, const char *name, int port);

/* lab_said: the member NAME of the last reply, a string; static. */
const char *lab_said(const struct lab *lab, const char *name);

/*
 * lab_serve: answers HTTP on a port of 127.0.0.1, with these milliseconds.
 * lab_unserve: does so no more.
 */
void lab_serve(struct lab *lab, int64_t timeout, int64_t idle_timeout,
               unsigned connections);
void lab_unserve(struct lab *lab);

#endif
