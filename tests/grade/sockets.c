/* SPDX-License-Identifier: MIT */
#include "tests/grade/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/grade/transcript.h"

enum { CONNECT_MS = 3000 }; /* on this machine, connecting is immediate */

static bool set_address(struct sockaddr_in *at, const char *ip, uint16_t port)
{
    memset(at, 0, sizeof *at);
    at->sin_family = AF_INET;
    at->sin_port = htons(port);
    return inet_pton(AF_INET, ip, &at->sin_addr) == 1;
}

int socket_listen(const char *ip, uint16_t port, int rcvbuf)
{
    struct sockaddr_in at;
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    must(fd >= 0 && set_address(&at, ip, port));
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* Accepted connections inherit this option. */
    if (rcvbuf > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 64) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Connects FD to AT within CONNECT_MS, even if the backlog is full. */
static bool connect_within(int fd, const struct sockaddr_in *at)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int error = 0, flags = fcntl(fd, F_GETFL);
    socklen_t size = sizeof error;

    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (connect(fd, (const struct sockaddr *)at, sizeof *at) != 0 &&
        (errno != EINPROGRESS || poll(&one, 1, CONNECT_MS) != 1 ||
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
         error != 0))
        return false;
    fcntl(fd, F_SETFL, flags);
    return true;
}

int socket_connect(const char *ip, uint16_t port)
{
    struct sockaddr_in at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    must(fd >= 0 && set_address(&at, ip, port));
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (connect_within(fd, &at))
        return fd;
    close(fd);
    return -1;
}
