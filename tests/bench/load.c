/* SPDX-License-Identifier: MIT */
/*
 * One thread and poll: the less the client takes, the more is measured. It
 * never sleeps, as waking it would take the server's time.
 */
#include "tests/bench/load.h"

#include <check.h>
#include <poll.h>
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
    size_t len = strlen(request), sent = 0;

    while (sent < len) {
        ssize_t n = send(fd, request + sent, len - sent, MSG_NOSIGNAL);

        if (n <= 0)
            return; /* the connection has ended; poll reports it next */
        sent += (size_t)n;
    }
}

/* Opens connection NUMBER to URL, and asks. */
static void begin(struct load *load, struct pollfd *one, int number,
                  const char *url)
{
    struct http http;

    http_open(&http, url, NULL);
    one->fd = http_connect(&http);
    ck_assert_msg(one->fd >= 0, "%s is refused: has the server ended?", url);
    one->events = POLLIN;
    wires[number].len = 0;
    ask(load, one->fd);
}

/*
 * Reads what is there. Returns 1 when the answer is whole, which ends with a
 * brace; 0 when more is to come; -1 when the connection has ended.
 */
static int hear(struct wire *wire, int fd)
{
    ssize_t n = recv(fd, wire->answer + wire->len,
                     sizeof wire->answer - 1 - wire->len, 0);

    if (n <= 0)
        return -1;
    wire->len += (size_t)n;
    if (wire->answer[wire->len - 1] != '}')
        return 0;
    wire->answer[wire->len] = '\0';
    ck_assert_msg(strncmp(wire->answer, "HTTP/1.1 200 ", 13) == 0, "came: %s",
                  wire->answer);
    wire->len = 0;
    return 1;
}

/* What has come on connection NUMBER; returns how many answers that is. */
static long serve_one(struct load *load, struct pollfd *one, int number,
                      const char *url)
{
    int came = hear(&wires[number], one->fd);

    if (came > 0)
        ask(load, one->fd);
    if (came >= 0)
        return came;
    close(one->fd);
    load->lost++;
    begin(load, one, number, url);
    return 0;
}

double load_run(struct load *load, const char *url, double seconds)
{
    struct pollfd all[LOAD_CONNECTIONS] = {{.fd = -1}};
    double began = clock_ms(), now;

    load->answers = 0;
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        begin(load, &all[i], i, url);
    do {
        poll(all, LOAD_CONNECTIONS, 0);
        for (int i = 0; i < LOAD_CONNECTIONS; i++) {
            if (all[i].revents != 0)
                load->answers += serve_one(load, &all[i], i, url);
        }
        now = clock_ms();
    } while (now - began < 1e3 * seconds && load->answers < load->most);
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        close(all[i].fd);
    return 1e3 * (double)load->answers / (now - began);
}
