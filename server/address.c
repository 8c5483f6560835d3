/* SPDX-License-Identifier: MIT */
/* IPv4 and IPv6 in one place. */
#include "server/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Fills ADDRESS; returns how long it is, or 0 when IP is no address. */
static socklen_t parse(union address *address, const char *ip, uint16_t port)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, ip, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(port);
        return sizeof address->v4;
    }
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET6, ip, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        return sizeof address->v6;
    }
    return 0;
}

bool address_is_loopback(const char *ip)
{
    union address address;

    if (parse(&address, ip, 0) == 0)
        return false;
    if (address.any.sa_family == AF_INET)
        return ntohl(address.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr);
}

void address_text(char *out, const struct sockaddr *sockaddr)
{
    const void *bytes = NULL;
    int family = sockaddr->sa_family;

    out[0] = '\0';
    if (family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)sockaddr)->sin_addr;
    if (family == AF_INET6) {
        const struct in6_addr *v6 =
            &((const struct sockaddr_in6 *)(const void *)sockaddr)->sin6_addr;

        bytes = v6;
        if (IN6_IS_ADDR_V4MAPPED(v6)) {
            bytes = v6->s6_addr + 12;
            family = AF_INET;
        }
    }
    if (bytes != NULL && inet_ntop(family, bytes, out, KIT_IP_SIZE) == NULL)
        out[0] = '\0';
}

void address_network(char *out, const char *ip)
{
    union address address;
    struct in6_addr *v6 = &address.v6.sin6_addr;
    socklen_t len = parse(&address, ip, 0);

    snprintf(out, KIT_IP_SIZE, "%s", ip);
    if (len == 0)
        return;
    if (address.any.sa_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(v6))
        memset(v6->s6_addr + 8, 0, 8);
    address_text(out, &address.any);
}

/* Why FD does not listen. Returns an exit code. */
static int explain(const char *ip, uint16_t port)
{
    switch (errno) {
    case EADDRINUSE:
        kit_error("port %d is in use: choose another with --port N", port);
        return EX_UNAVAILABLE;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: /* the kernel has no IPv6 */
        kit_error("this machine does not have the address %s: choose another "
                  "with --listen ADDR",
                  ip);
        return EX_CONFIG;
    case EACCES:
        kit_error("port %d is not for everyone: choose one over 1023 with "
                  "--port N",
                  port);
        return EX_NOPERM;
    default:
        kit_error("cannot listen on %s port %d: %s", ip, port, strerror(errno));
        return EX_OSERR;
    }
}

/* Makes FD listen; 0 or -1 with errno. */
static int start(int fd, const union address *address, socklen_t len)
{
    int on = 1, off = 0;

    /* A port that was in use a moment ago may be used again. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* "::" is every address, those of IPv4 too. */
    if (address->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        return -1;
    if (bind(fd, &address->any, len) != 0)
        return -1;
    return listen(fd, SOMAXCONN);
}

int address_listen(int *fd, uint16_t *bound, const char *ip, uint16_t port)
{
    union address address;
    socklen_t len = parse(&address, ip, port);
    int rc;

    *fd = -1;
    *bound = 0;
    if (len == 0) {
        kit_error("--listen needs an IP address, for example 127.0.0.1 or "
                  "::1, not \"%s\"",
                  ip);
        return EX_USAGE;
    }
    *fd = socket(address.any.sa_family, SOCK_STREAM, 0);
    if (*fd < 0 || start(*fd, &address, len) != 0 ||
        getsockname(*fd, &address.any, &len) != 0) {
        rc = explain(ip, port);
        if (*fd >= 0)
            close(*fd);
        *fd = -1;
        return rc;
    }
    *bound = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port
                                                    : address.v6.sin6_port);
    return EX_OK;
}

void address_url(char *out, const char *scheme, const char *ip, uint16_t port)
{
    bool v6 = strchr(ip, ':') != NULL;

    snprintf(out, ADDRESS_URL_SIZE, "%s://%s%s%s:%d", scheme, v6 ? "[" : "", ip,
             v6 ? "]" : "", port);
}
