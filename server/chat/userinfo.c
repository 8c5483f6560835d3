/* SPDX-License-Identifier: MIT */
/* Answering a chat request (M3) with an address, a secret and a ticket (M4). */
#include "server/chat/userinfo.h"

#include <string.h>

#include "lib/json.h"
#include "server/chat/ticket.h"
#include "server/store/sessions.h"

/* M3. */
struct chat_request {
    char username[KIT_NAME_MAX + 1];
    char token[KIT_TOKEN_MAX + 1];
    char receiver[KIT_NAME_MAX + 1];
};

static int read_request(struct chat_request *m3, const cJSON *body)
{
    if (kit_json_copy(m3->username, sizeof m3->username, body, "username",
                      kit_is_name) != 0 ||
        kit_json_copy(m3->token, sizeof m3->token, body, "token",
                      kit_is_token) != 0 ||
        kit_json_copy(m3->receiver, sizeof m3->receiver, body, "receiver",
                      kit_is_name) != 0)
        return -1;

    /* No chat with oneself: the sender could open its own ticket. */
    return strcmp(m3->username, m3->receiver) == 0 ? -1 : 0;
}

/* Writes M4. Afterwards only REPLY has the secret: the server stores none. */
static void write_m4(struct reply *reply, const struct session *sender,
                     const struct session *receiver, long long now)
{
    struct ticket ticket;
    uint16_t port = receiver->port != 0 ? receiver->port : KIT_PORT_DEFAULT;
    long long exp = now + KIT_TICKET_LIFE;

    memcpy(reply->peer, receiver->user, sizeof reply->peer);
    if (ticket_make(&ticket, sender, receiver, exp) == 0)
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
 * Answers a sender whose token was valid. FOUND is what sessions_lookup
 * returned.
 */
static void answer_sender(struct reply *reply, struct service *service,
                          const struct request *request,
                          const struct sessions_pair *pair, int found)
{
    /* Count the request only after its session token was found valid: others,
       who have no token, must not use up this user's limit. */
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
        write_m4(reply, &pair->sender, &pair->receiver, request->now);
}

/*
 * Looks up both users. The token must belong to a live session of the user in
 * M3. The database finds it by its hash, so no comparison with a stored token
 * can leak it through its timing.
 */
static void look_up(struct reply *reply, struct service *service,
                    const struct request *request,
                    const struct chat_request *m3)
{
    struct sessions_pair pair;
    int found = sessions_lookup(&pair, service->store, m3->token, m3->receiver,
                                request->now);

    if (found < 0) {
        reply_refuse(reply, REFUSE_INTERNAL, 0);
    } else if (found == SESSIONS_NO_SENDER ||
               strcmp(pair.sender.user, m3->username) != 0) {
        reply_refuse(reply, REFUSE_BAD_TOKEN, 0);
    } else {
        memcpy(reply->user, pair.sender.user, sizeof reply->user);
        answer_sender(reply, service, request, &pair, found);
    }
    kit_wipe(&pair, sizeof pair);
}

void userinfo_answer(struct reply *reply, struct service *service,
                     const struct request *request)
{
    struct chat_request m3;

    if (read_request(&m3, request->body) == 0)
        look_up(reply, service, request, &m3);
    else
        reply_refuse(reply, REFUSE_BAD_REQUEST, 0);
    kit_wipe(&m3, sizeof m3);
}
