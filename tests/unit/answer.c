/* SPDX-License-Identifier: MIT */
/* A server without rules: it says what it was told to say. */
#include "tests/unit/answer.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tcp.h"

static struct answer answers[ANSWERS_MAX + 1];
static char requests[ANSWERS_MAX][2048]; /* what was asked */
static int connections;
static int door;
static pthread_t server;

/* How long REQUEST will be with its body, or 0 while the head is not whole. */
static size_t whole_length(const char *request)
{
    const char *body = strstr(request, "\r\n\r\n");
    const char *length = strstr(request, "Content-Length: ");

    if (body == NULL)
        return 0;
    return (size_t)(body + 4 - request) +
           (length == NULL ? 0 : (size_t)atoi(length + 16));
}

/* Reads one request. Returns -1 where the client closes instead. */
static int read_request(int fd, char *request, size_t size)
{
    size_t len = 0;

    while (len == 0 || len != whole_length(request)) {
        ssize_t n = read(fd, request + len, 1);

        if (n <= 0 || len >= size - 1)
            return -1;
        request[++len] = '\0';
    }
    return 0;
}

static void *serve(void *context)
{
    int fd = -1;

    for (int i = 0; answers[i].text != NULL; i++) {
        while (fd < 0 ||
               read_request(fd, requests[i], sizeof requests[i]) != 0) {
            if (fd >= 0)
                close(fd);
            fd = tcp_accept(door);
            connections++;
        }
        tcp_write(fd, answers[i].text, strlen(answers[i].text));
        if (answers[i].then_close) {
            close(fd);
            fd = -1;
        }
    }
    return context;
}

void answer_start(int listener, const struct answer *list)
{
    door = listener;
    for (int i = 0; list[i].text != NULL; i++) {
        ck_assert_int_lt(i, ANSWERS_MAX);
        answers[i] = list[i];
    }
    ck_assert_int_eq(pthread_create(&server, NULL, serve, NULL), 0);
}

void answer_wait(void)
{
    ck_assert_int_eq(pthread_join(server, NULL), 0);
}

const char *answer_request(int number)
{
    return requests[number];
}

int answer_connections(void)
{
    return connections;
}
