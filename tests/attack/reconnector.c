/* SPDX-License-Identifier: MIT */
/* One thread serves all connections: its sockets never block. */
#include "tests/attack/reconnector.h"

#include <check.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/http_client.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

static void open_one(struct reconnector *reconnector, int i)
{
    int fd = http_socket(), on = 1;

    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* If it fails later, poll reports it. */
    (void)!connect(fd, (struct sockaddr *)&reconnector->to,
                   sizeof reconnector->to);
    reconnector->all[i] = (struct pollfd){.fd = fd, .events = POLLIN};
    reconnector->sent[i] = 0;
    reconnector->opened++;
}

/* Sends the next byte of number I, if its connection accepts one. */
static void send_byte(struct reconnector *reconnector, int i)
{
    size_t at = reconnector->sent[i] % reconnector->len;

    if (send(reconnector->all[i].fd, reconnector->text + at, 1, MSG_NOSIGNAL) ==
        1) {
        reconnector->sent[i]++;
        reconnector->bytes++;
    }
}

static void *run(void *context)
{
    struct reconnector *reconnector = context;

    while (!atomic_load(&reconnector->stop)) {
        double next = stopwatch_now() + reconnector->every;

        poll(reconnector->all, (nfds_t)reconnector->count,
             reconnector->len > 0 ? 0 : 10);
        for (int i = 0; i < reconnector->count; i++) {
            if (reconnector->all[i].revents != 0) {
                close(reconnector->all[i].fd);
                open_one(reconnector, i);
            } else if (reconnector->len > 0) {
                send_byte(reconnector, i);
            }
        }
        if (reconnector->every > 0)
            stopwatch_wait_until(next);
    }
    return NULL;
}

void reconnector_begin(struct reconnector *reconnector, const char *where)
{
    reconnector->to = tcp_address(where);
    for (int i = 0; i < reconnector->count; i++)
        open_one(reconnector, i);
    reconnector->thread = thread_begin(run, reconnector);
}

void reconnector_end(struct reconnector *reconnector)
{
    atomic_store(&reconnector->stop, true);
    pthread_join(reconnector->thread, NULL);
    for (int i = 0; i < reconnector->count; i++)
        close(reconnector->all[i].fd);
}
