/* SPDX-License-Identifier: MIT */
/* One thread for all of them: none of its calls waits. */
#include "tests/attack/crowd.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/attack/http.h"
#include "tests/attack/storm.h"

static void come(struct crowd *crowd, int i)
{
    int fd = http_socket();
    int on = 1;

    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* In the background: where that fails, poll says so. */
    (void)!connect(fd, (struct sockaddr *)&crowd->to, sizeof crowd->to);
    crowd->all[i].fd = fd;
    crowd->all[i].events = POLLIN;
    crowd->said[i] = 0;
    crowd->came++;
}

/* The next byte of number I, if its connection takes one. */
static void say(struct crowd *crowd, int i)
{
    size_t at = crowd->said[i] % crowd->len;

    if (send(crowd->all[i].fd, crowd->text + at, 1, MSG_NOSIGNAL) == 1) {
        crowd->said[i]++;
        crowd->bytes++;
    }
}

static void *run(void *context)
{
    struct crowd *crowd = context;

    while (!atomic_load(&crowd->stop)) {
        double next = clock_ms() + crowd->every;

        poll(crowd->all, (nfds_t)crowd->count, crowd->len > 0 ? 0 : 10);
        for (int i = 0; i < crowd->count; i++) {
            if (crowd->all[i].revents != 0) {
                close(crowd->all[i].fd);
                come(crowd, i);
            } else if (crowd->len > 0) {
                say(crowd, i);
            }
        }
        if (crowd->every > 0)
            wait_until(next);
    }
    return NULL;
}

void crowd_begin(struct crowd *crowd, const char *where)
{
    char ip[64];

    snprintf(ip, sizeof ip, "%.*s", (int)strcspn(where, ":"), where);
    crowd->to = (struct sockaddr_in){.sin_family = AF_INET};
    crowd->to.sin_port = htons((uint16_t)atoi(strrchr(where, ':') + 1));
    ck_assert_int_eq(inet_pton(AF_INET, ip, &crowd->to.sin_addr), 1);
    crowd->came = crowd->bytes = 0;
    atomic_store(&crowd->stop, false);
    for (int i = 0; i < crowd->count; i++)
        come(crowd, i);
    ck_assert_int_eq(pthread_create(&crowd->thread, NULL, run, crowd), 0);
}

void crowd_end(struct crowd *crowd)
{
    atomic_store(&crowd->stop, true);
    pthread_join(crowd->thread, NULL);
    for (int i = 0; i < crowd->count; i++)
        close(crowd->all[i].fd);
}
