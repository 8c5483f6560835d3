/* SPDX-License-Identifier: MIT */
/* Sending without an opinion of what is sent, and reading it to the letter. */
#include "tests/attack/shot.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/attack/http.h"

/* Sends all of it; a server that has closed meanwhile is no error. */
static void send_all(int fd, const char *bytes, size_t len, enum shot_way way)
{
    size_t piece = way == SHOT_AT_ONCE ? len : 1;

    while (len > 0) {
        ssize_t n = send(fd, bytes, piece < len ? piece : len, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

/*
 * The answer that begins at AT: sets its STATUS and whether it is the LAST of
 * the connection. Returns where it ends, or NULL when it is not whole.
 */
static const char *read_answer(const char *at, const char *end, int *status,
                               bool *last)
{
    const char *body = strstr(at, "\r\n\r\n");
    const char *length = strstr(at, "\r\nContent-Length: ");
    const char *close = strstr(at, "\r\nConnection: close\r\n");
    long len;

    if (sscanf(at, "HTTP/1.%*1[01] %d ", status) != 1 || body == NULL)
        return NULL;
    *last = close != NULL && close < body;
    /* 100 Continue has no body and no length. */
    len = length != NULL && length < body ? strtol(length + 18, NULL, 10) : 0;
    return len <= end - body - 4 ? body + 4 + len : NULL;
}

/* Counts the answers that have come so far. */
static void count(struct shot *shot)
{
    const char *at = shot->bytes, *end = shot->bytes + shot->len;
    bool last = false;

    shot->answers = 0;
    while (at < end && !last) {
        int status = 0;
        const char *next = read_answer(at, end, &status, &last);

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
            shot->ms = clock_ms() - began;
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
    began = clock_ms();
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
