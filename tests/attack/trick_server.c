/* SPDX-License-Identifier: MIT */
#include "tests/attack/trick_server.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/http_client.h"
#include "tests/support/http_server.h"
#include "tests/support/stopwatch.h"

enum { BLOCK = 65536 };

static bool put(struct trick_server *evil, int fd, const char *bytes,
                size_t len)
{
    ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

    atomic_fetch_add(&evil->bytes, n > 0 ? n : 0);
    return n == (ssize_t)len;
}

/* The beginning, with the trap's port where that is named. */
static bool put_once(struct trick_server *evil, int fd)
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
static void put_again(struct trick_server *evil, int fd)
{
    const struct trick *trick = evil->trick;
    size_t one = strlen(trick->again);
    size_t many = trick->every > 0 || one == 0 ? 1 : BLOCK / one;
    char *bytes = malloc(many * one + 1);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < many; i++)
        memcpy(bytes + i * one, trick->again, one);
    while (!has_left(fd) && put(evil, fd, bytes, many * one))
        stopwatch_wait_until(stopwatch_now() + trick->every);
    free(bytes);
}

static bool answer(struct http_server *server, int fd)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    struct trick_server *evil = server->context;

    if (server->requests - 1 != evil->number) {
        put(evil, fd, head, strlen(head));
        put(evil, fd, evil->good, strlen(evil->good));
    } else if (put_once(evil, fd) && evil->trick->again != NULL) {
        put_again(evil, fd);
    }
    return false;
}

void trick_server_open(struct trick_server *evil)
{
    evil->bytes = 0;
    evil->server.answer = answer;
    evil->server.context = evil;
    http_server_start(&evil->server);
}

void trick_server_close(struct trick_server *evil)
{
    http_server_close(&evil->server);
}
