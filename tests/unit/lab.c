/* SPDX-License-Identifier: MIT */
/* The handlers without HTTP, or the whole server on the loopback. */
#include "tests/unit/lab.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/json.h"
#include "server/accounts.h"
#include "server/address.h"
#include "server/userinfo.h"

void lab_add(struct lab *lab, const char *name, const char *password)
{
    char phc[PHC_SIZE];

    ck_assert_int_eq(phc_make(phc, password, LAB_LN), 0);
    ck_assert_int_eq(accounts_add(lab->store, name, phc), 0);
}

void lab_open(struct lab *lab)
{
    memset(lab, 0, sizeof *lab);
    lab->now = LAB_NOW;
    lab->ticks = 1;
    lab->ip = LAB_IP;
    ck_assert_int_eq(store_open(&lab->store, NULL, STORE_CREATE), EX_OK);
    lab->service = service_new(lab->store, LAB_LN);
    ck_assert_ptr_nonnull(lab->service);
    lab_add(lab, "alice", "apple");
    lab_add(lab, "bob", "banana");
}

void lab_close(struct lab *lab)
{
    lab_unserve(lab);
    free(lab->service);
    store_close(lab->store);
}

/* The request that JSON is, at the lab's time and place. */
static struct request request_of(const struct lab *lab, const char *json)
{
    return (struct request){kit_json_object(json, strlen(json)), lab->ip,
                            lab->now, lab->ticks};
}

int lab_login(struct lab *lab, const char *json)
{
    struct request request = request_of(lab, json);
    struct login login;

    memset(&lab->reply, 0, sizeof lab->reply);
    login_begin(&lab->reply, &login, lab->service, &request);
    if (lab->reply.status == 0) {
        login_hash(&login);
        login_finish(&lab->reply, &login, lab->service, lab->now);
    }
    kit_json_free((cJSON *)request.body);
    return lab->reply.status;
}

int lab_userinfo(struct lab *lab, const char *json)
{
    struct request request = request_of(lab, json);

    memset(&lab->reply, 0, sizeof lab->reply);
    userinfo_answer(&lab->reply, lab->service, &request);
    kit_json_free((cJSON *)request.body);
    return lab->reply.status;
}

int lab_ask(struct lab *lab, const char *user, const char *token,
            const char *receiver)
{
    char json[512];

    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"token\":\"%s\",\"receiver\":\"%s\"}", user,
             token, receiver);
    return lab_userinfo(lab, json);
}

const char *lab_said(const struct lab *lab, const char *name)
{
    static char text[REPLY_JSON_SIZE];
    cJSON *tree = kit_json_object(lab->reply.json, strlen(lab->reply.json));
    const char *member = kit_json_string(tree, name);

    snprintf(text, sizeof text, "%s", member == NULL ? "(absent)" : member);
    kit_json_free(tree);
    return text;
}

void lab_token(char *out, struct lab *lab, const char *name, int port)
{
    const char *password = strcmp(name, "alice") == 0 ? "apple" : "banana";
    char json[256], with_port[32] = "";
    const char *token;

    if (port != 0)
        snprintf(with_port, sizeof with_port, ",\"port\":%d", port);
    snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"%s\"%s}",
             name, password, with_port);
    ck_assert_int_eq(lab_login(lab, json), 200);
    token = lab_said(lab, "token");
    ck_assert_uint_le(strlen(token), KIT_STR16_MAX);
    memcpy(out, token, strlen(token) + 1);
}

void lab_serve(struct lab *lab, int64_t patience, int64_t idle,
               unsigned connections)
{
    struct daemon_options options = {
        .patience = patience, .idle = idle, .connections = connections};

    ck_assert_int_eq(workers_start(&lab->workers), 0);
    options.workers = lab->workers;
    ck_assert_int_eq(
        address_listen(&options.listener, &lab->port, "127.0.0.1", 0), EX_OK);
    ck_assert_int_eq(daemon_start(&lab->daemon, &options, lab->service), EX_OK);
}

void lab_unserve(struct lab *lab)
{
    daemon_stop(lab->daemon);
    workers_stop(lab->workers);
    lab->daemon = NULL;
    lab->workers = NULL;
}
