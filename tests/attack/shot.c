/* SPDX-License-Identifier: MIT */
#include "tests/attack/shot.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/support/http_client.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

/* Sends LEN bytes; the server may close the connection meanwhile. */
static void send_all(int fd, const char *bytes, size_t len, enum shot_way way)
{
    size_t piece = way == SHOT_AT_ONCE ? len : 1;

    for (size_t sent = 0; sent < len; sent += piece) {
        if (!tcp_send(fd, bytes + sent, piece))
            return;
    }
}

/* Counts the answers that have come so far. */
static void count(struct shot *shot)
{
    const char *at = shot->bytes, *end = shot->bytes + shot->len;
    bool last = false;

    shot->answers = 0;
    while (at < end && !last) {
        int status = 0;
        const char *next = http_answer_end(at, end, &status, &last);

        if (shot->answers == 0)
            shot->status = status;
        if (next == NULL)
            break;
        shot->answers++;
        at = next;
    }
    shot->more = last ? (size_t)(end - at) : 0;
}

static void read_all(struct shot *shot, int fd, double began)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;

    while (n > 0 && shot->len < SHOT_SIZE - 1 &&
           poll(&one, 1, SHOT_SECONDS * 1000) == 1) {
        n = recv(fd, shot->bytes + shot->len, SHOT_SIZE - 1 - shot->len, 0);
        if (n > 0)
            shot->len += (size_t)n;
        shot->bytes[shot->len] = '\0';
        count(shot);
        if (shot->ms == 0 && (shot->answers > 0 || n <= 0))
            shot->ms = stopwatch_now() - began;
    }
    shot->ended = n <= 0;
}

void shot_fire(struct shot *shot, const char *url, const void *bytes,
               size_t len, enum shot_way way)
{
    struct http http;
    double began;

    memset(shot, 0, offsetof(struct shot, bytes) + 1);
    http_open(&http, url, NULL);
    began = stopwatch_now();
    shot->ended = http_connect(&http) < 0;
    if (shot->ended)
        return;
    send_all(http.fd, bytes, len, way);
    read_all(shot, http.fd, began);
    http_close(&http);
}

int shot_post(struct shot *shot, const char *url, const char *path,
              const void *bytes, size_t len)
{
    char *request = malloc(len + 512);
    int head;

    ck_assert_ptr_nonnull(request);
    head = snprintf(request, 512,
                    "POST %s HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n"
                    "Content-Length: %zu\r\n\r\n",
                    path, len);
    memcpy(request + head, bytes, len);
    shot_fire(shot, url, request, (size_t)head + len, SHOT_AT_ONCE);
    free(request);
    return shot->status;
}
