/* SPDX-License-Identifier: MIT */
#include "tests/bench/peers/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "lib/net.h"
#include "tests/bench/fail.h"

int connection_open(const char *address)
{
    struct sockaddr_storage to;
    char ip[KIT_IP_SIZE];
    unsigned short port;
    socklen_t len;
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    if (sscanf(address, "%45[^:]:%hu", ip, &port) != 2)
        fail("understand the address");
    len = kit_net_sockaddr(&to, ip, port);
    if (connect(fd, (struct sockaddr *)&to, len) != 0)
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}
