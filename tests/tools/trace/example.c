/* SPDX-License-Identifier: MIT */
/*
 * example: writes the traces of a chat with the check values of protocol.md,
 * section 8. It calls the functions of the kit that trace, in the order of the
 * server, the sender and the receiver. The strings and the nonces are those of
 * the test vectors; all keys and boxes are computed here. They are public, so
 * nothing is wiped.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/box.h"
#include "lib/hkdf.h"
#include "lib/json.h"
#include "lib/options.h"
#include "lib/say.h"
#include "lib/trace.h"
#include "lib/wire.h"

enum {
    VECTORS_MAX = 1 << 17, /* bytes of the file */
    LINE_SIZE = 1 << 14,   /* of a message; two boxes fit */
};

/* The check values. The strings are parts of TREE. */
static struct {
    cJSON *tree;
    const char *bob_token, *alice_token, *secret, *ticket, *text;
    struct kit_nonce nonce; /* of both boxes */
} values;

/* What travels. */
static struct {
    char m1_bob[LINE_SIZE], m2_bob[LINE_SIZE];
    char m1_alice[LINE_SIZE], m2_alice[LINE_SIZE];
    char m3[LINE_SIZE], m4[LINE_SIZE], m5[LINE_SIZE];
    struct kit_box ticket, text;
} sent;

/* Exits if something that cannot fail with these values has failed. */
static void must(int rc)
{
    if (rc != 0)
        exit(kit_fail(EX_SOFTWARE, "a function of the kit failed: run make "
                                   "check"));
}

/* --- The check values ----------------------------------------------------- */

static cJSON *read_vectors(const char *file)
{
    static char text[VECTORS_MAX];
    FILE *in = fopen(file, "rb");
    size_t len = in == NULL ? 0 : fread(text, 1, sizeof text - 1, in);
    cJSON *tree = cJSON_Parse(text);

    if (in != NULL)
        fclose(in);
    if (len == 0 || tree == NULL)
        exit(kit_fail(EX_NOINPUT, "cannot read %s: it must be JSON", file));
    return tree;
}

/* The string NAME of the vector ID in the array LIST of TREE. */
static const char *value_of(const cJSON *tree, const char *list, const char *id,
                            const char *name)
{
    const cJSON *vector;

    cJSON_ArrayForEach(vector, cJSON_GetObjectItem(tree, list))
    {
        const char *found = kit_json_string(vector, "id");
        const char *value = kit_json_string(vector, name);

        if (found != NULL && strcmp(found, id) == 0 && value != NULL)
            return value;
    }
    exit(kit_fail(EX_DATAERR, "the test vector %s in %s has no %s", id, list,
                  name));
}

static void read_values(const char *file)
{
    cJSON *tree = read_vectors(file);
    const char *hex = value_of(tree, "message", "hello", "nonce_hex");

    values.tree = tree;
    values.bob_token = value_of(tree, "hkdf", "ticket-key-bob", "ikm");
    /* Section 8 has no token of Alice's. This one has a vector, too. */
    values.alice_token = value_of(tree, "hkdf", "ticket-key-carol", "ikm");
    values.secret = value_of(tree, "message", "hello", "secret");
    values.ticket = value_of(tree, "ticket", "ticket-basic", "plaintext");
    values.text = value_of(tree, "message", "hello", "plaintext");
    for (size_t i = 0; i < KIT_NONCE_LEN && hex[2 * i] != '\0'; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        values.nonce.bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

/* --- What the programs do ------------------------------------------------- */

/* Begins the trace FILE of USER's PROGRAM. */
static void begin(const char *file, const char *program, const char *user)
{
    int rc = kit_trace_open(
        &(struct kit_trace_options){.file = file, .keys = true}, program, user);

    if (rc != EX_OK)
        exit(rc);
}

/* STATUS 0: a question. No PATH: message 5. */
static void trace(const char *event, const char *peer, const char *path,
                  int status, const char *line)
{
    const struct kit_trace_message message = {
        .event = event,
        .peer = peer,
        .path = path,
        .status = status,
        .line = line,
        .len = strlen(line),
    };

    kit_trace_message(&message);
}

/* Sets BOX and SEALED to TEXT. */
static void seal(struct kit_box *box, struct kit_sealed *sealed,
                 const struct kit_key *key, const char *ad, const char *text)
{
    box->nonce = values.nonce;
    must(kit_box_seal(box, key, ad, text, strlen(text)));
    must(kit_box_encode(sealed, box));
}

static void serve(void)
{
    struct kit_key bob_key, alice_key;
    struct kit_sealed ticket;
    struct kit_ad ad;

    trace("received", "bob", "/login", 0, sent.m1_bob);
    must(kit_derive(&bob_key, values.bob_token, KIT_LABEL_TICKET));
    trace("sent", "bob", "/login", 200, sent.m2_bob);
    trace("received", "alice", "/login", 0, sent.m1_alice);
    must(kit_derive(&alice_key, values.alice_token, KIT_LABEL_TICKET));
    trace("sent", "alice", "/login", 200, sent.m2_alice);
    trace("received", "alice", "/userinfo", 0, sent.m3);
    must(kit_ad_ticket(&ad, "bob"));
    seal(&sent.ticket, &ticket, &bob_key, ad.text, values.ticket);
    snprintf(sent.m4, sizeof sent.m4,
             "{\"ip_addr\":\"127.0.0.1\",\"secret\":\"%s\","
             "\"senderinfo\":\"%s\",\"port\":4444,\"receiver\":\"bob\"}",
             values.secret, ticket.text);
    /* The receiver gets the ticket unchanged, in message 5. */
    snprintf(sent.m5, sizeof sent.m5, "{\"senderinfo\":\"%s\"", ticket.text);
    trace("sent", "alice", "/userinfo", 200, sent.m4);
}

static void send_text(void)
{
    size_t len = strlen(sent.m5);
    struct kit_sealed message;
    struct kit_key key;
    struct kit_ad ad;

    trace("sent", "server", "/login", 0, sent.m1_alice);
    trace("received", "server", "/login", 200, sent.m2_alice);
    trace("sent", "server", "/userinfo", 0, sent.m3);
    trace("received", "server", "/userinfo", 200, sent.m4);
    must(kit_derive(&key, values.secret, KIT_LABEL_MESSAGE));
    must(kit_ad_message(&ad, "alice", "bob", 1));
    seal(&sent.text, &message, &key, ad.text, values.text);
    snprintf(sent.m5 + len, sizeof sent.m5 - len,
             ",\"seq\":1,\"message\":\"%s\"}", message.text);
    trace("sent", "127.0.0.1", NULL, 0, sent.m5);
}

static void receive(void)
{
    struct kit_key ticket_key, key;
    struct kit_text text;
    struct kit_ad ad;

    trace("sent", "server", "/login", 0, sent.m1_bob);
    trace("received", "server", "/login", 200, sent.m2_bob);
    must(kit_derive(&ticket_key, values.bob_token, KIT_LABEL_TICKET));
    trace("received", "127.0.0.1", NULL, 0, sent.m5);
    must(kit_ad_ticket(&ad, "bob"));
    must(kit_box_open(&text, &ticket_key, ad.text, &sent.ticket));
    must(kit_derive(&key, values.secret, KIT_LABEL_MESSAGE));
    must(kit_ad_message(&ad, "alice", "bob", 1));
    must(kit_box_open(&text, &key, ad.text, &sent.text));
    kit_trace_shown("alice", values.text);
}

int main(int argc, char **argv)
{
    const struct kit_command command = {
        .name = "example",
        .operands = "VECTORS SERVER RECEIVER SENDER",
        .about = "Writes three traces of a chat with the check values in "
                 "VECTORS, a file\nlike tests/vectors/protocol_vectors.json.",
        .min = 4,
        .max = 4,
    };
    char **operand = argv + kit_options(argc, argv, &command);

    read_values(operand[0]);
    snprintf(sent.m1_bob, sizeof sent.m1_bob,
             "{\"username\":\"bob\",\"password\":\"banana\",\"port\":4444}");
    snprintf(sent.m1_alice, sizeof sent.m1_alice,
             "{\"username\":\"alice\",\"password\":\"apple\"}");
    snprintf(sent.m2_bob, sizeof sent.m2_bob,
             "{\"token\":\"%s\",\"expires_in\":43200}", values.bob_token);
    snprintf(sent.m2_alice, sizeof sent.m2_alice,
             "{\"token\":\"%s\",\"expires_in\":43200}", values.alice_token);
    snprintf(sent.m3, sizeof sent.m3,
             "{\"username\":\"alice\",\"token\":\"%s\",\"receiver\":\"bob\"}",
             values.alice_token);

    begin(operand[1], "server", "");
    serve();
    kit_trace_close();
    begin(operand[3], "sender", "alice");
    send_text();
    kit_trace_close();
    begin(operand[2], "receiver", "bob");
    receive();
    kit_trace_close();
    cJSON_Delete(values.tree);
    return EX_OK;
}
