/* SPDX-License-Identifier: MIT */
/* Tickets, boxes and lines of every kind; a server that is nobody's. */
#include "tests/e2e/forge.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "tests/e2e/process.h"

/* --- The server ----------------------------------------------------------- */

/* Reads one request, head and body. False when the peer leaves before. */
static bool read_request(int fd)
{
    char bytes[8192];
    size_t len = 0;

    for (;;) {
        ssize_t n = recv(fd, bytes + len, sizeof bytes - 1 - len, 0);
        char *body, *length;

        if (n <= 0)
            return false;
        len += (size_t)n;
        bytes[len] = '\0';
        body = strstr(bytes, "\r\n\r\n");
        length = strstr(bytes, "Content-Length: ");
        if (body != NULL && length != NULL &&
            len >= (size_t)(body + 4 - bytes) + strtoul(length + 16, NULL, 10))
            return true;
    }
}

/* One answer on FD: the status and the body of this moment. */
static void answer_one(int fd, const struct oracle *oracle)
{
    char head[256];

    snprintf(head, sizeof head,
             "HTTP/1.1 %d Oracle\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\nConnection: close\r\n\r\n",
             oracle->status, strlen(oracle->body));
    raw_send(fd, head, strlen(head));
    raw_send(fd, oracle->body, strlen(oracle->body));
}

static void *answer_all(void *context)
{
    struct oracle *oracle = context;
    int fd;

    while ((fd = raw_accept(oracle->listener)) >= 0) {
        if (read_request(fd)) {
            oracle->requests++;
            answer_one(fd, oracle);
        }
        close(fd);
    }
    return NULL;
}

void oracle_open(struct oracle *oracle, int status, const char *body)
{
    uint16_t port;

    memset(oracle, 0, sizeof *oracle);
    oracle->status = status;
    oracle->body = body;
    oracle->listener = raw_listen(&port);
    snprintf(oracle->url, sizeof oracle->url, "http://127.0.0.1:%u",
             (unsigned)port);
    ck_assert_int_eq(pthread_create(&oracle->thread, NULL, answer_all, oracle),
                     0);
}

void oracle_close(struct oracle *oracle)
{
    shutdown(oracle->listener, SHUT_RDWR);
    pthread_join(oracle->thread, NULL);
    close(oracle->listener);
}

/* --- Lines ---------------------------------------------------------------- */

void forge_seal(char sealed[KIT_SEALED_SIZE], const char *string,
                const char *label, const char *ad, const void *text, size_t len)
{
    struct kit_box box;
    struct kit_key key;

    ck_assert_int_eq(kit_derive(&key, string, label), 0);
    ck_assert_int_eq(kit_random(&box.nonce, sizeof box.nonce), 0);
    ck_assert_int_eq(kit_seal(box.bytes, sizeof box.bytes, &key, &box.nonce, ad,
                              strlen(ad), text, len),
                     0);
    box.len = len + KIT_TAG_LEN;
    ck_assert_int_eq(kit_box_encode(sealed, KIT_SEALED_SIZE, &box), 0);
}

void forge_ticket(struct forgery *f, const char *token, const char *json)
{
    forge_seal(f->senderinfo, token, KIT_LABEL_TICKET, "senderinfo>bob", json,
               strlen(json));
}

void forge_message(struct forgery *f, const char *secret, const char *sender,
                   const char *receiver, int64_t seq, const char *text)
{
    char ad[128];

    snprintf(ad, sizeof ad, "%s>%s#%" PRId64, sender, receiver, seq);
    forge_seal(f->message, secret, KIT_LABEL_MESSAGE, ad, text, strlen(text));
}

void forge_good(struct forgery *f, const char *token, const char *sender,
                const char *secret, int64_t seq, const char *text)
{
    char json[512];

    snprintf(json, sizeof json,
             "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\","
             "\"secret\":\"%s\"}",
             sender, secret);
    forge_ticket(f, token, json);
    snprintf(f->seq, sizeof f->seq, "%" PRId64, seq);
    forge_message(f, secret, sender, "bob", seq, text);
    forge_line(f);
}

const char *forge_line(struct forgery *f)
{
    snprintf(f->line, sizeof f->line,
             "{\"senderinfo\":\"%s\",\"seq\":%s,\"message\":\"%s\"}\n",
             f->senderinfo, f->seq, f->message);
    return f->line;
}

/* --- Connections ---------------------------------------------------------- */

int raw_listen(uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, size), 0);
    ck_assert_int_eq(listen(fd, 16), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

int raw_accept(int listener)
{
    int fd;

    do
        fd = accept(listener, NULL, NULL);
    while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
    return fd;
}

int raw_connect(const char *where)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    char ip[64];
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    snprintf(ip, sizeof ip, "%.*s", (int)strcspn(where, ":"), where);
    ck_assert_int_eq(inet_pton(AF_INET, ip, &at.sin_addr), 1);
    at.sin_port = htons((uint16_t)atoi(strrchr(where, ':') + 1));
    ck_assert_msg(fd >= 0 &&
                      connect(fd, (struct sockaddr *)&at, sizeof at) == 0,
                  "cannot connect to %s: %s", where, strerror(errno));
    return fd;
}

void raw_send(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        at += n;
        len -= (size_t)n;
    }
}

void raw_rude(int fd)
{
    const struct linger now = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

size_t raw_ended(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    char bytes[256];
    size_t got = 0;
    ssize_t n;

    do {
        ck_assert_msg(poll(&one, 1, process_patience()) == 1,
                      "the connection stays open");
        n = recv(fd, bytes, sizeof bytes, 0);
        got += n > 0 ? (size_t)n : 0;
    } while (n > 0);
    close(fd);
    return got;
}
