/* SPDX-License-Identifier: MIT */
/* Bob's ears, and the plan that his network follows. */
#include "tests/unit/bob.h"

#include <check.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/capture.h"
#include "tests/unit/tcp.h"

struct bob bob;

/* Instead of the system's send, in this program alone. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    size_t most = len;

    bob.sends++;
    if (bob.plan != NULL && (bob.plan->at_most != 0 || bob.plan->why != 0)) {
        const struct bob_step *step = bob.plan++;

        if (step->why != 0) {
            errno = step->why;
            return -1;
        }
        most = step->at_most < len ? step->at_most : len;
    }
    return sendto(fd, bytes, most, flags, NULL, 0);
}

void bob_begin(void)
{
    capture(STDERR_FILENO);
    bob.listener = tcp_listen(&bob.port);
}

int bob_open(void)
{
    ck_assert_int_eq(kit_outbox_open(&bob.link, "127.0.0.1", bob.port), 0);
    return tcp_accept(bob.listener);
}

void bob_put(const char *line)
{
    ck_assert_int_eq(kit_outbox_line(&bob.link, line, strlen(line)), 0);
}

void bob_flush(void)
{
    ck_assert_int_eq(kit_outbox_flush(&bob.link), 0);
}

void bob_hears(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

void bob_hears_last(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, sizeof got);
    ck_assert_str_eq(got, want);
}
