/* SPDX-License-Identifier: MIT */
/*
 * POST /login: M1 in, M2 out (protocol.md sections 2 and 3).
 *
 * In three steps, because the middle one is slow: login_begin and
 * login_finish where connections are served, login_hash in a worker's thread.
 */
#ifndef SERVER_CHAT_LOGIN_H
#define SERVER_CHAT_LOGIN_H

#include "lib/password.h"
#include "server/chat/reply.h"
#include "server/chat/service.h"
#include "server/store/password_hash.h"

enum login_result {
    LOGIN_UNVERIFIED, /* nobody has looked at the password yet */
    LOGIN_ERROR,
    LOGIN_WRONG,
    LOGIN_RIGHT,
};

/* A login under way. */
struct login {
    char name[KIT_NAME_MAX + 1];
    char password[KIT_PASSWORD_SIZE]; /* wiped as soon as it is hashed */
    char ip[KIT_IP_SIZE];
    uint16_t port;                /* 0: M1 had none */
    char phc[PASSWORD_HASH_SIZE]; /* the stored password; empty: unknown name */
    struct password_hash_costs costs; /* of every login */
    struct password_hash_cost
        better; /* for PHC, if that is cheaper; ln 0: it is not */
    char upgraded[PASSWORD_HASH_SIZE]; /* PHC at that cost; empty: none */
    struct rate_token token; /* given back unless the password is wrong */
    enum login_result result;
};

/*
 * login_begin: looks at M1. Either REPLY is the answer already, or its status
 * is 0 and LOGIN is to be hashed and finished; an attempt counts as a failed
 * one until then, so that many at once are not one more than a few.
 */
void login_begin(struct reply *reply, struct login *login,
                 struct service *service, const struct request *request);

/* login_hash: looks at the password and wipes it. Takes its time. */
void login_hash(struct login *login);

/*
 * login_finish: makes REPLY the answer, M2 or a refusal, at NOW (Unix
 * seconds), and wipes LOGIN. One that was never hashed is told that the
 * server is busy.
 */
void login_finish(struct reply *reply, struct login *login,
                  struct service *service, long long now);

#endif
