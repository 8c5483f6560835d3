/* SPDX-License-Identifier: MIT */
/*
 * mallory: attacks a receiver for make trace. Mallory is on the network, so she
 * can copy what the sender of a trace has sent to the receiver, and she has an
 * account. What she sends is in her own trace.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "lib/base64.h"
#include "lib/box.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/members.h"
#include "lib/options.h"
#include "lib/outbox.h"
#include "lib/password.h"
#include "lib/say.h"
#include "lib/trace.h"

enum { TRACED_MAX = 1 << 18 }; /* bytes of one line of a trace */

/* The command line. */
static const char *server = "http://127.0.0.1:8080", *password_file;
static struct kit_trace_options trace;

/* Message 5 in parts: what Mallory copies, and what she makes of it. */
struct stolen {
    char senderinfo[KIT_TICKET_MAX + 1];
    char seq[16];
    char message[KIT_SEALED_SIZE];
};

/* --- What she changes ----------------------------------------------------- */

static int keep(struct stolen *line)
{
    (void)line;
    return 0;
}

/* Flips a bit of the first byte of the ciphertext. */
static int flip_bit(struct stolen *line)
{
    uint8_t bytes[KIT_NONCE_LEN + KIT_BOX_MAX];
    size_t len;

    if (kit_base64_decode(bytes, sizeof bytes, &len, line->message,
                          strlen(line->message)) != 0 ||
        len <= KIT_NONCE_LEN)
        return kit_fail(-1, "there is no sealed text in this line");
    bytes[KIT_NONCE_LEN] ^= 1;
    return kit_base64_encode(line->message, sizeof line->message, bytes, len);
}

/* Sends the members of TEXT in a POST to PATH. ANSWER as in kit_http_ask. */
static int ask(cJSON **answer, struct kit_http *http, const char *path,
               const char *text, const char *whom)
{
    cJSON *question = kit_json_object(text, strlen(text));
    int rc = kit_http_ask(answer, http, path, question, whom);

    kit_json_free(question);
    return rc;
}

/* Logs in as Mallory and replaces the ticket of LINE by hers for RECEIVER. */
static int replace_ticket(struct stolen *line, const char *receiver)
{
    char password[KIT_PASSWORD_MAX + 1], text[KIT_REQUEST_MAX];
    struct kit_http *http = NULL;
    struct kit_token token;
    cJSON *m2 = NULL, *m4 = NULL;
    int rc = -1;

    if (kit_password_read(password, sizeof password, password_file, "") != 0 ||
        kit_http_open(&http, server, NULL) != 0)
        return -1;
    snprintf(text, sizeof text,
             "{\"username\":\"mallory\",\"password\":\"%s\"}", password);
    if (ask(&m2, http, "/login", text, "mallory") == EX_OK &&
        kit_json_token(&token, m2, "token") == 0) {
        snprintf(text, sizeof text,
                 "{\"username\":\"mallory\",\"token\":\"%s\","
                 "\"receiver\":\"%s\"}",
                 token.text, receiver);
        if (ask(&m4, http, "/userinfo", text, receiver) == EX_OK)
            rc = kit_json_copy(line->senderinfo, sizeof line->senderinfo, m4,
                               "senderinfo", kit_is_sealed);
    }
    kit_json_free(m2);
    kit_json_free(m4);
    kit_http_close(http);
    return rc;
}

static int swap_ticket(struct stolen *line)
{
    return replace_ticket(line, "bob");
}

static int use_other_ticket(struct stolen *line)
{
    return replace_ticket(line, "alice");
}

/* ' as a trace writes it. */
#define APOSTROPHE "\\u0027"

static const struct attack {
    const char *name, *title, *about;
    int (*change)(struct stolen *line);
} attacks[] = {
    {"replay", "replay",
     "Mallory sends Alice" APOSTROPHE "s first line a second time, unchanged.",
     keep},
    {"bit", "flipped bit",
     "Mallory copies a line of Alice" APOSTROPHE "s on its way, and flips one "
     "bit of the sealed text. Bob reads her copy before the original.",
     flip_bit},
    {"ticket", "swapped ticket",
     "Mallory puts her own ticket for Bob in the place of Alice" APOSTROPHE
     "s.",
     swap_ticket},
    {"reflect", "reflected line",
     "Bob writes to Alice. Mallory sends his own line back to him.", keep},
    {"other", "ticket for someone else",
     "Mallory asks the server for Alice, and sends Bob the ticket for Alice.",
     use_other_ticket},
};

/* --- Copying and sending -------------------------------------------------- */

/* Whether EVENT, a line of a trace, is a message 5 that was sent. Fills LINE.
 */
static bool is_message(struct stolen *line, const cJSON *event)
{
    const char *kind = kit_json_string(event, "event");
    const cJSON *m5 = cJSON_GetObjectItemCaseSensitive(event, "fields");
    long long number, seq;

    if (kind == NULL || strcmp(kind, "sent") != 0 ||
        kit_json_integer(&number, event, "message", 5, 5) != 0 ||
        kit_json_integer(&seq, m5, "seq", 1, KIT_SEQ_MAX) != 0 ||
        kit_json_copy(line->senderinfo, sizeof line->senderinfo, m5,
                      "senderinfo", kit_is_sealed) != 0 ||
        kit_json_copy(line->message, sizeof line->message, m5, "message",
                      kit_is_sealed) != 0)
        return false;
    snprintf(line->seq, sizeof line->seq, "%lld", seq);
    return true;
}

/* Reads the trace FILE up to the first message 5. Returns 0, or -1. */
static int copy(struct stolen *line, const char *file)
{
    static char text[TRACED_MAX];
    FILE *events = fopen(file, "r");
    int rc = -1;

    while (events != NULL && rc != 0 &&
           fgets(text, sizeof text, events) != NULL) {
        cJSON *event = kit_json_object(text, strlen(text));

        rc = is_message(line, event) ? 0 : -1;
        kit_json_free(event);
    }
    if (events != NULL)
        fclose(events);
    if (rc != 0)
        kit_error("%s has no message 5 to copy", file);
    return rc;
}

/*
 * Connects to PORT, then copies the first line in the trace FILE, changes it
 * and sends it. Prints "connected" before it opens FILE, which may be a FIFO,
 * and "sent" before it waits for the end of the connection: trace.sh keeps the
 * receiver stopped until then.
 */
static int run(const struct attack *attack, uint16_t port, const char *file)
{
    static struct kit_outbox outbox = {.fd = -1};
    struct stolen stolen = {.seq = ""};
    struct kit_line line;

    if (kit_outbox_open(&outbox, "127.0.0.1", port) != 0)
        return EX_UNAVAILABLE;
    puts("connected");
    fflush(stdout);
    if (copy(&stolen, file) != 0 || attack->change(&stolen) != 0)
        return EX_UNAVAILABLE;
    line.len = (size_t)snprintf(
        line.bytes, sizeof line.bytes,
        "{\"senderinfo\":\"%s\",\"seq\":%s,\"message\":\"%s\"}",
        stolen.senderinfo, stolen.seq, stolen.message);
    if (kit_outbox_line(&outbox, &line) != 0 || kit_outbox_flush(&outbox) != 0)
        return EX_IOERR;
    puts("sent");
    fflush(stdout);
    /* The trace of the receiver shows whether it refused the line. */
    (void)!kit_outbox_close(&outbox);
    return EX_OK;
}

/* Prints a line for the trace: this attack begins now. */
static int print_mark(const struct attack *attack)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    printf("{\"us\":%lld,\"event\":\"attack\",\"attack\":\"%s\","
           "\"title\":\"%s\",\"text\":\"%s\"}\n",
           (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000, attack->name,
           attack->title, attack->about);
    return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}

int main(int argc, char **argv)
{
    const struct kit_option options[] = {
        {"server", "URL", "the server (http://127.0.0.1:8080)", &server, NULL},
        {"password-file", "FILE", "Mallory's password", &password_file, NULL},
        {"trace", "FILE", KIT_TRACE_HELP, &trace.file, NULL},
        {"trace-keys", NULL, KIT_TRACE_KEYS_HELP, NULL, &trace.keys},
        {NULL, NULL, NULL, NULL, NULL},
    };
    const struct kit_command command = {
        .name = "mallory",
        .operands = "ATTACK [PORT TRACE]",
        .about = "Attacks the receiver at PORT with the first message 5 that "
                 "a sender wrote\nto TRACE. With ATTACK alone, prints a mark "
                 "for the trace. ATTACK is replay,\nbit, ticket, reflect or "
                 "other.",
        .options = options,
        .min = 1,
        .max = 3,
    };
    char **operand = argv + kit_options(argc, argv, &command);
    size_t i = 0, count = sizeof attacks / sizeof attacks[0];
    int rc;

    while (i < count && strcmp(attacks[i].name, operand[0]) != 0)
        i++;
    if (i == count || operand[1] == NULL || operand[2] == NULL)
        return i == count
                   ? kit_fail(EX_USAGE, "no attack is called %s", operand[0])
                   : print_mark(&attacks[i]);
    rc = kit_trace_open(&trace, "mallory", "mallory");
    if (rc != EX_OK)
        return rc;
    return run(&attacks[i],
               (uint16_t)kit_option_number("PORT", operand[1], 1, 65535, 0),
               operand[2]);
}
