/* SPDX-License-Identifier: MIT */
/* The handlers without HTTP, or the whole server on the loopback. */
#include "tests/unit/embedded_server.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/json.h"
#include "lib/net.h"
#include "server/chat/userinfo.h"
#include "server/store/accounts.h"
#include "tests/support/http_client.h"

void embedded_add(struct embedded_server *server, const char *name,
                  const char *password)
{
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_make(phc, password, EMBEDDED_LN), 0);
    ck_assert_int_eq(accounts_add(server->store, name, phc), 0);
}

void embedded_open(struct embedded_server *server)
{
    memset(server, 0, sizeof *server);
    server->now = EMBEDDED_NOW;
    server->ticks = 1;
    server->ip = EMBEDDED_IP;
    ck_assert_int_eq(store_open(&server->store, NULL, STORE_CREATE), EX_OK);
    server->service = service_new(server->store, EMBEDDED_LN);
    ck_assert_ptr_nonnull(server->service);
    embedded_add(server, "alice", "apple");
    embedded_add(server, "bob", "banana");
}

void embedded_close(struct embedded_server *server)
{
    embedded_unserve(server);
    free(server->service);
    store_close(server->store);
}

/* The request that JSON is, at the lab's time and place. */
static struct request request_of(const struct embedded_server *server,
                                 const char *json)
{
    return (struct request){kit_json_object(json, strlen(json)), server->ip,
                            server->now, server->ticks};
}

int embedded_login(struct embedded_server *server, const char *json)
{
    struct request request = request_of(server, json);
    struct login login;

    memset(&server->reply, 0, sizeof server->reply);
    login_begin(&server->reply, &login, server->service, &request);
    if (server->reply.status == 0) {
        login_hash(&login);
        login_finish(&server->reply, &login, server->service, server->now);
    }
    kit_json_free((cJSON *)request.body);
    return server->reply.status;
}

int embedded_userinfo(struct embedded_server *server, const char *json)
{
    struct request request = request_of(server, json);

    memset(&server->reply, 0, sizeof server->reply);
    userinfo_answer(&server->reply, server->service, &request);
    kit_json_free((cJSON *)request.body);
    return server->reply.status;
}

int embedded_ask(struct embedded_server *server, const char *user,
                 const char *token, const char *receiver)
{
    char json[512];

    http_ask_json(json, sizeof json, user, token, receiver);
    return embedded_userinfo(server, json);
}

const char *embedded_said(const struct embedded_server *server,
                          const char *name)
{
    static char text[REPLY_JSON_SIZE];
    cJSON *tree =
        kit_json_object(server->reply.json, strlen(server->reply.json));
    const char *member = kit_json_string(tree, name);

    snprintf(text, sizeof text, "%s", member == NULL ? "(absent)" : member);
    kit_json_free(tree);
    return text;
}

void embedded_token(char *out, struct embedded_server *server, const char *name,
                    int port)
{
    const char *password = strcmp(name, "alice") == 0 ? "apple" : "banana";
    char json[256], with_port[32] = "";
    const char *token;

    if (port != 0)
        snprintf(with_port, sizeof with_port, ",\"port\":%d", port);
    snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"%s\"%s}",
             name, password, with_port);
    ck_assert_int_eq(embedded_login(server, json), 200);
    token = embedded_said(server, "token");
    ck_assert_uint_le(strlen(token), KIT_TOKEN_MAX);
    memcpy(out, token, strlen(token) + 1);
}

void embedded_serve(struct embedded_server *server, int64_t timeout,
                    int64_t idle_timeout, unsigned connections)
{
    struct daemon_options options = {.timeout = timeout,
                                     .idle_timeout = idle_timeout,
                                     .connections = connections};

    ck_assert_int_eq(workers_start(&server->workers), 0);
    options.workers = server->workers;
    ck_assert_int_eq(kit_net_listen(&options.listener, &server->port,
                                    "127.0.0.1", 0, KIT_NET_DUAL_STACK),
                     EX_OK);
    ck_assert_int_eq(daemon_start(&server->daemon, &options, server->service),
                     EX_OK);
}

void embedded_unserve(struct embedded_server *server)
{
    daemon_stop(server->daemon);
    workers_free(server->workers);
    server->daemon = NULL;
    server->workers = NULL;
}
