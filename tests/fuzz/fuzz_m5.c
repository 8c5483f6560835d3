/* SPDX-License-Identifier: MIT */
/*
 * Message 5 at the receiver. Random bytes are never a sealed box, so an input
 * can also have the contents of the boxes:
 *
 *     sealed LF ticket's JSON LF seq LF text
 *
 * An input in any other form is the line itself. The ticket is sealed under
 * bob's token. The text is sealed under the ticket's secret, and its sender is
 * the ticket's user. Bob must show the text if section 6 allows it, and only
 * then. He must not remember a line that he refuses.
 */
int receiver_main(int argc, char **argv);
#define main    receiver_main
#define kit_now fuzz_now /* a clock that does not move */
#include "solution/receiver.c"
#undef main

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define SEALED "sealed\n"
#define PEER   "127.0.0.1"

enum {
    INSIDE_MAX = 5000, /* bytes in a box: more than a receiver accepts */
    STRING_MAX = 200,  /* bytes of a name or secret: more than are valid */
    INSIDE_SEALED = KIT_BASE64_LEN(KIT_NONCE_LEN + INSIDE_MAX + KIT_TAG_LEN),
    LINE_SIZE = 4 * INSIDE_MAX + KIT_LINE_MAX,
};

/* The parts of an input that begins with SEALED. */
struct parts {
    const char *ticket, *seq, *text;
    size_t ticket_len, text_len;
    /* The members of the ticket. */
    char sender[STRING_MAX + 1], secret[STRING_MAX + 1], ip[STRING_MAX + 1];
    long long exp; /* 0: none; -1: no integer */
    bool complete; /* sender and secret are the ticket's own */
};

static struct receiver bob; /* without a name until begin */

long long fuzz_now(void)
{
    return FUZZ_NOW;
}

/* Bob before his first line. From here on standard output is a file. */
static void begin(void)
{
    FILE *file = tmpfile();

    CHECK(file != NULL && dup2(fileno(file), STDOUT_FILENO) >= 0);
    bob.client.user = "bob";
    CHECK(kit_derive(&bob.ticket_key, FUZZ_BOB_TOKEN, KIT_LABEL_TICKET) == 0);
}

/* --- Inputs --------------------------------------------------------------- */

static size_t at_most(size_t len)
{
    return len < INSIDE_MAX ? len : INSIDE_MAX;
}

/* Copies member NAME of TICKET to OUT, STRING_MAX + 1, or SPARE instead. */
static void take_string(char *out, const cJSON *ticket, const char *name,
                        const char *spare)
{
    const char *text = kit_json_string(ticket, name);

    if (text == NULL || strlen(text) > STRING_MAX)
        text = spare;
    memcpy(out, text, strlen(text) + 1);
}

/* Reads the ticket, with default values for members that are missing. */
static void read_ticket(struct parts *parts)
{
    cJSON *ticket = kit_json_object(parts->ticket, parts->ticket_len);

    take_string(parts->sender, ticket, "username", "alice");
    take_string(parts->secret, ticket, "secret", "secret-of-the-chat-0123");
    take_string(parts->ip, ticket, "ip_addr", "");
    parts->exp = 0;
    if (kit_json_has(ticket, "exp"))
        parts->exp = member_number(ticket, "exp");
    parts->complete = member_is(ticket, "username", parts->sender) &&
                      member_is(ticket, "secret", parts->secret);
    kit_json_free(ticket);
}

/* Splits INPUT, which is terminated. Truncates parts that are too long. */
static bool split(struct parts *parts, char *input, size_t size)
{
    char *end = input + size, *ticket_end, *seq_end;

    if (strncmp(input, SEALED, strlen(SEALED)) != 0)
        return false;
    parts->ticket = input + strlen(SEALED);
    ticket_end = memchr(parts->ticket, '\n', (size_t)(end - parts->ticket));
    if (ticket_end == NULL)
        return false;
    parts->seq = ticket_end + 1;
    seq_end = memchr(parts->seq, '\n', (size_t)(end - parts->seq));
    if (seq_end == NULL || seq_end - parts->seq > INSIDE_MAX)
        return false;
    *ticket_end = *seq_end = '\0';
    parts->ticket_len = at_most((size_t)(ticket_end - parts->ticket));
    parts->text = seq_end + 1;
    parts->text_len = at_most((size_t)(end - parts->text));
    read_ticket(parts);
    return true;
}

/* --- Lines ---------------------------------------------------------------- */

/*
 * What a man in the middle, or another sender, changes in a line. AGAIN
 * changes nothing: the server seals the same ticket again with another nonce.
 */
enum spoil { NOTHING, TICKET, MESSAGE, SECRET, SENDER, RECEIVER, SEQ, AGAIN };

/* Seals LEN bytes of TEXT under nonce NUMBER. SPOILED: one bit is flipped. */
static void seal(char *sealed, const char *string, const char *label,
                 const char *ad, const char *text, size_t len, uint8_t number,
                 bool spoiled)
{
    uint8_t row[KIT_NONCE_LEN + INSIDE_MAX + KIT_TAG_LEN];
    struct kit_nonce nonce = {{number}}; /* the same in each run */
    struct kit_key key;

    CHECK(kit_derive(&key, string, label) == 0);
    memcpy(row, &nonce, sizeof nonce);
    CHECK(kit_seal(row + sizeof nonce, sizeof row - sizeof nonce, &key, &nonce,
                   ad, strlen(ad), text, len) == 0);
    row[len] ^= spoiled;
    CHECK(kit_base64_encode(sealed, INSIDE_SEALED + 1, row,
                            KIT_NONCE_LEN + len + KIT_TAG_LEN) == 0);
}

/* The line that PARTS make. Returns its length. */
static size_t write_line(char *line, const struct parts *parts,
                         enum spoil spoil)
{
    char ticket[INSIDE_SEALED + 1], message[INSIDE_SEALED + 1];
    char ad[STRING_MAX + 64];
    int64_t seq = strtoll(parts->seq, NULL, 10);

    snprintf(ad, sizeof ad, "%s>%s#%" PRId64,
             spoil == SENDER ? "mallory" : parts->sender,
             spoil == RECEIVER ? "carol" : "bob", spoil == SEQ ? seq ^ 1 : seq);
    seal(ticket, FUZZ_BOB_TOKEN, "senderinfo", "senderinfo>bob", parts->ticket,
         parts->ticket_len, spoil == AGAIN, spoil == TICKET);
    seal(message, spoil == SECRET ? "another secret" : parts->secret, "message",
         ad, parts->text, parts->text_len, 0, spoil == MESSAGE);
    return (size_t)snprintf(line, LINE_SIZE,
                            "{\"senderinfo\":\"%s\",\"seq\":%s,"
                            "\"message\":\"%s\"}",
                            ticket, parts->seq, message);
}

/* --- Standard output ------------------------------------------------------ */

/*
 * Fills OUT, which has room for OUT_SIZE characters, with what was written
 * since the last call, and a terminating zero.
 */
static void shown_read(char *out, size_t out_size)
{
    ssize_t len;

    fflush(stdout);
    len = pread(STDOUT_FILENO, out, out_size, 0);
    CHECK(len >= 0 && (size_t)len < out_size);
    out[len] = '\0';
    CHECK(strlen(out) == (size_t)len);
    if (len > 0)
        CHECK(ftruncate(STDOUT_FILENO, 0) == 0 &&
              lseek(STDOUT_FILENO, 0, SEEK_SET) == 0);
}

/* No invisible character or change of direction: a part of section 6's list. */
static void check_visible(const char *line)
{
    static const char *const hidden[] = {
        "\xc2\x85",     "\xd8\x9c",     "\xe2\x80\x8b", "\xe2\x80\xae",
        "\xe2\x81\xa6", "\xef\xbb\xbf", "\xef\xbf\xb9", "\xf3\xa0\x81\x81",
    };

    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        CHECK(strstr(line, hidden[i]) == NULL);
}

/* The byte that is shown at *AT: as itself, as \\ or as \xhh. */
static unsigned take_byte(const char **at)
{
    unsigned byte = (unsigned char)*(*at)++;
    char hex[3] = "";

    CHECK(byte >= ' ' && byte != 0x7f);
    if (byte != '\\')
        return byte;
    if (**at == '\\')
        return (unsigned char)*(*at)++;
    CHECK(**at == 'x');
    memcpy(hex, *at + 1, 2);
    *at += 3;
    return (unsigned)strtoul(hex, NULL, 16);
}

/* LINE must be SENDER's LEN bytes of TEXT, with nothing that a terminal obeys.
 */
static void shown_check(const char *line, const char *sender, const char *text,
                        size_t len)
{
    size_t sender_len = strlen(sender);

    check_visible(line);
    CHECK(strncmp(line, sender, sender_len) == 0);
    line += sender_len;
    CHECK(strncmp(line, ": ", 2) == 0);
    line += 2;
    for (size_t i = 0; i < len; i++)
        CHECK(take_byte(&line) == (unsigned char)text[i]);
    CHECK(strcmp(line, "\n") == 0);
}

/* --- What bob may show ---------------------------------------------------- */

static bool is_valid_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t len = strlen(text);

    return len >= 1 && len <= 32 && strspn(text, letters) == len &&
           *text != '_' && *text != '-';
}

/* Whether bob must show the text of PARTS, which made LINE. */
static bool is_good(const struct parts *parts, const char *line, size_t len)
{
    cJSON *m5 = kit_json_object(line, len);
    const char *ticket = kit_json_string(m5, "senderinfo");
    long long seq = member_number(m5, "seq");
    bool is = ticket != NULL && strlen(ticket) <= 1024 && seq >= 1 &&
              seq <= 2147483647;

    kit_json_free(m5);
    return is && parts->complete && is_valid_name(parts->sender) &&
           strcmp(parts->sender, "bob") != 0 && is_token(parts->secret) &&
           is_address(parts->ip) &&
           (parts->exp == 0 || parts->exp + 300 >= FUZZ_NOW) &&
           parts->text_len <= 4096;
}

/* --- Line by line --------------------------------------------------------- */

/* The last seq of the chat with the secret of PARTS, or 0. */
static uint32_t last_seq(const struct parts *parts)
{
    struct kit_chat chat = {.seq = 0};

    CHECK(kit_derive(&chat.key, parts->secret, "message") == 0);
    kit_chats_copy_seq(&bob.chats, &chat);
    return chat.seq;
}

/* Gives bob the line. Returns whether he has shown the text of PARTS. */
static bool give(const char *line, size_t len, const struct parts *parts)
{
    static char out[KIT_SHOWN_SIZE(KIT_TEXT_MAX) + 64];
    uint32_t last = parts == NULL ? 0 : last_seq(parts);
    size_t used = bob.chats.used;
    bool taken = on_line(&bob, PEER, line, len) == 0;

    shown_read(out, sizeof out);
    if (taken) {
        CHECK(parts != NULL);
        shown_check(out, parts->sender, parts->text, parts->text_len);
        CHECK(last_seq(parts) == strtoull(parts->seq, NULL, 10));
    } else {
        CHECK(out[0] == '\0');
        CHECK(bob.chats.used == used);
        CHECK(parts == NULL || last_seq(parts) == last);
    }
    return taken;
}

/* A good line: spoiled first, then unchanged, then twice more. */
static void give_good(const struct parts *parts, const char *line, size_t len)
{
    static char spoiled[LINE_SIZE];
    bool near = strcmp(parts->ip, PEER) == 0;

    bob.client.strict_ip = false;
    /* For a long text this would take long, and find nothing else. */
    for (enum spoil spoil = TICKET; spoil <= SEQ && parts->text_len < 300;
         spoil++)
        CHECK(!give(spoiled, write_line(spoiled, parts, spoil), parts));
    bob.client.strict_ip = true;
    CHECK(give(line, len, parts) == near);
    bob.client.strict_ip = false;
    CHECK(give(line, len, parts) == !near);
    CHECK(!give(line, len, parts));
    CHECK(!give(spoiled, write_line(spoiled, parts, AGAIN), parts));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char line[LINE_SIZE];
    char *input = fuzz_text(data, size);
    struct parts parts;

    if (bob.client.user == NULL)
        begin();
    if (bob.chats.used > 0)
        memset(&bob.chats, 0, sizeof bob.chats);
    if (split(&parts, input, size)) {
        size_t len = write_line(line, &parts, NOTHING);

        if (is_good(&parts, line, len))
            give_good(&parts, line, len);
        else
            CHECK(!give(line, len, &parts));
    } else {
        CHECK(!give((const char *)data, size, NULL));
    }
    free(input);
    return 0;
}
