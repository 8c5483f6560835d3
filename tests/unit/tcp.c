/* SPDX-License-Identifier: MIT */
/* Sockets for tests. Nothing waits longer than ten seconds. */
#include "tests/unit/tcp.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT = 10000 }; /* milliseconds */

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

int tcp_listen(uint16_t *port)
{
    struct sockaddr_in at = loopback(0);
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, size), 0);
    ck_assert_int_eq(listen(fd, 64), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

bool tcp_has_ipv6(void)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0;

    if (fd >= 0)
        close(fd);
    return has;
}

/* Waits until FD has something. */
static void wait_readable(int fd)
{
    ck_assert_msg(tcp_waits_within(fd, LIMIT), "nothing came for %d ms", LIMIT);
}

int tcp_accept(int listener)
{
    int fd;

    wait_readable(listener);
    fd = accept(listener, NULL, NULL);
    ck_assert_int_ge(fd, 0);
    return fd;
}

int tcp_connect(uint16_t port)
{
    struct sockaddr_in to = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

void tcp_write(int fd, const void *bytes, size_t len)
{
    const char *from = bytes;

    while (len > 0) {
        ssize_t n = send(fd, from, len, 0);

        ck_assert_int_gt(n, 0);
        from += n;
        len -= (size_t)n;
    }
}

size_t tcp_read(int fd, char *out, size_t out_size)
{
    size_t len = 0;
    ssize_t n = 1;

    while (n > 0 && len < out_size - 1) {
        wait_readable(fd);
        n = read(fd, out + len, out_size - 1 - len);
        if (n > 0)
            len += (size_t)n;
    }
    out[len] = '\0';
    return len;
}

bool tcp_waits(int fd)
{
    return tcp_waits_within(fd, 0);
}

bool tcp_waits_within(int fd, int ms)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    return poll(&one, 1, ms) == 1;
}

bool tcp_ended(int fd)
{
    char byte[2];

    return tcp_read(fd, byte, sizeof byte) == 0;
}

void tcp_reset(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    ck_assert_int_eq(
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(fd);
}
