/* SPDX-License-Identifier: MIT */
/* One connection after the other, each for one request. */
#include "tests/attack/evil.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/attack/http.h"
#include "tests/e2e/forge.h"

enum { BLOCK = 65536 };

/* Reads a request, head and body. False when the peer leaves before. */
static bool read_request(struct evil *evil, int fd)
{
    size_t len = 0;

    for (;;) {
        ssize_t n =
            recv(fd, evil->request + len, sizeof evil->request - 1 - len, 0);
        const char *body, *length;

        if (n <= 0)
            return false;
        len += (size_t)n;
        evil->request[len] = '\0';
        body = strstr(evil->request, "\r\n\r\n");
        length = strstr(evil->request, "Content-Length: ");
        if (body != NULL && length != NULL &&
            strlen(body + 4) >= strtoul(length + 16, NULL, 10))
            return true;
    }
}

static bool put(struct evil *evil, int fd, const char *bytes, size_t len)
{
    ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

    atomic_fetch_add(&evil->bytes, n > 0 ? n : 0);
    return n == (ssize_t)len;
}

/* The beginning, with the trap's port where that is named. */
static bool put_once(struct evil *evil, int fd)
{
    const struct trick *trick = evil->trick;
    const char *text = trick->once, *at;
    char port[8];

    if (trick->len > 0)
        return put(evil, fd, text, trick->len);
    snprintf(port, sizeof port, "%u", (unsigned)evil->trap);
    while ((at = strchr(text, '@')) != NULL) {
        if (!put(evil, fd, text, (size_t)(at - text)) ||
            !put(evil, fd, port, strlen(port)))
            return false;
        text = at + 1;
    }
    return put(evil, fd, text, strlen(text));
}

static bool has_left(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

/* AGAIN, until the peer has gone: one by one, or in large blocks. */
static void put_again(struct evil *evil, int fd)
{
    const struct trick *trick = evil->trick;
    size_t one = strlen(trick->again);
    size_t many = trick->every > 0 || one == 0 ? 1 : BLOCK / one;
    char *bytes = malloc(many * one + 1);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < many; i++)
        memcpy(bytes + i * one, trick->again, one);
    while (!has_left(fd) && put(evil, fd, bytes, many * one))
        wait_until(clock_ms() + trick->every);
    free(bytes);
}

static void answer(struct evil *evil, int fd)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

    if (evil->requests++ != evil->number) {
        put(evil, fd, head, strlen(head));
        put(evil, fd, evil->good, strlen(evil->good));
    } else if (put_once(evil, fd) && evil->trick->again != NULL) {
        put_again(evil, fd);
    }
}

static void *serve(void *context)
{
    struct evil *evil = context;
    int fd;

    while ((fd = raw_accept(evil->listener)) >= 0) {
        if (read_request(evil, fd))
            answer(evil, fd);
        close(fd);
    }
    return NULL;
}

void evil_open(struct evil *evil)
{
    uint16_t port;

    evil->requests = 0;
    evil->bytes = 0;
    evil->listener = raw_listen(&port);
    snprintf(evil->url, sizeof evil->url, "http://127.0.0.1:%u",
             (unsigned)port);
    ck_assert_int_eq(pthread_create(&evil->thread, NULL, serve, evil), 0);
}

void evil_close(struct evil *evil)
{
    shutdown(evil->listener, SHUT_RDWR);
    pthread_join(evil->thread, NULL);
    close(evil->listener);
}
