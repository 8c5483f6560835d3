/* SPDX-License-Identifier: MIT */
#include "tests/unit/sending.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

struct sending sending = {.closes_first = -1};

void sending_wait_for_end(int fd)
{
    ck_assert(tcp_waits_within(fd, stopwatch_patience()));
}

/* The result of the next step of the plan, which changes LEN; or 0. */
static int follow_plan(size_t *len)
{
    const struct sending_step *step = sending.plan;

    if (step == NULL || (step->at_most == 0 && step->error == 0))
        return 0;
    sending.plan++;
    if (step->error == 0 && step->at_most < *len)
        *len = step->at_most;
    return step->error;
}

/* Replaces the system's send in this program. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    int error;

    sending.sends++;
    if (sending.closes_first >= 0) {
        close(sending.closes_first);
        sending.closes_first = -1;
        sending_wait_for_end(fd);
    }
    error = follow_plan(&len);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return sendto(fd, bytes, len, flags, NULL, 0);
}

void sending_setup(void)
{
    capture_errors();
    sending.outbox = (struct kit_outbox){.fd = -1};
    sending.listener = tcp_listen(&sending.port);
}

int sending_open(void)
{
    ck_assert_int_eq(
        kit_outbox_open(&sending.outbox, "127.0.0.1", sending.port), 0);
    return tcp_accept(sending.listener);
}

int sending_try(const char *text, size_t len)
{
    static struct kit_line line;

    memcpy(line.bytes, text, len < sizeof line.bytes ? len : 0);
    line.len = len;
    return kit_outbox_line(&sending.outbox, &line);
}

void sending_put(const char *line)
{
    ck_assert_int_eq(sending_try(line, strlen(line)), 0);
}

void sending_fill(void)
{
    static char line[KIT_LINE_MAX];

    memset(line, 'x', KIT_LINE_MAX - 1);
    for (int i = 0; i < 4; i++)
        sending_put(line);
}

void sending_flush(void)
{
    ck_assert_int_eq(kit_outbox_flush(&sending.outbox), 0);
}

void sending_expect(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

void sending_pass(int peer, const char *line)
{
    char want[64];

    sending_put(line);
    sending_flush();
    snprintf(want, sizeof want, "%s\n", line);
    sending_expect(peer, want);
}

/* A receiver in another thread, until the end of the connection. */
struct receiver {
    pthread_t thread;
    int fd;
    void (*end)(int fd); /* what it does after the last line */
    char got[256];
    volatile bool has_ended;
};

void sending_end_with_fin(int fd)
{
    close(fd);
}

static void *receive(void *context)
{
    struct receiver *receiver = context;

    tcp_read(receiver->fd, receiver->got, sizeof receiver->got);
    receiver->has_ended = true;
    receiver->end(receiver->fd);
    return NULL;
}

int sending_close(int peer, const char *want, void (*end)(int fd))
{
    struct receiver receiver = {.fd = peer, .end = end};
    int rc;

    receiver.thread = thread_begin(receive, &receiver);
    rc = kit_outbox_close(&sending.outbox);
    /* kit_outbox_close has waited for the end. */
    ck_assert(receiver.has_ended);
    ck_assert_int_eq(pthread_join(receiver.thread, NULL), 0);
    ck_assert_str_eq(receiver.got, want);
    ck_assert_int_eq(sending.outbox.fd, -1);
    return rc;
}
