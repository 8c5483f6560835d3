/* SPDX-License-Identifier: MIT */
/*
 * The receiver of a tuned pair: see messages_send.c.
 *
 *     bench-receive NAME TOKEN      prints "listening on ADDRESS"
 *
 * For each message it does the same work as our receiver: JSON with its members
 * in any order, base64, opening the box, the check of seq, safe display, and a
 * flush for each line (protocol.md section 6). It derives the key of a chat
 * only once, when its ticket comes for the first time. It is less strict and
 * less careful than our receiver: see messages_json.h, and it shows letters
 * beyond ASCII as bytes.
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/streams.h"
#include "tests/bench/fail.h"
#include "tests/bench/peers/messages_json.h"
#include "tests/bench/peers/messages_sealed.h"

enum {
    CHATS_LOG2 = 12,
    CHATS = 1 << CHATS_LOG2, /* places in the table of chats */
    PEERS = 32,
};

static const char *own_name;
static uint8_t ticket_key[SEALED_KEY];

/* --- Chats ---------------------------------------------------------------- */

/* A hash table with open addressing. */
static struct chat {
    char ticket[KIT_TICKET_MAX];
    size_t len; /* of the ticket; 0: the place is free */
    char sender[KIT_NAME_MAX + 1];
    struct sealed_ad ad;
    uint8_t key[SEALED_KEY];
    uint32_t seq; /* of the last message */
} chats[CHATS];

/* Copies VALUE to OUT, with a terminating zero. Returns -1 if it is too long.
 */
static int copy(char *out, size_t out_size, const struct json_value *value)
{
    if (value->len >= out_size)
        return -1;
    memcpy(out, value->bytes, value->len);
    out[value->len] = '\0';
    return 0;
}

/* Begins CHAT with a ticket that has not come before. */
static int open_ticket(struct chat *chat, const struct json_value *ticket)
{
    enum { USERNAME, SECRET, MEMBERS };
    static const char *const names[] = {"username", "secret"};
    static char text[SEALED_BUFFER];
    struct json_value members[MEMBERS];
    char secret[KIT_TOKEN_MAX + 1];
    struct sealed_ad ad;
    long len;

    sealed_ad_ticket(&ad, own_name);
    len = sealed_open(text, ticket_key, &ad, ticket->bytes, ticket->len);
    if (len < 0)
        return -1;
    text[len] = '\0';
    if (json_members(members, names, MEMBERS, text) != 0 ||
        copy(chat->sender, sizeof chat->sender, &members[USERNAME]) != 0 ||
        copy(secret, sizeof secret, &members[SECRET]) != 0)
        return -1;
    sealed_key(chat->key, secret, KIT_LABEL_MESSAGE);
    sealed_ad_names(&chat->ad, chat->sender, own_name);
    memcpy(chat->ticket, ticket->bytes, ticket->len);
    chat->len = ticket->len;
    return 0;
}

/* The last characters may be padding. Those before encode bytes of the tag,
   which are as evenly distributed as those of a hash. */
static size_t first_place(const struct json_value *ticket)
{
    uint32_t bits;

    memcpy(&bits, ticket->bytes + ticket->len - 12, sizeof bits);
    return (bits * UINT32_C(2654435761)) >> (32 - CHATS_LOG2);
}

/* The chat of a ticket, or NULL if the ticket is not for us. */
static struct chat *find(const struct json_value *ticket)
{
    size_t place;

    if (ticket->len < 40 || ticket->len > KIT_TICKET_MAX)
        return NULL;
    for (place = first_place(ticket); chats[place].len != 0;
         place = (place + 1) % CHATS) {
        if (chats[place].len == ticket->len &&
            memcmp(chats[place].ticket, ticket->bytes, ticket->len) == 0)
            return &chats[place];
    }
    return open_ticket(&chats[place], ticket) == 0 ? &chats[place] : NULL;
}

/* --- Lines ---------------------------------------------------------------- */

/* Shows TEXT. From the first character that needs an escape on, all bytes are
   shown as \xhh. */
static void show(const char *sender, const char *text, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    static char shown[4 * SEALED_BUFFER];
    char *at = shown;
    size_t i = 0;

    at = stpcpy(stpcpy(at, sender), ": ");
    while (i < len && text[i] >= ' ' && text[i] < 127 && text[i] != '\\')
        i++;
    memcpy(at, text, i);
    at += i;
    for (; i < len; i++) {
        at = stpcpy(at, "\\x");
        *at++ = hex[(unsigned char)text[i] >> 4];
        *at++ = hex[(unsigned char)text[i] & 15];
    }
    *at++ = '\n';
    if (write(STDOUT_FILENO, shown, (size_t)(at - shown)) != at - shown)
        fail("write to standard output");
}

/* Takes message 5, without its newline, terminated. */
static int on_line(const char *line)
{
    enum { SENDERINFO, SEQ, MESSAGE, MEMBERS };
    static const char *const names[] = {"senderinfo", "seq", "message"};
    static char text[SEALED_BUFFER];
    struct json_value m5[MEMBERS];
    unsigned long seq;
    struct chat *chat;
    long len;

    if (json_members(m5, names, MEMBERS, line) != 0)
        return -1;
    seq = strtoul(m5[SEQ].bytes, NULL, 10);
    chat = find(&m5[SENDERINFO]);
    if (chat == NULL || seq <= chat->seq || seq > KIT_SEQ_MAX)
        return -1;
    sealed_ad_seq(&chat->ad, (uint32_t)seq);
    len = sealed_open(text, chat->key, &chat->ad, m5[MESSAGE].bytes,
                      m5[MESSAGE].len);
    if (len < 0)
        return -1;
    chat->seq = (uint32_t)seq;
    show(chat->sender, text, (size_t)len);
    return 0;
}

/* --- Peers ---------------------------------------------------------------- */

static struct pollfd watch[1 + PEERS]; /* the listener comes first */
static struct peer {
    size_t have;
    char bytes[SEALED_BUFFER];
} peers[1 + PEERS];

/* Reads once from a peer and shows whole lines; ends it on any error. */
static void read_peer(int i)
{
    struct peer *peer = &peers[i];
    ssize_t n = recv(watch[i].fd, peer->bytes + peer->have,
                     sizeof peer->bytes - peer->have, 0);
    char *line = peer->bytes, *end;
    int rc = n > 0 ? 0 : -1;

    peer->have += n > 0 ? (size_t)n : 0;
    while (rc == 0 && (end = memchr(line, '\n', peer->have)) != NULL) {
        *end = '\0';
        rc = on_line(line);
        peer->have -= (size_t)(end + 1 - line);
        line = end + 1;
    }
    if (rc == 0) {
        memmove(peer->bytes, line, peer->have);
        return;
    }
    if (n > 0)
        fprintf(stderr, "refused\n");
    close(watch[i].fd);
    watch[i].fd = -1;
    peer->have = 0;
}

static void accept_peer(void)
{
    int fd = accept(watch[0].fd, NULL, NULL), i = 1;

    while (i <= PEERS && watch[i].fd >= 0)
        i++;
    if (i > PEERS)
        close(fd);
    else
        watch[i] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void receive_all(int listener)
{
    for (int i = 0; i <= PEERS; i++)
        watch[i].fd = -1;
    watch[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    while (poll(watch, 1 + PEERS, -1) > 0) {
        if (watch[0].revents != 0)
            accept_peer();
        for (int i = 1; i <= PEERS; i++) {
            if (watch[i].fd >= 0 && watch[i].revents != 0)
                read_peer(i);
        }
    }
}

int main(int argc, char **argv)
{
    uint16_t port;
    int listener;

    kit_streams_open();
    if (argc != 3) {
        fprintf(stderr, "usage: bench-receive NAME TOKEN\n");
        return EX_USAGE;
    }
    sealed_prepare();
    own_name = argv[1];
    sealed_key(ticket_key, argv[2], KIT_LABEL_TICKET);
    if (kit_net_listen(&listener, &port, "127.0.0.1", 0, KIT_NET_V6_ONLY) !=
        EX_OK)
        return EX_OSERR;
    fprintf(stderr, "listening on 127.0.0.1:%u\n", (unsigned)port);
    receive_all(listener);
    fail("wait for peers");
}
