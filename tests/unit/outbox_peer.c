/* SPDX-License-Identifier: MIT */
/* Bob's ears, and the plan that his network follows. */
#include "tests/unit/outbox_peer.h"

#include <check.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/tcp.h"

struct outbox_peer outbox_peer;

/* Instead of the system's send, in this program alone. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    size_t most = len;

    outbox_peer.sends++;
    if (outbox_peer.plan != NULL &&
        (outbox_peer.plan->at_most != 0 || outbox_peer.plan->why != 0)) {
        const struct outbox_peer_step *step = outbox_peer.plan++;

        if (step->why != 0) {
            errno = step->why;
            return -1;
        }
        most = step->at_most < len ? step->at_most : len;
    }
    return sendto(fd, bytes, most, flags, NULL, 0);
}

void outbox_peer_begin(void)
{
    capture(STDERR_FILENO);
    outbox_peer.listener = tcp_listen(&outbox_peer.port);
}

int outbox_peer_open(void)
{
    ck_assert_int_eq(
        kit_outbox_open(&outbox_peer.link, "127.0.0.1", outbox_peer.port), 0);
    return tcp_accept(outbox_peer.listener);
}

void outbox_peer_put(const char *line)
{
    ck_assert_int_eq(kit_outbox_line(&outbox_peer.link, line, strlen(line)), 0);
}

void outbox_peer_flush(void)
{
    ck_assert_int_eq(kit_outbox_flush(&outbox_peer.link), 0);
}

void outbox_peer_hears(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

void outbox_peer_hears_last(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, sizeof got);
    ck_assert_str_eq(got, want);
}
