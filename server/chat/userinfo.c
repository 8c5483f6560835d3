/* SPDX-License-Identifier: MIT */
/* A token and a name become a secret and a ticket. */
#include "server/chat/userinfo.h"

#include <string.h>

#include "lib/json.h"
#include "server/chat/ticket.h"
#include "server/store/sessions.h"

/* M3. */
struct ask {
    char username[KIT_NAME_MAX + 1];
    char token[KIT_TOKEN_MAX + 1];
    char receiver[KIT_NAME_MAX + 1];
};

static int read_request(struct ask *ask, const cJSON *body)
{
    if (kit_json_copy(ask->username, sizeof ask->username, body, "username",
                      kit_is_name) != 0 ||
        kit_json_copy(ask->token, sizeof ask->token, body, "token",
                      kit_is_token) != 0 ||
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
    struct ticket ticket;
    int port = receiver->port != 0 ? receiver->port : KIT_PORT_DEFAULT;

    if (ticket_make(&ticket, sender, receiver, now + KIT_TICKET_LIFE) == 0)
        reply_print(reply,
                    "{\"ip_addr\":\"%s\",\"secret\":\"%s\","
                    "\"senderinfo\":\"%s\",\"port\":%d,\"receiver\":\"%s\"}",
                    receiver->ip, ticket.secret, ticket.senderinfo, port,
                    receiver->user);
    else
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    kit_wipe(&ticket, sizeof ticket);
}

/*
 * The answer for a sender who has proven who he is, or the refusal. FOUND is
 * what sessions_lookup returned.
 */
static void answer(struct reply *reply, struct service *service,
                   const struct request *request,
                   const struct sessions_pair *pair, int found)
{
    /* The rate is the user's own by now: nobody else can use it up. */
    struct rate_token token;
    int wait = rate_take(&token, &service->chat_requests, pair->sender.user,
                         request->ticks);

    if (wait > 0)
        reply_refuse(reply, REFUSE_SLOW_DOWN, wait);
    else if (wait < 0 || found == SESSIONS_DAMAGED_RECEIVER)
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    else if (found == SESSIONS_NO_RECEIVER)
        reply_refuse(reply, REFUSE_NO_RECEIVER, 0);
    else
        make_answer(reply, &pair->sender, &pair->receiver, request->now);
}

/*
 * Looks up both. The token must be live and the name's own; a token that was
 * found by its hash needs no comparing.
 */
static void look_up(struct reply *reply, struct service *service,
                    const struct request *request, const struct ask *ask)
{
    struct sessions_pair pair;
    int found = sessions_lookup(&pair, service->store, ask->token,
                                ask->receiver, request->now);

    if (found < 0) {
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    } else if (found == SESSIONS_NO_SENDER ||
               strcmp(pair.sender.user, ask->username) != 0) {
        reply_refuse(reply, REFUSE_BAD_TOKEN, 0);
    } else {
        memcpy(reply->user, pair.sender.user, sizeof reply->user);
        answer(reply, service, request, &pair, found);
    }
    kit_wipe(&pair, sizeof pair);
}

void userinfo_answer(struct reply *reply, struct service *service,
                     const struct request *request)
{
    struct ask ask;

    if (read_request(&ask, request->body) == 0)
        look_up(reply, service, request, &ask);
    else
        reply_refuse(reply, REFUSE_BAD_REQUEST, 0);
    kit_wipe(&ask, sizeof ask);
}
