/* SPDX-License-Identifier: MIT */
/*
 * One thread and poll: the less the client takes, the more is measured. It
 * never sleeps, as waking it would take the server's time.
 */
#include "tests/bench/load.h"

#include <check.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/attack/http.h"

/* One connection and what has come of its answer. */
struct wire {
    size_t len;
    char answer[HTTP_REPLY];
};

static struct wire wires[LOAD_CONNECTIONS];

static void ask(struct load *load, int fd)
{
    const char *request = load->requests[load->next++ % load->count];
    size_t len = strlen(request);

    ck_assert_int_eq(send(fd, request, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* Reads what is there; whether the answer is whole. It ends with a brace. */
static bool hear(struct wire *wire, int fd)
{
    ssize_t n = recv(fd, wire->answer + wire->len,
                     sizeof wire->answer - 1 - wire->len, 0);

    ck_assert_int_gt(n, 0);
    wire->len += (size_t)n;
    if (wire->answer[wire->len - 1] != '}')
        return false;
    wire->answer[wire->len] = '\0';
    ck_assert_msg(strncmp(wire->answer, "HTTP/1.1 200 ", 13) == 0, "came: %s",
                  wire->answer);
    wire->len = 0;
    return true;
}

static void open_all(struct pollfd *all, const char *url)
{
    struct http http;

    http_open(&http, url, NULL);
    for (int i = 0; i < LOAD_CONNECTIONS; i++) {
        all[i].fd = http_connect(&http);
        all[i].events = POLLIN;
        ck_assert_int_ge(all[i].fd, 0);
        http.fd = -1; /* it is in the table now */
        wires[i].len = 0;
    }
}

double load_run(struct load *load, const char *url, double seconds)
{
    struct pollfd all[LOAD_CONNECTIONS] = {{.fd = -1}};
    double began, now;
    long answers = 0;

    open_all(all, url);
    began = clock_ms();
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        ask(load, all[i].fd);
    do {
        poll(all, LOAD_CONNECTIONS, 0);
        for (int i = 0; i < LOAD_CONNECTIONS; i++) {
            if (all[i].revents == 0 || !hear(&wires[i], all[i].fd))
                continue;
            answers++;
            ask(load, all[i].fd);
        }
        now = clock_ms();
    } while (now - began < 1e3 * seconds);
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        close(all[i].fd);
    return 1e3 * (double)answers / (now - began);
}
