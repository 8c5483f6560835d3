/* SPDX-License-Identifier: MIT */
/*
 * sender: sends what you type to one receiver, so that no one else can read
 * it. "Section" means a section of handout/protocol.md.
 *
 *     messages 1, 2   log in; the server gives a session token       given
 *     message 3       ask the server for the receiver                given
 *     message 4       the answer: address, secret and ticket         yours
 *     message 5       seal each text, send it with the ticket        yours
 */
#include "lib/kit.h"

/* One chat, from message 4 to the last text. */
struct chat {
    const char *sender;           /* our own name: alice */
    const char *receiver;         /* whom we asked for: bob */
    struct kit_address ip_addr;   /* where the receiver listens */
    uint16_t port;                /* ... and on which port */
    struct kit_ticket senderinfo; /* the ticket: only bob can open it */
    struct kit_key key;           /* seals every text of this chat */
    uint32_t seq;                 /* the number of the last text */
};

/* What we have from the login to the end. */
struct sender {
    struct kit_client client; /* our name, the server */
    struct kit_token token;   /* of our session: message 3 needs it */
    struct chat chat;
    struct kit_outbox outbox; /* the connection to the receiver */
};

/* --- Messages 1 to 3: given ----------------------------------------------- */

/* Messages 1 and 2: exchanges our name and password for a session token. */
static int login(struct sender *me)
{
    struct kit_client *client = &me->client;
    cJSON *m1 = cJSON_CreateObject(), *m2 = NULL;
    int rc;

    if (cJSON_AddStringToObject(m1, "username", client->user) == NULL ||
        cJSON_AddStringToObject(m1, "password", client->password) == NULL)
        rc = kit_fail(EX_OSERR, "no memory for message 1: stop other programs");
    else
        rc = kit_http_ask(&m2, client->server, "/login", m1, client->user);
    if (rc == EX_OK && kit_json_token(&me->token, m2, "token") != 0)
        rc = kit_fail(EX_PROTOCOL, "message 2 has no token: check the URL");
    KIT_WIPE(client->password);
    kit_json_free(m1);
    kit_json_free(m2);
    return rc;
}

/* Message 3: asks for the receiver. M4 is the answer. */
static int request_chat(cJSON **m4, struct sender *me)
{
    struct kit_client *client = &me->client;
    const char *to = client->receiver;
    cJSON *m3 = cJSON_CreateObject();
    int rc;

    if (cJSON_AddStringToObject(m3, "username", client->user) == NULL ||
        cJSON_AddStringToObject(m3, "token", me->token.text) == NULL ||
        cJSON_AddStringToObject(m3, "receiver", to) == NULL)
        rc = kit_fail(EX_OSERR, "no memory for message 3: stop other programs");
    else
        rc = kit_http_ask(m4, client->server, "/userinfo", m3, to);
    kit_json_free(m3);
    return rc;
}

/* --- Messages 4 and 5: yours ---------------------------------------------- */

/* Message 4: fills CHAT with what the server says about the receiver. */
static int read_chat_response(struct chat *chat, const cJSON *m4)
{
    /*
     * TODO 1 (section 2, M4): read ip_addr, port, receiver, senderinfo and
     * secret. Derive the key of this chat from the secret, then wipe it.
     */
    /* BEGIN SOLUTION */
    struct kit_secret secret;
    int rc;

    /* An answer about someone else would send our texts to him. */
    if (kit_json_address(&chat->ip_addr, m4, "ip_addr") != 0 ||
        kit_json_port(&chat->port, m4, "port", KIT_PORT_DEFAULT) != 0 ||
        kit_json_same_or_missing(chat->receiver, m4, "receiver") != 0 ||
        kit_json_ticket(&chat->senderinfo, m4, "senderinfo") != 0 ||
        kit_json_secret(&secret, m4, "secret") != 0)
        return kit_refused("message 4");

    /* The secret is a string, not a key: HKDF derives a key from it. */
    rc = kit_derive(&chat->key, secret.text, KIT_LABEL_MESSAGE);
    KIT_WIPE(secret);
    return rc;
    /* END SOLUTION, starter: return kit_refused("TODO 1"); */
}

/* The "message" of message 5: seals TEXT, LEN bytes, the next text of CHAT. */
static int seal_text(struct kit_sealed *sealed, struct chat *chat,
                     const char *text, size_t len)
{
    /*
     * TODO 2 (section 2, M5): increment seq, draw a fresh nonce, seal the text
     * with sender, receiver and seq as associated data, encode the box.
     */
    /* BEGIN SOLUTION */
    struct kit_box box = {.len = 0};
    struct kit_ad ad;

    /* Each text has its own number, so that the receiver notices a replay. */
    chat->seq++;

    /* Two texts under the same key and nonce would reveal their XOR. */
    if (kit_random(box.nonce.bytes, KIT_NONCE_LEN) != 0)
        return kit_refused("nonce");

    /* From whom, to whom, which one: no one can change these on the way. */
    if (kit_ad_message(&ad, chat->sender, chat->receiver, chat->seq) != 0 ||
        kit_box_seal(&box, &chat->key, ad.text, text, len) != 0)
        return kit_refused("text");
    return kit_box_encode(sealed, &box);
    /* END SOLUTION, starter: return kit_refused("TODO 2"); */
}

/* Message 5, the line: ticket, number and SEALED text as one JSON object. */
static int write_chat_message(struct kit_line *line, const struct chat *chat,
                              const struct kit_sealed *sealed)
{
    /*
     * TODO 3 (section 2, M5): write senderinfo unchanged, seq as a number, and
     * message. Add nothing else: an eavesdropper reads this line, too.
     */
    /* BEGIN SOLUTION */
    cJSON *m5 = cJSON_CreateObject();
    int rc = -1;

    if (cJSON_AddStringToObject(m5, "senderinfo", chat->senderinfo.text) &&
        cJSON_AddNumberToObject(m5, "seq", chat->seq) &&
        cJSON_AddStringToObject(m5, "message", sealed->text))
        rc = kit_json_line(line, m5);
    kit_json_free(m5);
    return rc;
    /* END SOLUTION, starter: return kit_refused("TODO 3"); */
}

/* --- From the login to the last text: given ------------------------------- */

/* Messages 3 and 4, then a connection to the receiver. */
static int begin_chat(struct sender *me)
{
    struct chat *chat = &me->chat;
    cJSON *m4 = NULL;
    int rc = request_chat(&m4, me);

    *chat = (struct chat){.sender = me->client.user,
                          .receiver = me->client.receiver};
    if (rc == EX_OK && read_chat_response(chat, m4) != 0)
        rc = kit_fail(EX_PROTOCOL, "message 4 was not understood (TODO 1)");
    if (rc == EX_OK &&
        kit_outbox_open(&me->outbox, chat->ip_addr.text, chat->port) != 0)
        rc = EX_UNAVAILABLE;
    kit_json_free(m4);
    return rc;
}

/* Message 5 for one text. A chat ends with its connection (section 5). */
static int on_text(void *context, const char *text, size_t len)
{
    struct sender *me = context;
    struct kit_sealed sealed;
    struct kit_line line;
    int rc = kit_outbox_is_open(&me->outbox) ? EX_OK : begin_chat(me);

    if (rc != EX_OK)
        return rc;
    if (seal_text(&sealed, &me->chat, text, len) != 0 ||
        write_chat_message(&line, &me->chat, &sealed) != 0)
        return kit_fail(EX_SOFTWARE, "message 5 was not made (TODO 2, TODO 3)");
    return kit_outbox_line(&me->outbox, &line) == 0 ? EX_OK : EX_IOERR;
}

int main(int argc, char **argv)
{
    struct sender me = {.outbox = {.fd = -1}};
    int rc = kit_sender_open(&me.client, argc, argv);

    if (rc == EX_OK)
        rc = login(&me);
    if (rc == EX_OK)
        rc = begin_chat(&me);
    if (rc == EX_OK)
        rc = kit_sender_run(&me.outbox, on_text, &me);
    kit_client_close(&me.client);
    KIT_WIPE(me);
    return rc;
}
