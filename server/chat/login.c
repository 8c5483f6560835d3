/* SPDX-License-Identifier: MIT */
/* Answering a name and a password (M1) with a token (M2). */
#include "server/chat/login.h"

#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "lib/net.h"
#include "lib/say.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"

enum {
    BUSY_SECONDS = 2, /* the Retry-After of "busy": a worker may be free then */
    TOKEN_SIZE = 2 * KIT_TOKEN_BYTES + 1,
};

/* Parses M1 (protocol.md section 2). */
static int read_request(struct login *login, const cJSON *body)
{
    long long port = 0;

    if (kit_json_copy(login->name, sizeof login->name, body, "username",
                      kit_is_name) != 0 ||
        kit_json_copy(login->password, sizeof login->password, body, "password",
                      kit_is_password) != 0)
        return -1;
    if (kit_json_has(body, "port") &&
        kit_json_integer(&port, body, "port", 1, UINT16_MAX) != 0)
        return -1;
    login->port = (uint16_t)port;
    return 0;
}

/*
 * Plans to hash the password again if its cost, OLD, is lower than that of
 * others. Every login computes one hash at each cost in the database, so it is
 * fastest if all costs are the same. The new cost is the highest in the
 * database that is not above LN, that of the server. Without this limit, one
 * manipulated row could make all other passwords expensive.
 */
static void plan_upgrade(struct login *login, struct password_hash_cost old,
                         unsigned ln)
{
    const struct password_hash_cost limit = {ln, PASSWORD_HASH_P};
    size_t i = 0;

    /* The list begins with the highest cost. */
    while (i < login->costs.count &&
           password_hash_cheaper(limit, login->costs.list[i]))
        i++;
    if (i < login->costs.count &&
        password_hash_cheaper(old, login->costs.list[i]))
        login->upgrade_cost = login->costs.list[i];
}

/*
 * Reads the stored password of the account, and the costs of all accounts.
 * login_hash computes one hash at each of these costs, even for an unknown
 * name, so that the time does not show who has an account. Fails if the stored
 * password is damaged.
 */
static int find_password(struct login *login, struct service *service)
{
    const struct password_hash_cost fallback = {service->ln, PASSWORD_HASH_P};
    int rc = accounts_find(login->phc, service->store, login->name);
    struct password_hash hash;

    if (rc < 0 || accounts_costs(&login->costs, service->store) != 0)
        return -1;
    if (login->costs.count == 0)
        password_hash_costs_add(&login->costs, fallback);
    if (rc == 1)
        return 0; /* there is no such account */
    if (password_hash_parse(&hash, login->phc) != 0)
        return accounts_unreadable(login->name);
    plan_upgrade(login, (struct password_hash_cost){hash.ln, hash.p},
                 service->ln);
    kit_wipe(&hash, sizeof hash);
    return 0;
}

/*
 * Counts this attempt as a failed one for its name and network. login_finish
 * takes that back unless the password was wrong. Returns the result of
 * rate_take.
 */
static int count_attempt(struct login *login, struct service *service,
                         int64_t ticks)
{
    char network[KIT_IP_SIZE], key[KIT_NAME_MAX + 1 + KIT_IP_SIZE];

    kit_net_network(network, login->ip);
    snprintf(key, sizeof key, "%s %s", login->name, network);
    return rate_take(&login->attempt, &service->failed_logins, key, ticks);
}

void login_begin(struct reply *reply, struct login *login,
                 struct service *service, const struct request *request)
{
    int wait;

    memset(login, 0, sizeof *login);
    if (read_request(login, request->body) != 0) {
        reply_refuse(reply, REFUSE_BAD_REQUEST, 0);
        goto done;
    }
    memcpy(reply->user, login->name, sizeof reply->user);
    snprintf(login->ip, sizeof login->ip, "%s", request->ip);

    /* After too many failures, refuse before hashing anything. */
    wait = count_attempt(login, service, request->ticks);
    if (wait != 0) {
        reply_refuse(reply, wait > 0 ? REFUSE_SLOW_DOWN : REFUSE_INTERNAL,
                     wait > 0 ? wait : 0);
        goto done;
    }
    if (find_password(login, service) != 0) {
        rate_give_back(&service->failed_logins, &login->attempt);
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    }
done:
    if (reply->status != 0)
        kit_wipe(login, sizeof *login);
}

void login_hash(struct login *login)
{
    /* For -1, 0 and 1, the results of password_hash_verify_uniform. */
    static const enum login_result results[] = {LOGIN_ERROR, LOGIN_WRONG,
                                                LOGIN_RIGHT};

    login->result = results[password_hash_verify_uniform(
                                login->phc, login->password, &login->costs) +
                            1];
    /* If the upgrade fails, the next login tries again. */
    if (login->result == LOGIN_RIGHT && login->upgrade_cost.ln != 0 &&
        password_hash_upgrade(login->upgraded, login->phc, login->password,
                              login->upgrade_cost) != 0)
        login->upgraded[0] = '\0';
    kit_wipe(login->password, sizeof login->password);
}

/* Writes M2 with a new token. Its session is stored, but not yet on disk. */
static void write_m2(struct reply *reply, const struct login *login,
                     struct service *service, long long now)
{
    char token[TOKEN_SIZE];
    int rc = kit_random_hex(token, sizeof token);

    if (rc != 0)
        kit_error("cannot make a token for %s: the system provides no random "
                  "bytes; %s can try to log in again",
                  login->name, login->name);
    if (rc == 0)
        rc = sessions_add(service->store, login->name, login->phc, login->ip,
                          login->port, token, now);
    reply->unsynced = rc == 0;
    if (rc == 0)
        reply_print(reply, "{\"token\":\"%s\",\"expires_in\":%d}", token,
                    KIT_TOKEN_LIFE);
    else if (rc == 1)
        /* The password was changed while this one was being hashed. */
        reply_refuse(reply, REFUSE_BAD_LOGIN, 0);
    else
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    if (rc == 0 && login->upgraded[0] != '\0' &&
        accounts_upgrade(service->store, login->name, login->phc,
                         login->upgraded) < 0)
        kit_note("cannot store the password of %s at its new cost: the next "
                 "login tries again",
                 login->name);
    kit_wipe(token, sizeof token);
}

void login_finish(struct reply *reply, struct login *login,
                  struct service *service, long long now)
{
    memcpy(reply->user, login->name, sizeof reply->user);

    /* Only wrong passwords count. */
    if (login->result != LOGIN_WRONG)
        rate_give_back(&service->failed_logins, &login->attempt);
    switch (login->result) {
    case LOGIN_RIGHT:
        write_m2(reply, login, service, now);
        break;
    case LOGIN_WRONG:
        reply_refuse(reply, REFUSE_BAD_LOGIN, 0);
        break;
    case LOGIN_ERROR:
        kit_error("cannot hash the password of %s: close other programs to "
                  "free memory",
                  login->name);
        reply_refuse(reply, REFUSE_INTERNAL, 0);
        break;
    case LOGIN_UNVERIFIED:
        reply_refuse(reply, REFUSE_BUSY, BUSY_SECONDS);
        break;
    }
    kit_wipe(login, sizeof *login);
}
