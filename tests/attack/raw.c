/* SPDX-License-Identifier: MIT */
#include "tests/attack/raw.h"

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
static void send_all(int fd, const char *bytes, size_t len, enum raw_way way)
{
    size_t piece = way == RAW_AT_ONCE ? len : 1;

    for (size_t sent = 0; sent < len; sent += piece) {
        if (!tcp_send(fd, bytes + sent, piece))
            return;
    }
}

/* Counts the answers that have come so far. */
static void count(struct raw_answer *answer)
{
    const char *at = answer->bytes, *end = answer->bytes + answer->len;
    bool last = false;

    answer->answers = 0;
    while (at < end && !last) {
        int status = 0;
        const char *next = http_answer_end(at, end, &status, &last);

        if (answer->answers == 0)
            answer->status = status;
        if (next == NULL)
            break;
        answer->answers++;
        at = next;
    }
    answer->more = last ? (size_t)(end - at) : 0;
}

static void read_all(struct raw_answer *answer, int fd, double began)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;

    while (n > 0 && answer->len < RAW_SIZE - 1 &&
           poll(&one, 1, RAW_SECONDS * 1000) == 1) {
        n = recv(fd, answer->bytes + answer->len, RAW_SIZE - 1 - answer->len,
                 0);
        if (n > 0)
            answer->len += (size_t)n;
        answer->bytes[answer->len] = '\0';
        count(answer);
        if (answer->ms == 0 && (answer->answers > 0 || n <= 0))
            answer->ms = stopwatch_now() - began;
    }
    answer->ended = n <= 0;
}

void raw_send(struct raw_answer *answer, const char *url, const void *bytes,
              size_t len, enum raw_way way)
{
    struct http http;
    double began;

    memset(answer, 0, offsetof(struct raw_answer, bytes) + 1);
    http_open(&http, url, NULL);
    began = stopwatch_now();
    answer->ended = http_connect(&http) < 0;
    if (answer->ended)
        return;
    send_all(http.fd, bytes, len, way);
    read_all(answer, http.fd, began);
    http_close(&http);
}

int raw_post(struct raw_answer *answer, const char *url, const char *path,
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
    raw_send(answer, url, request, (size_t)head + len, RAW_AT_ONCE);
    free(request);
    return answer->status;
}
