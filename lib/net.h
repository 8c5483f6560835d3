/* SPDX-License-Identifier: MIT */
/* Numeric IP addresses, v4 and v6, and sockets that listen on them. */
#ifndef KIT_NET_H
#define KIT_NET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "backends/crypto.h"
#include "lib/wire.h"

enum {
    KIT_ENDPOINT_SIZE = KIT_IP_SIZE + 9,  /* "[...]:65535" and its zero */
    KIT_URL_SIZE = KIT_ENDPOINT_SIZE + 8, /* "https://" in front of it */
};

/* Whether a listener on "::" accepts only IPv6, or also IPv4. */
enum kit_net_family { KIT_NET_V6_ONLY, KIT_NET_DUAL_STACK };

/*
 * kit_net_sockaddr: sets OUT to the numeric address IP and to PORT. Returns its
 * length for connect and bind; or 0 with OUT zero if IP is NULL or not a
 * numeric IPv4 or IPv6 address. Host names and zones ("fe80::1%eth0") are
 * rejected.
 */
socklen_t kit_net_sockaddr(struct sockaddr_storage *out, const char *ip,
                           uint16_t port);

/* kit_net_is_loopback: whether IP is a numeric address of this machine only. */
bool kit_net_is_loopback(const char *ip);

/*
 * kit_net_text: writes the address of SOCKADDR as text to IP, which has room
 * for KIT_IP_SIZE characters, and returns its port. An IPv4-mapped IPv6 address
 * is written as IPv4. If the family is neither, sets IP to "" and returns 0.
 */
uint16_t kit_net_text(char *ip, const struct sockaddr *sockaddr);

/*
 * kit_net_network: writes to OUT the part of the numeric address IP that
 * identifies a client for a rate limit. OUT has room for KIT_IP_SIZE
 * characters. This is the whole of an IPv4 (or IPv4-mapped) address, but only
 * the first 64 bits of an IPv6 address, because one machine can use all
 * addresses that share these bits (RFC 4291 section 2.5.4). If IP is not
 * numeric, it is copied unchanged.
 */
void kit_net_network(char *out, const char *ip);

/*
 * kit_net_reaches: whether a connection to the address TO reaches a listener
 * on IP: IP is the same address, or the "any" address of its family (0.0.0.0
 * or ::). False if one of them is not numeric.
 */
bool kit_net_reaches(const char *to, const char *ip);

/* kit_net_endpoint: writes IP and PORT as "127.0.0.1:80" or "[::1]:80". */
void kit_net_endpoint(char out[KIT_ENDPOINT_SIZE], const char *ip,
                      uint16_t port);

/* kit_net_url: writes "SCHEME://127.0.0.1:80". SCHEME is http or https. */
void kit_net_url(char out[KIT_URL_SIZE], const char *scheme, const char *ip,
                 uint16_t port);

/*
 * kit_net_try_listen: does what kit_net_listen does, but prints nothing.
 * Returns 0; or a number of errno, which is EINVAL if IP is not an address.
 */
int kit_net_try_listen(int *fd, uint16_t *bound, const char *ip, uint16_t port,
                       enum kit_net_family family) KIT_MUST_CHECK;

/*
 * kit_net_listen: sets FD to a non-blocking, close-on-exec socket that listens
 * on IP and PORT, and BOUND to its port. With PORT 0 the system chooses a free
 * one. Returns EX_OK; or another exit code of sysexits.h, with FD -1 and the
 * reason on standard error.
 */
int kit_net_listen(int *fd, uint16_t *bound, const char *ip, uint16_t port,
                   enum kit_net_family family) KIT_MUST_CHECK;

#endif
