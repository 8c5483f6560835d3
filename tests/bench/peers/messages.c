/* SPDX-License-Identifier: MIT */
/*
 * Messages 5 as fast as a pair of C programs can send and show them. make bench
 * compares our sender and receiver with it.
 *
 *     bench-messages receive NAME TOKEN      prints "listening on ADDRESS"
 *     bench-messages send NAME ADDRESS TO TOKEN
 *                     sends each line of its input; makes its ticket itself,
 *                     with the token of the receiver
 *
 * It does the same work for a message: nonce, box, base64, JSON with its
 * members in any order, the check of seq, safe display, and a flush for each
 * line (protocol.md section 6). What makes it fast: libsodium is called
 * directly, the JSON is read in place, base64 uses tables, and random bytes are
 * drawn for many nonces at once. It is less strict and less careful than our
 * programs: it does not know escapes and nested values, and shows letters
 * beyond ASCII as bytes.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/net.h"
#include "lib/streams.h"
#include "lib/wire.h"

enum {
    NONCE = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_chacha20poly1305_ietf_ABYTES,
    KEY = crypto_aead_chacha20poly1305_ietf_KEYBYTES,
    BUFFER = 1 << 16,
    BOX_MAX = NONCE + KIT_TEXT_MAX + TAG,
    CHATS = 4096, /* places in the table, a power of two */
    PEERS = 32,
};

/* --- Base64 --------------------------------------------------------------- */

static char pairs[4096][2];       /* the two characters for twelve bits */
static unsigned char values[256]; /* of a character; 0x80: it has none */

static void base64_prepare(void)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    memset(values, 0x80, sizeof values);
    for (int i = 0; i < 64; i++)
        values[(unsigned char)digits[i]] = (unsigned char)i;
    for (int i = 0; i < 4096; i++) {
        pairs[i][0] = digits[i >> 6];
        pairs[i][1] = digits[i & 63];
    }
}

/* Returns the length of OUT, which gets no terminating zero. */
static size_t encode(char *out, const uint8_t *in, size_t len)
{
    char *at = out;

    for (; len >= 3; in += 3, len -= 3, at += 4) {
        unsigned bits = (unsigned)in[0] << 16 | in[1] << 8 | in[2];

        memcpy(at, pairs[bits >> 12], 2);
        memcpy(at + 2, pairs[bits & 4095], 2);
    }
    if (len > 0) {
        unsigned bits = (unsigned)in[0] << 16 | (len > 1 ? in[1] << 8 : 0);

        memcpy(at, pairs[bits >> 12], 2);
        memcpy(at + 2, pairs[bits & 4095], 2);
        at[3] = '=';
        if (len == 1)
            at[2] = '=';
        at += 4;
    }
    return (size_t)(at - out);
}

/* Returns the length of OUT, or 0 if IN is not base64. */
static size_t decode(uint8_t *out, const char *in, size_t len)
{
    const unsigned char *c = (const unsigned char *)in;
    size_t pad = len > 1 ? (in[len - 1] == '=') + (in[len - 2] == '=') : 0;
    unsigned bad = 0;
    uint8_t *at = out;

    if (len < 4 || len % 4 != 0)
        return 0;
    for (; len > 0; c += 4, len -= 4, at += 3) {
        unsigned last = len == 4;
        unsigned v2 = last && pad > 1 ? 0 : values[c[2]];
        unsigned v3 = last && pad > 0 ? 0 : values[c[3]];
        unsigned bits =
            (unsigned)values[c[0]] << 18 | values[c[1]] << 12 | v2 << 6 | v3;

        bad |= values[c[0]] | values[c[1]] | v2 | v3;
        at[0] = (uint8_t)(bits >> 16);
        at[1] = (uint8_t)(bits >> 8);
        at[2] = (uint8_t)bits;
    }
    return bad & 0x80 ? 0 : (size_t)(at - out) - pad;
}

/* --- Boxes ---------------------------------------------------------------- */

/* Fills OUT with random bytes, of which many are drawn at once. */
static void draw(uint8_t out[NONCE])
{
    static uint8_t pool[NONCE * 256];
    static size_t used = sizeof pool;

    if (used == sizeof pool) {
        randombytes_buf(pool, sizeof pool);
        used = 0;
    }
    memcpy(out, pool + used, NONCE);
    used += NONCE;
}

/* Writes SEALED to OUT; returns its length. */
static size_t seal(char *out, const uint8_t key[KEY], const char *ad,
                   size_t ad_len, const char *text, size_t len)
{
    uint8_t box[BOX_MAX];
    unsigned long long box_len;

    draw(box);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        box + NONCE, &box_len, (const unsigned char *)text, len,
        (const unsigned char *)ad, ad_len, NULL, box, key);
    return encode(out, box, NONCE + (size_t)box_len);
}

/* Returns the length of TEXT, or -1 if SEALED was not sealed like this. */
static long unseal(char *text, const uint8_t key[KEY], const char *ad,
                   size_t ad_len, const char *sealed, size_t len)
{
    uint8_t box[BUFFER];
    unsigned long long text_len;
    size_t box_len = len < BUFFER ? decode(box, sealed, len) : 0;

    if (box_len < NONCE + TAG || box_len > BOX_MAX ||
        crypto_aead_chacha20poly1305_ietf_decrypt(
            (unsigned char *)text, &text_len, NULL, box + NONCE,
            box_len - NONCE, (const unsigned char *)ad, ad_len, box, key) != 0)
        return -1;
    return (long)text_len;
}

/* Writes NUMBER in decimal; returns its length. */
static size_t decimal(char *out, uint32_t number)
{
    char digits[10];
    size_t len = 0;

    do
        digits[len++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    for (size_t i = 0; i < len; i++)
        out[i] = digits[len - 1 - i];
    return len;
}

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "cannot %s\n", what);
    exit(EX_SOFTWARE);
}

static void derive(uint8_t out[KEY], const char *string, const char *label)
{
    struct kit_key key;

    if (kit_derive(&key, string, label) != 0)
        fail("derive a key");
    memcpy(out, key.bytes, KEY);
}

static void write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n <= 0)
            fail("send");
        bytes += n;
        len -= (size_t)n;
    }
}

/* --- The sender ----------------------------------------------------------- */

static struct {
    char head[KIT_TICKET_MAX + 32]; /* {"senderinfo":"...","seq": */
    char ad[KIT_AD_SIZE];           /* alice>bob# */
    size_t head_len, ad_len;
    uint8_t key[KEY];
    uint32_t seq;
} chat;

/* What the server does in message 4. */
static void make_ticket(const char *name, const char *to, const char *token)
{
    char secret[2 * KIT_TOKEN_BYTES + 1], text[512], ad[64], *at = chat.head;
    uint8_t key[KEY];

    if (kit_random_hex(secret, sizeof secret) != 0)
        fail("draw a secret");
    derive(key, token, KIT_LABEL_TICKET);
    derive(chat.key, secret, KIT_LABEL_MESSAGE);
    snprintf(
        text, sizeof text,
        "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\",\"secret\":\"%s\"}",
        name, secret);
    snprintf(ad, sizeof ad, "senderinfo>%s", to);
    at = stpcpy(at, "{\"senderinfo\":\"");
    at += seal(at, key, ad, strlen(ad), text, strlen(text));
    at = stpcpy(at, "\",\"seq\":");
    chat.head_len = (size_t)(at - chat.head);
    chat.ad_len = (size_t)snprintf(chat.ad, sizeof chat.ad, "%s>%s#", name, to);
}

/* Writes message 5 to OUT; returns its length. */
static size_t write_line(char *out, const char *text, size_t len)
{
    size_t digits = decimal(chat.ad + chat.ad_len, ++chat.seq);
    char *at = out;

    memcpy(at, chat.head, chat.head_len);
    at += chat.head_len;
    memcpy(at, chat.ad + chat.ad_len, digits);
    at += digits;
    memcpy(at, ",\"message\":\"", 12);
    at += 12;
    at += seal(at, chat.key, chat.ad, chat.ad_len + digits, text, len);
    memcpy(at, "\"}\n", 3);
    return (size_t)(at + 3 - out);
}

static int send_all(int fd)
{
    static char in[BUFFER], out[2 * BUFFER];
    size_t have = 0, full = 0;
    ssize_t n;
    char byte;

    while ((n = read(STDIN_FILENO, in + have, sizeof in - have)) > 0) {
        char *line = in, *end;

        have += (size_t)n;
        while ((end = memchr(line, '\n', have)) != NULL) {
            size_t len = (size_t)(end - line);

            if (len > KIT_TEXT_MAX)
                fail("send a text that is too long");
            full += write_line(out + full, line, len);
            if (full > BUFFER) {
                write_all(fd, out, full);
                full = 0;
            }
            have -= len + 1;
            line = end + 1;
        }
        write_all(fd, out, full);
        full = 0;
        memmove(in, line, have);
    }
    shutdown(fd, SHUT_WR);
    return read(fd, &byte, 1) == 0 ? EX_OK : EX_IOERR;
}

/* --- The receiver --------------------------------------------------------- */

static struct known {
    char ticket[KIT_TICKET_MAX];
    size_t len; /* 0: the place is free */
    char name[KIT_NAME_MAX + 1];
    char ad[KIT_AD_SIZE];
    size_t ad_len;
    uint8_t key[KEY];
    uint32_t seq;
} chats[CHATS];

static const char *own_name;
static uint8_t ticket_key[KEY];

/* A string of a JSON object, in place. */
struct string {
    const char *bytes; /* NULL: it has not come */
    size_t len;
};

static const char *skip_space(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\r')
        at++;
    return at;
}

/* Reads a string without escapes at AT. Returns what follows, or NULL. */
static const char *read_string(struct string *out, const char *at)
{
    const char *end = *at == '"' ? strchr(at + 1, '"') : NULL;

    if (end == NULL)
        return NULL;
    *out = (struct string){at + 1, (size_t)(end - at - 1)};
    return memchr(out->bytes, '\\', out->len) == NULL ? end + 1 : NULL;
}

/*
 * Reads an object of strings and numbers: those of its members that are in
 * NAMES go to OUT. Returns -1 if it is something else, or has one of them
 * twice.
 */
static int read_object(struct string *out, const char *const *names, int count,
                       const char *at)
{
    struct string name, value;
    int i;

    at = skip_space(at);
    if (*at++ != '{')
        return -1;
    for (;; at++) {
        at = read_string(&name, skip_space(at));
        if (at == NULL || *(at = skip_space(at)) != ':')
            return -1;
        at = skip_space(at + 1);
        if (*at == '"') {
            at = read_string(&value, at);
        } else {
            value = (struct string){at, strspn(at, "-0123456789")};
            at = value.len > 0 ? at + value.len : NULL;
        }
        if (at == NULL)
            return -1;
        for (i = 0; i < count; i++) {
            if (strlen(names[i]) == name.len &&
                memcmp(names[i], name.bytes, name.len) == 0)
                break;
        }
        if (i < count && out[i].bytes != NULL)
            return -1;
        if (i < count)
            out[i] = value;
        at = skip_space(at);
        if (*at != ',')
            break;
    }
    return *at == '}' && *skip_space(at + 1) == '\0' ? 0 : -1;
}

/* Opens a ticket that has not come before. */
static int open_ticket(struct known *known, const char *ticket, size_t len)
{
    static const char *const names[] = {"username", "secret"};
    static char text[BUFFER];
    struct string members[2] = {{NULL, 0}, {NULL, 0}};
    char ad[64], secret[KIT_TOKEN_MAX + 1], *end;
    long n;

    snprintf(ad, sizeof ad, "senderinfo>%s", own_name);
    n = unseal(text, ticket_key, ad, strlen(ad), ticket, len);
    if (n < 0)
        return -1;
    text[n] = '\0';
    if (read_object(members, names, 2, text) != 0 || members[0].bytes == NULL ||
        members[0].len > KIT_NAME_MAX || members[1].bytes == NULL ||
        members[1].len > KIT_TOKEN_MAX)
        return -1;
    memcpy(known->name, members[0].bytes, members[0].len);
    known->name[members[0].len] = '\0';
    memcpy(secret, members[1].bytes, members[1].len);
    secret[members[1].len] = '\0';
    derive(known->key, secret, KIT_LABEL_MESSAGE);
    end = stpcpy(stpcpy(stpcpy(known->ad, known->name), ">"), own_name);
    known->ad_len = (size_t)(stpcpy(end, "#") - known->ad);
    memcpy(known->ticket, ticket, len);
    known->len = len;
    return 0;
}

/* The chat of a ticket; its tag, at the end, is as good as a hash. */
static struct known *find(const char *ticket, size_t len)
{
    uint32_t hash;
    size_t place;

    if (len < 40 || len > KIT_TICKET_MAX)
        return NULL;
    memcpy(&hash, ticket + len - 12, sizeof hash);
    hash *= UINT32_C(2654435761);
    for (place = hash >> 20; chats[place].len != 0; place++, place %= CHATS) {
        if (chats[place].len == len &&
            memcmp(chats[place].ticket, ticket, len) == 0)
            return &chats[place];
    }
    return open_ticket(&chats[place], ticket, len) == 0 ? &chats[place] : NULL;
}

static void show(const char *name, const char *text, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    static char shown[2 * BUFFER];
    char *at = shown;
    size_t i = 0;

    at = stpcpy(stpcpy(at, name), ": ");
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
    write_all(STDOUT_FILENO, shown, (size_t)(at - shown));
}

/* A line without its newline, terminated. */
static int on_line(const char *line)
{
    static const char *const names[] = {"senderinfo", "seq", "message"};
    static char text[BUFFER];
    struct string m[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    unsigned long seq;
    struct known *known;
    size_t digits;
    long len;

    if (read_object(m, names, 3, line) != 0 || m[0].bytes == NULL ||
        m[1].bytes == NULL || m[2].bytes == NULL)
        return -1;
    seq = strtoul(m[1].bytes, NULL, 10);
    known = find(m[0].bytes, m[0].len);
    if (known == NULL || seq <= known->seq || seq > KIT_SEQ_MAX)
        return -1;
    digits = decimal(known->ad + known->ad_len, (uint32_t)seq);
    len = unseal(text, known->key, known->ad, known->ad_len + digits,
                 m[2].bytes, m[2].len);
    if (len < 0)
        return -1;
    known->seq = (uint32_t)seq;
    show(known->name, text, (size_t)len);
    return 0;
}

static struct pollfd watch[1 + PEERS];
static struct peer {
    size_t have;
    char bytes[BUFFER];
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

static int receive_all(int listener)
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
    return EX_OSERR;
}

/* --- Sockets -------------------------------------------------------------- */

static int listen_here(void)
{
    uint16_t port;
    int fd;

    if (kit_net_listen(&fd, &port, "127.0.0.1", 0, KIT_NET_V6_ONLY) != EX_OK)
        fail("listen");
    fprintf(stderr, "listening on 127.0.0.1:%u\n", (unsigned)port);
    return fd;
}

static int connect_to(const char *address)
{
    struct sockaddr_storage to;
    char ip[KIT_IP_SIZE];
    unsigned short port = 0;
    socklen_t len;
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    if (sscanf(address, "%45[^:]:%hu", ip, &port) != 2)
        fail("understand the address");
    len = kit_net_sockaddr(&to, ip, port);
    if (connect(fd, (struct sockaddr *)&to, len) != 0)
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

int main(int argc, char **argv)
{
    kit_streams_open();
    base64_prepare();
    if (sodium_init() < 0)
        fail("start libsodium");
    if (argc == 4 && strcmp(argv[1], "receive") == 0) {
        own_name = argv[2];
        derive(ticket_key, argv[3], KIT_LABEL_TICKET);
        return receive_all(listen_here());
    }
    if (argc == 6 && strcmp(argv[1], "send") == 0) {
        make_ticket(argv[2], argv[4], argv[5]);
        return send_all(connect_to(argv[3]));
    }
    fprintf(stderr, "usage: bench-messages receive NAME TOKEN\n"
                    "       bench-messages send NAME ADDRESS TO TOKEN\n");
    return EX_USAGE;
}
