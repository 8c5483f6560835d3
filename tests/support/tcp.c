/* SPDX-License-Identifier: MIT */
#include "tests/support/tcp.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/stopwatch.h"

enum { BACKLOG = 64 };

struct sockaddr_in tcp_address(const char *text)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    const char *port = strrchr(text, ':');
    char ip[64];

    snprintf(ip, sizeof ip, "%.*s", (int)strcspn(text, ":/"), text);
    ck_assert_int_eq(inet_pton(AF_INET, ip, &at.sin_addr), 1);
    at.sin_port = htons(port != NULL ? (uint16_t)atoi(port + 1) : 0);
    return at;
}

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

int tcp_listen_buffered(uint16_t *port, int buffer)
{
    struct sockaddr_in at = loopback(0);
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    /* Connections inherit the buffer; after listen it would be too late. */
    if (buffer > 0)
        ck_assert_int_eq(
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer), 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, size), 0);
    ck_assert_int_eq(listen(fd, BACKLOG), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

int tcp_listen(uint16_t *port)
{
    return tcp_listen_buffered(port, 0);
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

static void wait_readable(int fd)
{
    ck_assert_msg(tcp_waits_within(fd, stopwatch_patience()),
                  "nothing came for %d ms", stopwatch_patience());
}

int tcp_accept(int listener)
{
    int fd;

    wait_readable(listener);
    fd = accept(listener, NULL, NULL);
    ck_assert_int_ge(fd, 0);
    return fd;
}

int tcp_next(int listener)
{
    int fd;

    /* A peer can be gone before it is accepted. */
    do
        fd = accept(listener, NULL, NULL);
    while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
    return fd;
}

static int connect_to(const struct sockaddr_in *to)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_msg(connect(fd, (const struct sockaddr *)to, sizeof *to) == 0,
                  "cannot connect to port %d: %s", ntohs(to->sin_port),
                  strerror(errno));
    return fd;
}

int tcp_connect(uint16_t port)
{
    const struct sockaddr_in to = loopback(port);

    return connect_to(&to);
}

int tcp_connect_to(const char *address)
{
    const struct sockaddr_in to = tcp_address(address);

    return connect_to(&to);
}

bool tcp_send(int fd, const void *bytes, size_t len)
{
    const char *from = bytes;

    while (len > 0) {
        ssize_t n = send(fd, from, len, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        from += n;
        len -= (size_t)n;
    }
    return true;
}

void tcp_write(int fd, const void *bytes, size_t len)
{
    ck_assert_msg(tcp_send(fd, bytes, len), "the connection has ended");
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

int tcp_still_open(struct pollfd *all, int count, int ms)
{
    char bytes[4096];
    int left = 0;

    poll(all, (nfds_t)count, ms);
    for (int i = 0; i < count; i++) {
        ssize_t n = 1;

        if (all[i].fd >= 0 && all[i].revents != 0)
            n = recv(all[i].fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN)) {
            close(all[i].fd);
            all[i].fd = -1;
        }
        left += all[i].fd >= 0;
    }
    return left;
}

size_t tcp_drain(int fd)
{
    char bytes[256];
    size_t n, sum = 0;

    while ((n = tcp_read(fd, bytes, sizeof bytes)) > 0)
        sum += n;
    close(fd);
    return sum;
}

size_t tcp_deliver(const char *address, const void *bytes, size_t len)
{
    int fd = tcp_connect_to(address);

    tcp_send(fd, bytes, len);
    shutdown(fd, SHUT_WR);
    return tcp_drain(fd);
}

void tcp_reset_on_close(int fd)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    ck_assert_int_eq(
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
}

void tcp_reset(int fd)
{
    tcp_reset_on_close(fd);
    close(fd);
}
