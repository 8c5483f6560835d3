/* SPDX-License-Identifier: MIT */
/* A name and a password become a session. */
#include "server/chat/login.h"

#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "lib/net.h"
#include "lib/say.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"

enum {
    BUSY_SECONDS = 2, /* for a worker to become free */
    TOKEN_SIZE = 2 * KIT_TOKEN_BYTES + 1,
};

/* Takes M1 apart: every member as the table in section 2 says. */
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
 * Chooses the cost that a password of cost OWN is upgraded to: the highest in
 * the database that is not above the server's, LN. So one manipulated row
 * cannot make all others expensive.
 */
static void plan_upgrade(struct login *login, struct password_hash_cost own,
                         unsigned ln)
{
    const struct password_hash_cost most = {ln, PASSWORD_HASH_P};
    size_t i = 0;

    while (i < login->costs.count &&
           password_hash_cheaper(most, login->costs.list[i]))
        i++;
    if (i < login->costs.count &&
        password_hash_cheaper(own, login->costs.list[i]))
        login->better = login->costs.list[i];
}

/*
 * Finds what the password must fit, and the costs that are hashed for every
 * name, known or not: the time must not show who has an account. A damaged
 * row is an error, before any work is done.
 */
static int find_phc(struct login *login, struct service *service)
{
    const struct password_hash_cost usual = {service->ln, PASSWORD_HASH_P};
    int found = accounts_find(login->phc, service->store, login->name);
    struct password_hash phc;

    if (found < 0 || accounts_costs(&login->costs, service->store) != 0)
        return -1;
    if (login->costs.count == 0)
        password_hash_costs_add(&login->costs, usual);
    if (found == 1)
        return 0;
    if (password_hash_parse(&phc, login->phc) != 0)
        return -1;
    plan_upgrade(login, (struct password_hash_cost){phc.ln, phc.p},
                 service->ln);
    kit_wipe(&phc, sizeof phc);
    return 0;
}

/*
 * Counts this attempt as a failed one of its name and network, until it is
 * known better. Returns what rate_take does.
 */
static int count(struct login *login, struct service *service, int64_t ticks)
{
    char network[KIT_IP_SIZE], key[KIT_NAME_MAX + 1 + KIT_IP_SIZE];

    kit_net_network(network, login->ip);
    snprintf(key, sizeof key, "%s %s", login->name, network);
    return rate_take(&login->token, &service->failed_logins, key, ticks);
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

    /* Too many failures are refused before any password is hashed. */
    wait = count(login, service, request->ticks);
    if (wait != 0) {
        reply_refuse(reply, wait > 0 ? REFUSE_SLOW_DOWN : REFUSE_INTERNAL,
                     wait > 0 ? wait : 0);
        goto done;
    }
    if (find_phc(login, service) != 0) {
        rate_give_back(&service->failed_logins, &login->token);
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    }
done:
    if (reply->status != 0)
        kit_wipe(login, sizeof *login);
}

void login_hash(struct login *login)
{
    static const enum login_result results[] = {LOGIN_ERROR, LOGIN_WRONG,
                                                LOGIN_RIGHT};

    login->result = results[password_hash_verify_uniform(
                                login->phc, login->password, &login->costs) +
                            1];
    /* If the upgrade fails, the next login tries it again. */
    if (login->result == LOGIN_RIGHT && login->better.ln != 0 &&
        password_hash_upgrade(login->upgraded, login->phc, login->password,
                              login->better) != 0)
        login->upgraded[0] = '\0';
    kit_wipe(login->password, sizeof login->password);
}

/* M2: a new token, handed out only when its session is on disk. */
static void grant(struct reply *reply, const struct login *login,
                  struct service *service, long long now)
{
    char token[TOKEN_SIZE];
    int rc = kit_random_hex(token, sizeof token);

    if (rc == 0)
        rc = sessions_add(service->store, login->name, login->phc, login->ip,
                          login->port, token, now);
    if (rc == 0)
        reply_print(reply, "{\"token\":\"%s\",\"expires_in\":%d}", token,
                    KIT_TOKEN_LIFE);
    else if (rc == 1)
        /* Another password since we looked: this one was right too late. */
        reply_refuse(reply, REFUSE_BAD_LOGIN, 0);
    else
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    if (rc == 0 && login->upgraded[0] != '\0' &&
        accounts_upgrade(service->store, login->name, login->phc,
                         login->upgraded) < 0)
        kit_note("the stored password of %s keeps its old cost", login->name);
    kit_wipe(token, sizeof token);
}

void login_finish(struct reply *reply, struct login *login,
                  struct service *service, long long now)
{
    memcpy(reply->user, login->name, sizeof reply->user);

    /* Wrong guesses alone count. */
    if (login->result != LOGIN_WRONG)
        rate_give_back(&service->failed_logins, &login->token);
    switch (login->result) {
    case LOGIN_RIGHT:
        grant(reply, login, service, now);
        break;
    case LOGIN_WRONG:
        reply_refuse(reply, REFUSE_BAD_LOGIN, 0);
        break;
    case LOGIN_ERROR:
        reply_refuse(reply, REFUSE_INTERNAL, 0);
        break;
    case LOGIN_UNVERIFIED:
        reply_refuse(reply, REFUSE_BUSY, BUSY_SECONDS);
        break;
    }
    kit_wipe(login, sizeof *login);
}
