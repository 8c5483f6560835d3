/* SPDX-License-Identifier: MIT */
/*
 * sender: sends what you type to one receiver, so that nobody else can read
 * it. "Section" means a section of handout/protocol.md.
 *
 *     messages 1, 2   log in; the server gives a session token       given
 *     message 3       ask the server for the receiver                given
 *     message 4       the answer: address, secret and ticket         yours
 *     message 5       seal each text, send it with the ticket        yours
 */
#include <string.h>
#include <sysexits.h>

#include "lib/kit.h"

/* One chat, from message 4 to the last text. */
struct chat {
    const char *sender;                  /* our own name: alice */
    const char *receiver;                /* whom we asked for: bob */
    char ip_addr[KIT_IP_SIZE];           /* where the receiver listens */
    long long port;                      /* ... and at which port */
    char senderinfo[KIT_TICKET_MAX + 1]; /* the ticket, sealed for bob */
    struct kit_key key;                  /* seals every text of this chat */
    int64_t seq;                         /* the number of the last text */
};

/* --- Messages 4 and 5: yours ---------------------------------------------- */

/*
 * Message 4, the chat response: fills CHAT from M4. Returns 0; or -1 if M4 does
 * not have the form that section 2 requires.
 */
static int read_chat_response(struct chat *chat, const cJSON *m4)
{
    int rc = -1;

    /*
     * TODO 1 (section 2, M4): copy ip_addr, secret and senderinfo. If port is
     * present, read it; if receiver is present, check it. Then derive the key
     * of this chat from the secret.
     */
    /* BEGIN SOLUTION */
    char secret[KIT_TOKEN_MAX + 1];
    const char *receiver = kit_json_string(m4, "receiver");

    /* What must be there is there, and is what its name says. */
    if (kit_json_copy(chat->ip_addr, sizeof chat->ip_addr, m4, "ip_addr",
                      kit_is_address) != 0 ||
        kit_json_copy(chat->senderinfo, sizeof chat->senderinfo, m4,
                      "senderinfo", kit_is_sealed) != 0 ||
        kit_json_copy(secret, sizeof secret, m4, "secret", kit_is_token) != 0)
        goto done;

    /* What may be absent may still not be wrong. */
    chat->port = KIT_PORT_DEFAULT;
    if (kit_json_has(m4, "port") &&
        kit_json_integer(&chat->port, m4, "port", 1, 65535) != 0)
        goto done;

    /* An answer about someone else would carry our texts to him. */
    if (kit_json_has(m4, "receiver") &&
        (receiver == NULL || strcmp(receiver, chat->receiver) != 0))
        goto done;

    /* The secret is a string and no key: HKDF makes one of it. */
    rc = kit_derive(&chat->key, secret, KIT_LABEL_MESSAGE);
done:
    kit_wipe(secret, sizeof secret);
    /* END SOLUTION */
    return rc;
}

/*
 * Message 5, its "message": seals LEN bytes of TEXT as the chat's next text
 * and writes it to SEALED, room for KIT_SEALED_SIZE characters. 0 or -1.
 */
static int seal_text(char *sealed, struct chat *chat, const char *text,
                     size_t len)
{
    int rc = -1;

    /*
     * TODO 2 (section 2, M5): give the text the next number; draw a fresh
     * nonce; seal the text with sender, receiver and number as associated
     * data; encode the box.
     */
    /* BEGIN SOLUTION */
    struct kit_box box;
    char ad[KIT_AD_SIZE];

    /* Each text has a number of its own, so that a replay can be told. */
    if (chat->seq == KIT_SEQ_MAX)
        goto done;
    chat->seq++;

    /* Two texts under one nonce and key would give both of them away. */
    if (kit_random(box.nonce.bytes, sizeof box.nonce.bytes) != 0)
        goto done;

    /* From whom, to whom, which one: nobody can change these on the way. */
    if (kit_ad_message(ad, sizeof ad, chat->sender, chat->receiver,
                       chat->seq) != 0)
        goto done;

    if (kit_seal(box.bytes, sizeof box.bytes, &chat->key, &box.nonce, ad,
                 strlen(ad), text, len) != 0)
        goto done;
    box.len = len + KIT_TAG_LEN;

    rc = kit_box_encode(sealed, KIT_SEALED_SIZE, &box);
done:
    /* END SOLUTION */
    return rc;
}

/*
 * Message 5, the line: writes ticket, number and SEALED text as one JSON
 * object to LINE, room for LINE_SIZE characters. Returns 0 or -1.
 */
static int write_chat_message(char *line, size_t line_size,
                              const struct chat *chat, const char *sealed)
{
    int rc = -1;

    /*
     * TODO 3 (section 2, M5; section 5): write senderinfo exactly as received,
     * seq as a number, and message. Add nothing else: Eve can read the line.
     */
    /* BEGIN SOLUTION */
    cJSON *m5 = cJSON_CreateObject();

    cJSON_AddStringToObject(m5, "senderinfo", chat->senderinfo);
    cJSON_AddNumberToObject(m5, "seq", (double)chat->seq);
    cJSON_AddStringToObject(m5, "message", sealed);
    rc = kit_json_print(line, line_size, m5);

    /* Where memory ran out a member is missing, and this is no message. */
    if (cJSON_GetArraySize(m5) < 3)
        rc = -1;
    kit_json_free(m5);
    /* END SOLUTION */
    return rc;
}

/* --- Messages 1 to 3: given ----------------------------------------------- */

/*
 * Messages 1 and 2, login: trades our password for a session TOKEN, room for
 * KIT_TOKEN_MAX + 1 characters. Returns EX_OK or another exit code.
 */
static int login(char *token, struct kit_client *client)
{
    cJSON *m1 = cJSON_CreateObject(), *m2;
    int rc;

    cJSON_AddStringToObject(m1, "username", client->user);
    cJSON_AddStringToObject(m1, "password", client->password);
    rc = kit_http_ask(&m2, client->server, "/login", m1, client->user);
    if (rc == EX_OK && kit_json_copy(token, KIT_TOKEN_MAX + 1, m2, "token",
                                     kit_is_token) != 0) {
        kit_error("the server's login response has no token");
        rc = EX_PROTOCOL;
    }
    kit_json_free(m1);
    kit_json_free(m2);
    return rc;
}

/* Message 3, the chat request: asks for CHAT's receiver; M4 is the answer. */
static int request_chat(cJSON **m4, struct kit_client *client,
                        const struct chat *chat, const char *token)
{
    cJSON *m3 = cJSON_CreateObject();
    int rc;

    cJSON_AddStringToObject(m3, "username", chat->sender);
    cJSON_AddStringToObject(m3, "token", token);
    cJSON_AddStringToObject(m3, "receiver", chat->receiver);
    rc = kit_http_ask(m4, client->server, "/userinfo", m3, chat->receiver);
    kit_json_free(m3);
    return rc;
}

/* --- The order of things: given ------------------------------------------- */

/* Messages 1 to 4: after EX_OK, CHAT is ready for the first text. */
static int begin_chat(struct chat *chat, struct kit_client *client)
{
    char token[KIT_TOKEN_MAX + 1];
    cJSON *m4 = NULL;
    int rc = login(token, client);

    if (rc == EX_OK)
        rc = request_chat(&m4, client, chat, token);
    if (rc == EX_OK && read_chat_response(chat, m4) != 0) {
        kit_error("message 4 was not understood (TODO 1)");
        rc = EX_PROTOCOL;
    }
    kit_json_free(m4);
    kit_wipe(token, sizeof token);
    return rc;
}

/* Message 5 for one TEXT: sealed, written, on its way. Returns 0 or -1. */
static int send_text(struct kit_outbox *outbox, struct chat *chat,
                     const char *text, size_t len)
{
    char sealed[KIT_SEALED_SIZE], line[KIT_LINE_MAX];

    if (seal_text(sealed, chat, text, len) != 0)
        kit_error("the text was not sealed (TODO 2)");
    else if (write_chat_message(line, sizeof line, chat, sealed) != 0)
        kit_error("message 5 was not written (TODO 3)");
    else
        return kit_outbox_line(outbox, line, strlen(line));
    return -1;
}

/* Sends every line of standard input: EX_OK only if all were sent. */
static int send_input(struct kit_outbox *outbox, struct chat *chat)
{
    struct kit_input input = {0};
    const char *text;
    size_t len;
    int rc = EX_OK, got;

    while ((got = kit_input_text(&text, &len, &input)) != KIT_INPUT_END) {
        if (got == KIT_INPUT_FAILED)
            return EX_IOERR;
        if (got == KIT_INPUT_REFUSED)
            rc = EX_DATAERR; /* skipped with an error, never cut */
        else if (send_text(outbox, chat, text, len) != 0)
            return EX_IOERR;
        /* Lines that wait already go out together. */
        if (!kit_input_has_line(&input) && kit_outbox_flush(outbox) != 0)
            return EX_IOERR;
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct kit_client client;
    struct kit_outbox outbox = {.fd = -1};
    struct chat chat = {0};
    int rc = kit_sender_open(&client, argc, argv);

    if (rc != EX_OK)
        return rc;
    chat.sender = client.user;
    chat.receiver = client.receiver;
    rc = begin_chat(&chat, &client);
    kit_client_close(&client);

    if (rc == EX_OK && kit_outbox_open(&outbox, chat.ip_addr, chat.port) != 0)
        rc = EX_UNAVAILABLE;
    else if (rc == EX_OK)
        rc = send_input(&outbox, &chat);
    if (kit_outbox_close(&outbox) != 0 && rc == EX_OK)
        rc = EX_IOERR;
    kit_wipe(&chat, sizeof chat);
    return rc;
}
