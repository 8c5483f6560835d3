/* SPDX-License-Identifier: MIT */
/*
 * receiver: shows the messages that others send to you, each once, in order,
 * under its sender's true name. "Section": one of handout/protocol.md.
 *
 *     messages 1, 2   log in; the server gives a session token       given
 *     message 4       the ticket in it, which only we can open       yours
 *     message 5       check everything, then show the text           yours
 */
#include <string.h>
#include <sysexits.h>

#include "lib/kit.h"

/* What we hold from login to the end. */
struct receiver {
    const char *name;          /* our own: bob */
    struct kit_key ticket_key; /* opens the tickets of this session */
    struct kit_replay replay;  /* the last seq of every secret */
    bool strict_ip;            /* --strict-ip */
};

/* One message 5, from sealed to shown. */
struct message {
    /* What the line contains. Its sender is not known yet. */
    struct kit_box senderinfo;
    struct kit_box sealed;
    long long seq;

    /* What the ticket contains, after senderinfo is open. */
    char sender[KIT_NAME_MAX + 1];
    char ip_addr[KIT_IP_SIZE];
    char secret[KIT_TOKEN_MAX + 1];
    long long exp; /* Unix seconds; 0 if the ticket has none */

    /* The text, after the message is open. */
    uint8_t text[KIT_TEXT_MAX];
    size_t len;
};

/* --- Messages 4 and 5: yours ---------------------------------------------- */
/*
 * Each step fills its part of M and returns NULL; or it returns a word, the
 * reason for which it refuses the line. An unwritten step refuses everything.
 */

/* Parses the LEN bytes of LINE. */
static const char *read_chat_message(struct message *m, const char *line,
                                     size_t len)
{
    const char *refused = "TODO 4";

    /*
     * TODO 4 (section 2, M5; section 4): parse the line as one JSON object.
     * Read seq, a number in its range. Decode senderinfo and message, both
     * SEALED.
     */
    return refused;
}

/* Opens the ticket. After this step we know the sender. */
static const char *open_ticket(struct message *m, const struct receiver *me)
{
    const char *refused = "TODO 5";

    /*
     * TODO 5 (section 2, senderinfo; section 6): open senderinfo with the
     * ticket key. Copy username, ip_addr and secret from its JSON, and read
     * exp if it is present. Refuse a ticket with our own name in it.
     */
    return refused;
}

/* Checks that the ticket and the number are fresh at NOW. */
static const char *check_fresh(const struct message *m,
                               const struct receiver *me, long long now)
{
    const char *refused = "TODO 6";

    /*
     * TODO 6 (section 6): refuse a ticket more than KIT_CLOCK_SKEW seconds
     * after its exp, if it has one. Refuse a seq that is not greater than the
     * last one of this secret. Store nothing: the line may be forged.
     */
    return refused;
}

/* Opens the text, and only then stores its number. */
static const char *open_message(struct message *m, struct receiver *me,
                                long long now)
{
    const char *refused = "TODO 7";

    /*
     * TODO 7 (section 2, M5; section 6): derive the key from the secret and
     * open the box, with both names and seq as associated data. Only then
     * store seq, for as long as the ticket is valid.
     */
    return refused;
}

/* --- The order of things: given ------------------------------------------- */

/* An address is a hint and no proof: it is never a reason to accept. */
static const char *check_peer(const struct message *m,
                              const struct receiver *me, const char *peer_ip)
{
    if (strcmp(m->ip_addr, peer_ip) == 0)
        return NULL;
    kit_note("%s logged in from %s, but this comes from %s", m->sender,
             m->ip_addr, peer_ip);
    return me->strict_ip ? "address" : NULL;
}

/* If the clocks differ, a fresh ticket looks old: print by how much. */
static void note_age(const struct message *m, long long now)
{
    kit_note("the ticket of %s ended %lld s ago: ask %s to start again; if it "
             "was fresh, compare this clock with the server's",
             m->sender, now - m->exp, m->sender);
}

/*
 * A line has come. Section 6 gives the order: nothing is remembered or shown
 * before all has been checked. Returns 0, or -1 to close the connection.
 */
static int on_line(void *context, const char *peer_ip, const char *line,
                   size_t len)
{
    struct receiver *me = context;
    struct message m = {.exp = 0};
    long long now = kit_now();
    int64_t last = 0;
    const char *refused = read_chat_message(&m, line, len);

    if (refused == NULL)
        refused = open_ticket(&m, me);
    if (refused == NULL)
        refused = check_peer(&m, me, peer_ip);
    if (refused == NULL)
        refused = check_fresh(&m, me, now);
    if (refused == NULL) {
        last = kit_replay_last(&me->replay, m.secret);
        refused = open_message(&m, me, now);
    }
    if (refused != NULL && strcmp(refused, "expired") == 0)
        note_age(&m, now);
    if (refused == NULL && m.seq > last + 1)
        kit_note("%s: %lld before this one did not arrive", m.sender,
                 m.seq - last - 1);
    if (refused == NULL)
        kit_show_message(m.sender, m.text, m.len);
    kit_wipe(&m, sizeof m);
    return refused == NULL ? 0 : kit_refused(refused);
}

/* --- Messages 1 and 2: given ---------------------------------------------- */

/*
 * Trades our password for a session token, and the token at once for the key
 * that opens our tickets. PORT is where we listen. Returns an exit code.
 */
static int login(struct receiver *me, struct kit_client *client, int port)
{
    char token[KIT_TOKEN_MAX + 1];
    cJSON *m1 = cJSON_CreateObject(), *m2;
    int rc;

    cJSON_AddStringToObject(m1, "username", client->user);
    cJSON_AddStringToObject(m1, "password", client->password);
    cJSON_AddNumberToObject(m1, "port", port);
    rc = kit_http_ask(&m2, client->server, "/login", m1, client->user);
    if (rc == EX_OK &&
        (kit_json_copy(token, sizeof token, m2, "token", kit_is_token) != 0 ||
         kit_derive(&me->ticket_key, token, KIT_LABEL_TICKET) != 0)) {
        kit_error("the server's login response has no token");
        rc = EX_PROTOCOL;
    }
    kit_wipe(token, sizeof token);
    kit_json_free(m1);
    kit_json_free(m2);
    return rc;
}

/* Shows what comes until the session ends. Returns an exit code. */
static int serve(struct receiver *me, struct kit_inbox *inbox)
{
    switch (kit_inbox_serve(inbox, on_line, me, KIT_TOKEN_LIFE)) {
    case 0: /* a signal: the user has ended it */
        return EX_OK;
    case 1: /* the server has forgotten our token, and senders get no ticket */
        kit_error("the session has ended after %d hours: start the receiver "
                  "again to log in",
                  KIT_TOKEN_LIFE / 3600);
        return EX_TEMPFAIL;
    default: /* the reason has been printed */
        return EX_IOERR;
    }
}

int main(int argc, char **argv)
{
    static struct receiver me; /* its table is too large for a small stack */
    struct kit_client client;
    struct kit_inbox *inbox = NULL;
    uint16_t port = 0;
    int rc = kit_receiver_open(&client, argc, argv);

    me.name = client.user;
    me.strict_ip = client.strict_ip;
    if (rc == EX_OK)
        rc = kit_client_listen(&inbox, &port, &client);
    if (rc == EX_OK)
        rc = login(&me, &client, port);
    kit_client_close(&client);

    if (rc == EX_OK)
        rc = serve(&me, inbox);
    kit_inbox_close(inbox);
    kit_wipe(&me, sizeof me);
    return rc;
}
