/* SPDX-License-Identifier: MIT */
/*
 * The sender of a tuned pair: messages 5 as fast as C programs can send and
 * show them. make bench compares our sender and receiver with this pair.
 *
 *     bench-send NAME ADDRESS RECEIVER TOKEN
 *
 * sends each line of its input to ADDRESS as one message. TOKEN is that of the
 * receiver's session: with it, the program makes the ticket, which the server
 * would make. For each message it does the same work as our sender: a nonce, a
 * box, base64, JSON.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/streams.h"
#include "tests/bench/fail.h"
#include "tests/bench/peers/connection.h"
#include "tests/bench/peers/messages_sealed.h"

static struct {
    char head[KIT_TICKET_MAX + 32]; /* {"senderinfo":"...","seq": */
    size_t head_len;
    struct sealed_ad ad;
    uint8_t key[SEALED_KEY];
    uint32_t seq; /* of the last message */
} chat;

/* Begins a chat, with a ticket like those that the server makes for M4. */
static void begin_chat(const char *name, const char *receiver,
                       const char *token)
{
    char secret[2 * KIT_TOKEN_BYTES + 1], text[512], *at = chat.head;
    uint8_t ticket_key[SEALED_KEY];
    struct sealed_ad ad;

    if (kit_random_hex(secret, sizeof secret) != 0)
        fail("draw a secret");
    sealed_key(ticket_key, token, KIT_LABEL_TICKET);
    sealed_ad_ticket(&ad, receiver);
    snprintf(
        text, sizeof text,
        "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\",\"secret\":\"%s\"}",
        name, secret);
    at = stpcpy(at, "{\"senderinfo\":\"");
    at += sealed_make(at, ticket_key, &ad, text, strlen(text));
    at = stpcpy(at, "\",\"seq\":");
    chat.head_len = (size_t)(at - chat.head);
    sealed_key(chat.key, secret, KIT_LABEL_MESSAGE);
    sealed_ad_names(&chat.ad, name, receiver);
}

/* Writes message 5 to OUT; returns its length. */
static size_t write_line(char *out, const char *text, size_t len)
{
    char *at = out;
    size_t digits;

    sealed_ad_seq(&chat.ad, ++chat.seq);
    digits = chat.ad.len - chat.ad.names;
    memcpy(at, chat.head, chat.head_len);
    at += chat.head_len;
    memcpy(at, chat.ad.text + chat.ad.names, digits);
    at += digits;
    memcpy(at, ",\"message\":\"", 12);
    at += 12;
    at += sealed_make(at, chat.key, &chat.ad, text, len);
    memcpy(at, "\"}\n", 3);
    return (size_t)(at + 3 - out);
}

/* --- Input and output ----------------------------------------------------- */

static void send_bytes(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n <= 0)
            fail("send");
        bytes += n;
        len -= (size_t)n;
    }
}

/* Sends the whole lines in BYTES. Returns the length of the rest, moved to the
   beginning of BYTES. */
static size_t send_lines(int fd, char *bytes, size_t len)
{
    static char out[2 * SEALED_BUFFER];
    const char *line = bytes, *end;
    size_t used = 0;

    while ((end = memchr(line, '\n', len)) != NULL) {
        size_t text_len = (size_t)(end - line);

        if (text_len > KIT_TEXT_MAX)
            fail("send a text that is too long");
        used += write_line(out + used, line, text_len);
        if (used > SEALED_BUFFER) {
            send_bytes(fd, out, used);
            used = 0;
        }
        len -= text_len + 1;
        line = end + 1;
    }
    send_bytes(fd, out, used);
    memmove(bytes, line, len);
    return len;
}

int main(int argc, char **argv)
{
    static char in[SEALED_BUFFER];
    size_t rest = 0;
    ssize_t n;
    int fd;

    kit_streams_open();
    if (argc != 5) {
        fprintf(stderr, "usage: bench-send NAME ADDRESS RECEIVER TOKEN\n");
        return EX_USAGE;
    }
    sealed_prepare();
    begin_chat(argv[1], argv[3], argv[4]);
    fd = connection_open(argv[2]);
    while ((n = read(STDIN_FILENO, in + rest, sizeof in - rest)) > 0)
        rest = send_lines(fd, in, rest + (size_t)n);
    shutdown(fd, SHUT_WR);
    /* The receiver closes the connection when it has shown everything. */
    return read(fd, in, 1) == 0 ? EX_OK : EX_IOERR;
}
