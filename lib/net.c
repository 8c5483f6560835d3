/* SPDX-License-Identifier: MIT */
/* The only file of the clients and the server that tells IPv4 from IPv6. */
#include "lib/net.h"

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

/* Sets ADDRESS to IP and PORT. Returns its length; 0 if IP is not numeric. */
static socklen_t parse(union address *address, const char *ip, uint16_t port)
{
    memset(address, 0, sizeof *address);
    /* The inet_pton of macOS accepts "fe80::1%en0"; others do not. */
    if (strchr(ip, '%') != NULL)
        return 0;
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
    memset(address, 0, sizeof *address);
    return 0;
}

socklen_t kit_net_sockaddr(struct sockaddr_storage *out, const char *ip,
                           uint16_t port)
{
    union address address;
    socklen_t len = ip != NULL ? parse(&address, ip, port) : 0;

    memset(out, 0, sizeof *out);
    memcpy(out, &address, len);
    return len;
}

/* --- Addresses as text ---------------------------------------------------- */

bool kit_net_is_loopback(const char *ip)
{
    union address address;

    if (parse(&address, ip, 0) == 0)
        return false;
    if (address.any.sa_family == AF_INET)
        return ntohl(address.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr);
}

uint16_t kit_net_text(char *ip, const struct sockaddr *sockaddr)
{
    const struct sockaddr_in *v4 = (const void *)sockaddr;
    const struct sockaddr_in6 *v6 = (const void *)sockaddr;
    int family = sockaddr->sa_family;
    const void *bytes;
    in_port_t port;

    ip[0] = '\0';
    if (family == AF_INET) {
        bytes = &v4->sin_addr;
        port = v4->sin_port;
    } else if (family == AF_INET6) {
        bytes = &v6->sin6_addr;
        port = v6->sin6_port;
        if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
            bytes = v6->sin6_addr.s6_addr + 12;
            family = AF_INET;
        }
    } else {
        return 0;
    }
    if (inet_ntop(family, bytes, ip, KIT_IP_SIZE) == NULL)
        ip[0] = '\0';
    return ntohs(port);
}

void kit_net_network(char *out, const char *ip)
{
    union address address;
    struct in6_addr *v6 = &address.v6.sin6_addr;
    socklen_t len = parse(&address, ip, 0);

    snprintf(out, KIT_IP_SIZE, "%s", ip);
    if (len == 0)
        return;
    if (address.any.sa_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(v6))
        memset(v6->s6_addr + 8, 0, 8);
    kit_net_text(out, &address.any);
}

/* Whether ADDRESS is 0.0.0.0 or ::. */
static bool is_any(const union address *address)
{
    if (address->any.sa_family == AF_INET)
        return address->v4.sin_addr.s_addr == htonl(INADDR_ANY);
    return IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
}

bool kit_net_reaches(const char *to, const char *ip)
{
    union address a, b;
    socklen_t len = parse(&a, to, 0);

    /* parse zeroed both, so unused fields are equal. */
    return len > 0 && parse(&b, ip, 0) == len &&
           (is_any(&b) || memcmp(&a, &b, len) == 0);
}

void kit_net_endpoint(char out[KIT_ENDPOINT_SIZE], const char *ip,
                      uint16_t port)
{
    bool v6 = strchr(ip, ':') != NULL;

    snprintf(out, KIT_ENDPOINT_SIZE, "%s%s%s:%u", v6 ? "[" : "", ip,
             v6 ? "]" : "", (unsigned)port);
}

void kit_net_url(char out[KIT_URL_SIZE], const char *scheme, const char *ip,
                 uint16_t port)
{
    char endpoint[KIT_ENDPOINT_SIZE];

    kit_net_endpoint(endpoint, ip, port);
    snprintf(out, KIT_URL_SIZE, "%s://%s", scheme, endpoint);
}

/* --- Listening ------------------------------------------------------------ */

/* Prints why listening on IP and PORT failed. Returns an exit code. */
static int explain(const char *ip, uint16_t port, int why)
{
    switch (why) {
    case EADDRINUSE:
        kit_error("port %u is in use: choose another with --port N, or "
                  "--port 0 for any free one",
                  (unsigned)port);
        return EX_UNAVAILABLE;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: /* the kernel has no IPv6 */
        kit_error("%s is not an address of this machine: choose one with "
                  "--listen ADDR",
                  ip);
        return EX_CONFIG;
    case EACCES:
        kit_error("only root may listen on port %u: choose one from 1024 up "
                  "with --port N",
                  (unsigned)port);
        return EX_NOPERM;
    default:
        kit_error("cannot listen on %s port %u (%s): choose others with "
                  "--listen ADDR and --port N",
                  ip, (unsigned)port, strerror(why));
        return EX_OSERR;
    }
}

/* Makes FD listen. Returns 0, or -1 with errno. */
static int start(int fd, const union address *address, socklen_t len,
                 enum kit_net_family family)
{
    int on = 1, v6_only = family == KIT_NET_V6_ONLY;

    /* Without this, old connections in TIME_WAIT keep the port in use for a
       minute after a restart. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        return -1;
    if (bind(fd, &address->any, len) != 0)
        return -1;
    return listen(fd, SOMAXCONN);
}

int kit_net_try_listen(int *fd, uint16_t *bound, const char *ip, uint16_t port,
                       enum kit_net_family family)
{
    union address address;
    socklen_t len = parse(&address, ip, port);
    int why;

    *fd = -1;
    *bound = 0;
    if (len == 0)
        return EINVAL;
    *fd = socket(address.any.sa_family, SOCK_STREAM, 0);
    if (*fd < 0 || start(*fd, &address, len, family) != 0 ||
        getsockname(*fd, &address.any, &len) != 0) {
        why = errno;
        if (*fd >= 0)
            close(*fd);
        *fd = -1;
        return why;
    }
    *bound = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port
                                                    : address.v6.sin6_port);
    return 0;
}

int kit_net_listen(int *fd, uint16_t *bound, const char *ip, uint16_t port,
                   enum kit_net_family family)
{
    int why = kit_net_try_listen(fd, bound, ip, port, family);

    if (why != 0 && !kit_is_address(ip)) {
        kit_error("\"%s\" is not an IP address: give --listen one in numbers, "
                  "for example 127.0.0.1 or ::1",
                  ip);
        return EX_USAGE;
    }
    return why == 0 ? EX_OK : explain(ip, port, why);
}
