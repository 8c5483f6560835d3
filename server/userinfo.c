/* SPDX-License-Identifier: MIT */
/* A token and a name become a secret and a ticket. */
#include "server/userinfo.h"

#include <string.h>

#include "lib/json.h"
#include "server/sessions.h"
#include "server/ticket.h"

/* M3. */
struct ask {
    char username[KIT_NAME_MAX + 1];
    char token[KIT_STR16_MAX + 1];
    char receiver[KIT_NAME_MAX + 1];
};

static int read_request(struct ask *ask, const cJSON *body)
{
    if (kit_json_copy(ask->username, sizeof ask->username, body, "username",
                      kit_is_name) != 0 ||
        kit_json_copy(ask->token, sizeof ask->token, body, "token",
                      kit_is_str16) != 0 ||
        kit_json_copy(ask->receiver, sizeof ask->receiver, body, "receiver",
                      kit_is_name) != 0)
        return -1;

    /* Nobody chats with himself: his own ticket would come back to him. */
    return strcmp(ask->username, ask->receiver) == 0 ? -1 : 0;
}

/* M4, with a secret that is forgotten here as soon as it is sent. */
static void make_answer(struct reply *reply, const struct session *sender,
                        const struct session *receiver, long long now)
{
    char secret[2 * KIT_TOKEN_BYTES + 1], ticket[KIT_TICKET_MAX + 1];
    int port = receiver->port != 0 ? receiver->port : KIT_PORT_DEFAULT;

    if (kit_random_hex(secret, sizeof secret) == 0 &&
        ticket_seal(ticket, sizeof ticket, sender, receiver, secret,
                    now + KIT_TICKET_LIFE) == 0)
        reply_print(reply,
                    "{\"ip_addr\":\"%s\",\"secret\":\"%s\","
                    "\"senderinfo\":\"%s\",\"port\":%d,\"receiver\":\"%s\"}",
                    receiver->ip, secret, ticket, port, receiver->user);
    else
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    kit_wipe(secret, sizeof secret);
}

/* Finds the receiver and answers; SENDER has proven who he is. */
static void answer(struct reply *reply, struct service *service,
                   const struct session *sender, const char *receiver_name,
                   long long now)
{
    struct session receiver;
    int found = sessions_newest(&receiver, service->store, receiver_name, now);

    if (found == 1)
        reply_refuse(reply, REFUSE_NO_RECEIVER, 0);
    else if (found == 0)
        make_answer(reply, sender, &receiver, now);
    else
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    kit_wipe(&receiver, sizeof receiver);
}

/*
 * Whether the token is live and the name's own; otherwise the refusal is
 * made. A token that was found by its hash needs no comparing.
 */
static bool is_genuine(struct reply *reply, struct session *sender,
                       struct service *service, const struct ask *ask,
                       long long now)
{
    int found = sessions_find(sender, service->store, ask->token, now);

    if (found == 0 && strcmp(sender->user, ask->username) == 0)
        return true;
    reply_refuse(reply, found < 0 ? REFUSE_INTERNAL : REFUSE_BAD_TOKEN, 0);
    return false;
}

/* All that is looked up: the sender by ASK's token, then the receiver. */
static void look_up(struct reply *reply, struct service *service,
                    const struct ask *ask, const struct request *request)
{
    struct session sender = {0};
    int wait;

    if (!is_genuine(reply, &sender, service, ask, request->now))
        goto done;

    /* The rate is the user's own from here on: nobody else can use it up. */
    memcpy(reply->user, sender.user, sizeof reply->user);
    wait = rate_take(&service->asks, sender.user, request->ticks);
    if (wait > 0)
        reply_refuse(reply, REFUSE_SLOW_DOWN, wait);
    else
        answer(reply, service, &sender, ask->receiver, request->now);
done:
    kit_wipe(&sender, sizeof sender);
}

void userinfo_answer(struct reply *reply, struct service *service,
                     const struct request *request)
{
    struct ask ask;

    if (read_request(&ask, request->body) != 0) {
        reply_refuse(reply, REFUSE_BAD_REQUEST, 0);
    } else if (store_look(service->store) != 0) {
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    } else {
        look_up(reply, service, &ask, request);
        if (store_finish(service->store, 0) != 0)
            reply_refuse(reply, REFUSE_INTERNAL, 0);
    }
    kit_wipe(&ask, sizeof ask);
}
