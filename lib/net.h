/* SPDX-License-Identifier: MIT */
/* Numeric IP addresses, and sockets that listen on one. */
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

/* What the address "::" accepts: IPv6 alone, or IPv4 as well. */
enum kit_net_family { KIT_NET_V6_ONLY, KIT_NET_DUAL_STACK };

/* kit_net_is_loopback: whether IP is numeric and never leaves this machine. */
bool kit_net_is_loopback(const char *ip);

/*
 * kit_net_text: writes the address in SOCKADDR to IP, KIT_IP_SIZE characters,
 * and returns its port. An IPv4 address that is mapped into IPv6 is written as
 * IPv4. Of any other family: IP is empty and the result 0.
 */
uint16_t kit_net_text(char *ip, const struct sockaddr *sockaddr);

/*
 * kit_net_network: writes to OUT, KIT_IP_SIZE characters, the part of IP
 * (numeric) that a limit per client counts: all of an IPv4 address, also of
 * one that is mapped into IPv6, and the first 64 bits of an IPv6 address,
 * since one machine has all addresses behind these (RFC 4291 section 2.5.4).
 * Anything else is copied unchanged.
 */
void kit_net_network(char *out, const char *ip);

/* kit_net_endpoint: writes "127.0.0.1:8080" or "[::1]:8080" to OUT. */
void kit_net_endpoint(char out[KIT_ENDPOINT_SIZE], const char *ip,
                      uint16_t port);

/* kit_net_url: writes "SCHEME://127.0.0.1:8080" to OUT. SCHEME: http, https. */
void kit_net_url(char out[KIT_URL_SIZE], const char *scheme, const char *ip,
                 uint16_t port);

/*
 * kit_net_listen: sets FD to a socket that listens on IP and PORT, never
 * blocks and is closed by exec, and BOUND to its port. PORT 0 is any free one.
 * Returns EX_OK; or another exit code of sysexits.h with FD -1 and an error.
 */
int kit_net_listen(int *fd, uint16_t *bound, const char *ip, uint16_t port,
                   enum kit_net_family family) KIT_MUST_CHECK;

#endif
