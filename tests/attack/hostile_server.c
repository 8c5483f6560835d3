/* SPDX-License-Identifier: MIT */
/* The answers as bytes, and a server that sends them. */
#include "tests/attack/hostile_server.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>

#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

enum { BLOCK = 65536 };

#define OK      "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define BLANKS  "                                                              "

#define GOES_ON(n, o, a)                                                       \
    {                                                                          \
        .name = n, .once = o, .again = a, .code = EX_UNAVAILABLE               \
    }

const struct hostile_answer hostile_endless[HOSTILE_ENDLESS] = {
    GOES_ON("a body of 100 MB", OK "Content-Length: 104857600\r\n\r\n", BLANKS),
    GOES_ON("a body without an end", OK "\r\n", BLANKS),
    GOES_ON("chunks", CHUNKED, "1\r\n \r\n"),
    GOES_ON("a chunk's size", CHUNKED, "0"),
    GOES_ON("trailers", CHUNKED "0\r\n", "X: y\r\n"),
    GOES_ON("headers", OK, "X: y\r\n"),
    GOES_ON("a header", OK "X: ", BLANKS),
    GOES_ON("a folded header", OK "X: y\r\n", " y\r\n"),
    GOES_ON("cookies", OK, "Set-Cookie: a=b\r\n"),
    GOES_ON("a status line", "HTTP/1.1 200 ", BLANKS),
    GOES_ON("empty lines", "", "\r\n"),
    GOES_ON("100s", "", "HTTP/1.1 100 Continue\r\n\r\n"),
    GOES_ON("103s", "", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    GOES_ON("no HTTP", "", "\xff"),
};

#define DRIPS(n, o, a)                                                         \
    {                                                                          \
        .name = n, .once = o, .again = a, .every = 100, .code = EX_UNAVAILABLE \
    }

const struct hostile_answer hostile_slow[HOSTILE_SLOW] = {
    DRIPS("nothing", "", ""),
    DRIPS("a slow header", OK "X: ", "x"),
    DRIPS("a slow body", OK "Content-Length: 9999\r\n\r\n", " "),
    DRIPS("slow chunks", CHUNKED, "1\r\n \r\n"),
    DRIPS("a chunk's extension", CHUNKED "1;", BLANKS),
    DRIPS("slow 100s", "", "HTTP/1.1 100 Continue\r\n\r\n"),
};

/* A valid answer to both requests, except that bob's port is the trap. */
#define BODY                                                                   \
    "{\"token\":\"" HOSTILE_TOKEN "\",\"ip_addr\":\"127.0.0.1\",\"port\":@,"   \
    "\"secret\":\"" HOSTILE_SECRET "\",\"senderinfo\":"                        \
    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"
#define TO "Location: http://127.0.0.1:@/login\r\n\r\n" BODY

/* A valid message 2 for a client that decompresses it. */
static const char zipped[] =
    OK "Content-Encoding: gzip\r\nContent-Length: 50\r\n\r\n"
       "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\xc9\xcf\x4e\xcd"
       "\x53\xb2\x52\x32\x30\x34\x32\x36\x31\x35\x33\xb7\xb0\x4c\x4c\x4a\x4e"
       "\x49\x4d\xd3\x85\x48\xd4\x02\x00\xbc\xf4\xb3\x1c\x22\x00\x00\x00";

#define ENDS(n, o, c)                                                          \
    {                                                                          \
        .name = n, .once = o, .code = c                                        \
    }

const struct hostile_answer hostile_wrong[HOSTILE_WRONG] = {
    ENDS("301", "HTTP/1.1 301 Moved\r\n" TO, EX_PROTOCOL),
    ENDS("302", "HTTP/1.1 302 Found\r\n" TO, EX_PROTOCOL),
    ENDS("303", "HTTP/1.1 303 See Other\r\n" TO, EX_PROTOCOL),
    ENDS("307", "HTTP/1.1 307 Moved\r\n" TO, EX_PROTOCOL),
    ENDS("308", "HTTP/1.1 308 Moved\r\n" TO, EX_PROTOCOL),
    ENDS("Refresh", OK "Refresh: 0; url=http://127.0.0.1:@/\r\n\r\n<html>",
         EX_PROTOCOL),
    ENDS("Basic",
         "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n" BODY,
         EX_NOPERM),
    ENDS("a proxy's",
         "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\n\r\n" BODY,
         EX_PROTOCOL),
    {.name = "zipped",
     .once = zipped,
     .len = sizeof zipped - 1,
     .code = EX_PROTOCOL},
    ENDS("no content", "HTTP/1.1 204 No Content\r\n\r\n", EX_PROTOCOL),
    ENDS("205", "HTTP/1.1 205 Reset\r\n\r\n" BODY, EX_PROTOCOL),
    ENDS("101", "HTTP/1.1 101 Other\r\nUpgrade: x\r\n\r\n" BODY, EX_PROTOCOL),
    ENDS("HTTP/3", "HTTP/3.0 200 OK\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("no status", "HTTP/1.1 OK\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("99", "HTTP/1.1 99 Low\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("no head", BODY, EX_UNAVAILABLE),
    ENDS("the end", "", EX_UNAVAILABLE),
    ENDS("half a head", OK "Content-Le", EX_PROTOCOL),
    ENDS("half a body", OK "Content-Length: 999\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("a body cut", OK "Content-Length: 20\r\n\r\n" BODY, EX_PROTOCOL),
    ENDS("a negative length", OK "Content-Length: -1\r\n\r\n" BODY,
         EX_UNAVAILABLE),
    ENDS("a length that is not a number", OK "Content-Length: x\r\n\r\n" BODY,
         EX_UNAVAILABLE),
    ENDS("two lengths",
         OK "Content-Length: 2\r\nContent-Length: 20\r\n\r\n" BODY,
         EX_PROTOCOL),
    ENDS("half a chunk", CHUNKED "ff\r\n{", EX_UNAVAILABLE),
    ENDS("a chunk without a size", CHUNKED BODY, EX_UNAVAILABLE),
    ENDS("a huge chunk", CHUNKED "ffffffffffffffff\r\n" BODY, EX_UNAVAILABLE),
};

/* --- The server ----------------------------------------------------------- */

/* Sends the beginning, with the port of the trap for each @. */
static bool send_once(const struct hostile_server *hostile, int fd)
{
    const struct hostile_answer *answer = hostile->answer;
    const char *text = answer->once, *at;
    char port[8];

    if (answer->len > 0)
        return tcp_send(fd, text, answer->len);
    snprintf(port, sizeof port, "%u", (unsigned)hostile->trap);
    while ((at = strchr(text, '@')) != NULL) {
        if (!tcp_send(fd, text, (size_t)(at - text)) ||
            !tcp_send(fd, port, strlen(port)))
            return false;
        text = at + 1;
    }
    return tcp_send(fd, text, strlen(text));
}

static bool has_left(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

/* Sends AGAIN until the peer has left: singly if EVERY is set, else in blocks.
 */
static void send_again(const struct hostile_answer *answer, int fd)
{
    size_t one = strlen(answer->again);
    size_t many = answer->every > 0 || one == 0 ? 1 : BLOCK / one;
    char *bytes = malloc(many * one + 1);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < many; i++)
        memcpy(bytes + i * one, answer->again, one);
    while (!has_left(fd) && tcp_send(fd, bytes, many * one))
        stopwatch_wait_until(stopwatch_now() + answer->every);
    free(bytes);
}

static bool reply(struct http_server *server, int fd)
{
    static const char head[] = OK "Connection: close\r\n\r\n";
    const struct hostile_server *hostile = server->context;

    if (server->requests - 1 != hostile->number) {
        tcp_send(fd, head, strlen(head));
        tcp_send(fd, hostile->good, strlen(hostile->good));
    } else if (send_once(hostile, fd) && hostile->answer->again != NULL) {
        send_again(hostile->answer, fd);
    }
    return false;
}

void hostile_server_open(struct hostile_server *hostile)
{
    hostile->server.answer = reply;
    hostile->server.context = hostile;
    http_server_start(&hostile->server);
}
