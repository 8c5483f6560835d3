/* SPDX-License-Identifier: MIT */
/*
 * receiver: shows the texts that others send to you, each once, in order, under
 * its sender's true name. "Section" means a section of handout/protocol.md.
 * kit_refused("seq") prints "refused: seq" and returns -1.
 *
 *     messages 1, 2   log in; the server gives a session token       given
 *     message 4       the ticket in it, which only we can open       yours
 *     message 5       check everything, then show the text           yours
 */
#include "lib/kit.h"

/* What we have from the login to the end. */
struct receiver {
    struct kit_client client;  /* our name and port */
    struct kit_key ticket_key; /* opens the tickets of this session */
    struct kit_chats chats;    /* lib/chats.h shows what is in a chat */
};

/* One message 5. */
struct message {
    struct kit_ticket senderinfo; /* the ticket, sealed */
    uint32_t seq;
    struct kit_box box;   /* the text, sealed */
    struct kit_text text; /* the text, opened */
};

/* --- Messages 1 and 2: given ---------------------------------------------- */

/* Exchanges our password for a session token, and derives our ticket key. */
static int login(struct receiver *me)
{
    struct kit_client *client = &me->client;
    cJSON *m1 = cJSON_CreateObject(), *m2 = NULL;
    struct kit_token token = {{0}};
    int rc;

    if (cJSON_AddStringToObject(m1, "username", client->user) == NULL ||
        cJSON_AddStringToObject(m1, "password", client->password) == NULL ||
        cJSON_AddNumberToObject(m1, "port", client->port) == NULL)
        rc = kit_fail(EX_OSERR, "no memory for message 1: stop other programs");
    else
        rc = kit_http_ask(&m2, client->server, "/login", m1, client->user);
    if (rc == EX_OK &&
        (kit_json_token(&token, m2, "token") != 0 ||
         kit_derive(&me->ticket_key, token.text, KIT_LABEL_TICKET) != 0))
        rc = kit_fail(EX_PROTOCOL, "message 2 has no token: check the URL");
    KIT_WIPE(token);
    kit_json_free(m1);
    kit_json_free(m2);
    return rc;
}

/* --- Messages 4 and 5: yours ---------------------------------------------- */

/* Reads the members of message 5. Nothing in them is proven yet. */
static int read_chat_message(struct message *m, const char *line, size_t len)
{
    /*
     * TODO 4 (section 2, M5; section 4): the line is one JSON object. Read
     * senderinfo, seq and message.
     */
    /* BEGIN SOLUTION */
    cJSON *m5 = kit_json_object(line, len);
    int rc = 0;

    if (kit_json_ticket(&m->senderinfo, m5, "senderinfo") != 0 ||
        kit_json_seq(&m->seq, m5, "seq") != 0 ||
        kit_json_box(&m->box, m5, "message") != 0)
        rc = kit_refused("line");
    kit_json_free(m5);
    return rc;
    /* END SOLUTION, starter: return kit_refused("TODO 4"); */
}

/* Opens CHAT's ticket: it names the sender, but anyone can send a copy. */
static int open_ticket(struct kit_chat *chat, const struct receiver *me,
                       const struct kit_ticket *senderinfo)
{
    /*
     * TODO 5 (section 2, senderinfo; section 6): open senderinfo. Read
     * username, ip_addr, exp and secret. Derive the key of this chat. Refuse
     * our own name.
     */
    /* BEGIN SOLUTION */
    struct kit_text text;
    struct kit_ad ad;
    struct kit_secret secret = {{0}};
    cJSON *ticket;
    int rc = 0;

    /* Only we and the server have this key: a ticket that opens is genuine. */
    if (kit_ad_ticket(&ad, me->client.user) != 0 ||
        kit_ticket_open(&text, &me->ticket_key, ad.text, senderinfo) != 0)
        return kit_refused("ticket");

    ticket = kit_json_object((const char *)text.bytes, text.len);
    if (kit_json_name(&chat->sender, ticket, "username") != 0 ||
        kit_json_address(&chat->ip_addr, ticket, "ip_addr") != 0 ||
        kit_json_good_until(&chat->good_until, ticket, "exp") != 0 ||
        kit_json_secret(&secret, ticket, "secret") != 0 ||
        kit_derive(&chat->key, secret.text, KIT_LABEL_MESSAGE) != 0)
        rc = kit_refused("ticket-json");
    else if (strcmp(chat->sender.text, me->client.user) == 0)
        rc = kit_refused("own-name"); /* the server issues no such ticket */
    kit_json_free(ticket);
    KIT_WIPE(secret);
    KIT_WIPE(text);
    return rc;
    /* END SOLUTION, starter: return kit_refused("TODO 5"); */
}

/* Checks whether the ticket and the number are fresh at NOW. */
static int check_fresh(const struct message *m, const struct kit_chat *chat,
                       long long now)
{
    /*
     * TODO 6 (section 6): the ticket is good until chat->good_until. seq must
     * be greater than the last one. Change nothing: the line may be forged.
     */
    /* BEGIN SOLUTION */
    if (now > chat->good_until)
        return kit_refused("expired");
    return m->seq > chat->seq ? 0 : kit_refused("replay");
    /* END SOLUTION, starter: return kit_refused("TODO 6"); */
}

/* Opens the text. If it is genuine, its number becomes the last of CHAT. */
static int open_message(struct message *m, struct kit_chat *chat,
                        const struct receiver *me)
{
    /*
     * TODO 7 (section 2, M5; section 6): open the box with both names and seq
     * as associated data. Only then set chat->seq.
     */
    /* BEGIN SOLUTION */
    struct kit_ad ad;

    if (kit_ad_message(&ad, chat->sender.text, me->client.user, m->seq) != 0 ||
        kit_box_open(&m->text, &chat->key, ad.text, &m->box) != 0)
        return kit_refused("forged");
    chat->seq = m->seq;
    return 0;
    /* END SOLUTION, starter: return kit_refused("TODO 7"); */
}

/* --- From the login to the end: given ------------------------------------- */

/* Runs the checks of section 6 in that order, then shows the text of LINE. */
static int on_line(void *context, const char *peer_ip, const char *line,
                   size_t len)
{
    struct receiver *me = context;
    struct kit_chat new_chat = {.seq = 0}, *chat;
    struct message m = {.seq = 0};
    long long now = kit_now();
    int rc = 0;

    if (read_chat_message(&m, line, len) != 0)
        return -1;
    chat = kit_chats_find(&me->chats, &m.senderinfo);
    if (chat == NULL) {
        chat = &new_chat;
        rc = open_ticket(chat, me, &m.senderinfo);
        if (rc == 0)
            kit_chats_copy_seq(&me->chats, chat);
    }
    if (rc == 0)
        rc = kit_chats_check_peer(chat, peer_ip, me->client.strict_ip, now);
    if (rc == 0)
        rc = check_fresh(&m, chat, now);
    if (rc == 0)
        rc = open_message(&m, chat, me);
    if (rc == 0)
        rc = kit_chats_store(&me->chats, &m.senderinfo, chat, now);
    if (rc == 0)
        kit_show_message(chat->sender.text, m.text.bytes, m.text.len);
    KIT_WIPE(new_chat);
    KIT_WIPE(m.text);
    return rc;
}

int main(int argc, char **argv)
{
    static struct receiver me; /* its table is too large for a small stack */
    struct kit_inbox *inbox = NULL;
    int rc = kit_receiver_open(&me.client, argc, argv);

    if (rc == EX_OK)
        rc = kit_client_listen(&inbox, &me.client);
    if (rc == EX_OK)
        rc = login(&me);
    kit_client_close(&me.client);
    if (rc == EX_OK)
        rc = kit_receiver_run(inbox, on_line, &me);
    kit_inbox_close(inbox);
    KIT_WIPE(me);
    return rc;
}
