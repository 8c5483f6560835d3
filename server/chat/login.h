/* SPDX-License-Identifier: MIT */
/*
 * POST /login: M1 in, M2 out (protocol.md sections 2 and 3).
 *
 * Hashing the password is slow, so a login has three steps: login_begin and
 * login_finish run in the thread that serves connections, login_hash runs in
 * a worker thread between them.
 */
#ifndef SERVER_CHAT_LOGIN_H
#define SERVER_CHAT_LOGIN_H

#include "lib/password.h"
#include "server/chat/reply.h"
#include "server/chat/service.h"
#include "server/store/password_hash.h"

/* What login_hash found. */
enum login_result {
    LOGIN_UNVERIFIED, /* login_hash was not called */
    LOGIN_ERROR,
    LOGIN_WRONG,
    LOGIN_RIGHT,
};

/* A login in progress. */
struct login {
    char name[KIT_NAME_MAX + 1];
    char password[KIT_PASSWORD_SIZE]; /* wiped after hashing */
    char ip[KIT_IP_SIZE];
    uint16_t port;                /* 0: M1 has none */
    char phc[PASSWORD_HASH_SIZE]; /* the stored password; empty: no account */
    struct password_hash_costs costs;       /* of all accounts */
    struct password_hash_cost upgrade_cost; /* for a new hash; ln 0: none */
    char upgraded[PASSWORD_HASH_SIZE]; /* the new PHC at that cost, or empty */
    struct rate_token attempt; /* given back unless the password is wrong */
    enum login_result result;
};

/*
 * login_begin: parses M1 into LOGIN. If REPLY has a status afterwards, it is
 * the answer. If its status is still 0, call login_hash and login_finish. Until
 * login_finish, the attempt counts as a failed one, so that parallel attempts
 * cannot exceed the limit.
 */
void login_begin(struct reply *reply, struct login *login,
                 struct service *service, const struct request *request);

/* login_hash: verifies the password and wipes it. Slow. */
void login_hash(struct login *login);

/*
 * login_finish: writes the answer to REPLY, M2 or an error, and wipes LOGIN.
 * NOW is in Unix seconds. Without login_hash, the answer is "busy".
 */
void login_finish(struct reply *reply, struct login *login,
                  struct service *service, long long now);

#endif
