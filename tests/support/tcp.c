/* SPDX-License-Identifier: MIT */
#include "tests/support/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/failure.h"
#include "tests/support/stopwatch.h"

enum {
    BACKLOG = 64,
    CONNECT_MS = 3000, /* on this machine, connecting is immediate */
};

struct sockaddr_in tcp_address(const char *text)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    const char *port = strrchr(text, ':');
    char ip[64];

    snprintf(ip, sizeof ip, "%.*s", (int)strcspn(text, ":/"), text);
    ensure(inet_pton(AF_INET, ip, &at.sin_addr) == 1);
    at.sin_port = htons(port != NULL ? (uint16_t)atoi(port + 1) : 0);
    return at;
}

static struct sockaddr_in address_of(const char *ip, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};

    ensure(inet_pton(AF_INET, ip, &at.sin_addr) == 1);
    return at;
}

int tcp_try_listen(const char *ip, uint16_t *port, int buffer)
{
    struct sockaddr_in at = address_of(ip, *port);
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    ensure(fd >= 0);
    if (*port != 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* Connections inherit the buffer; after listen it would be too late. */
    if (buffer > 0)
        ensure(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) ==
               0);
    if (bind(fd, (struct sockaddr *)&at, size) != 0 ||
        listen(fd, BACKLOG) != 0) {
        close(fd);
        return -1;
    }
    ensure(getsockname(fd, (struct sockaddr *)&at, &size) == 0);
    *port = ntohs(at.sin_port);
    return fd;
}

int tcp_listen_buffered(uint16_t *port, int buffer)
{
    int fd;

    *port = 0;
    fd = tcp_try_listen("127.0.0.1", port, buffer);
    ensure(fd >= 0);
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
    if (!tcp_waits_within(fd, stopwatch_patience()))
        fail_test("no byte, no end and no connection came for %d ms",
                  stopwatch_patience());
}

int tcp_accept(int listener)
{
    int fd;

    wait_readable(listener);
    fd = accept(listener, NULL, NULL);
    ensure(fd >= 0);
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

int tcp_try_connect(const char *ip, uint16_t port)
{
    const struct sockaddr_in to = address_of(ip, port);
    int error = 0, fd = socket(AF_INET, SOCK_STREAM, 0), flags;
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    socklen_t size = sizeof error;

    ensure(fd >= 0);
    /* connect would wait minutes for room in a full backlog. */
    flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 ||
        (errno == EINPROGRESS && poll(&one, 1, CONNECT_MS) == 1 &&
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 &&
         error == 0)) {
        fcntl(fd, F_SETFL, flags);
        return fd;
    }
    close(fd);
    return -1;
}

static int connect_to(const struct sockaddr_in *to)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ensure(fd >= 0);
    if (connect(fd, (const struct sockaddr *)to, sizeof *to) != 0)
        fail_test("cannot connect to port %d: %s", ntohs(to->sin_port),
                  strerror(errno));
    return fd;
}

int tcp_connect(uint16_t port)
{
    const struct sockaddr_in to = address_of("127.0.0.1", port);

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
    if (!tcp_send(fd, bytes, len))
        fail_test("the peer closed the connection during a write");
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

bool tcp_was_reset(int fd)
{
    char byte;
    ssize_t n;

    wait_readable(fd);
    n = read(fd, &byte, 1);
    ensure(n == 0 || (n < 0 && errno == ECONNRESET));
    return n < 0;
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

    ensure(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) ==
           0);
}

void tcp_reset(int fd)
{
    tcp_reset_on_close(fd);
    close(fd);
}
