/* SPDX-License-Identifier: MIT */
/* Numeric addresses, and the socket that listens on one. */
#ifndef SERVER_ADDRESS_H
#define SERVER_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "lib/wire.h"

enum { ADDRESS_URL_SIZE = 64 }; /* "https://[...]:65535" and its zero */

/* address_is_loopback: whether IP, numeric, never leaves this machine. */
bool address_is_loopback(const char *ip);

/*
 * address_text: writes the address in SOCKADDR to OUT, KIT_IP_SIZE
 * characters. An IPv4 address that came through an IPv6 socket is written as
 * IPv4. Empty when it is neither.
 */
void address_text(char *out, const struct sockaddr *sockaddr);

/*
 * address_network: writes to OUT, KIT_IP_SIZE characters, the part of IP
 * (numeric) that a limit for an address counts: all of an IPv4 address, also
 * of one that is mapped into IPv6, and the first 64 bits of an IPv6 address,
 * since one machine has all addresses behind these (RFC 4291 section 2.5.4).
 * Anything else is copied unchanged.
 */
void address_network(char *out, const char *ip);

/*
 * address_listen: sets FD to a socket that listens on IP and PORT, and BOUND
 * to the port that it is: any free one where PORT is 0. Returns EX_OK; or
 * another exit code of sysexits.h with FD -1 and the reason on standard error.
 */
int address_listen(int *fd, uint16_t *bound, const char *ip,
                   uint16_t port) KIT_MUST_CHECK;

/* address_url: writes "http://IP:PORT" to OUT, ADDRESS_URL_SIZE. */
void address_url(char *out, const char *scheme, const char *ip, uint16_t port);

#endif
