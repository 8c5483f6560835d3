/* SPDX-License-Identifier: MIT */
/* The first message of a TLS client, and how a server answers it. */
#ifndef TESTS_ATTACK_CLIENT_HELLO_H
#define TESTS_ATTACK_CLIENT_HELLO_H

#include <stddef.h>
#include <stdint.h>

enum { CLIENT_HELLO_SIZE = 512 };

/* The first thing that came back. */
enum client_hello_answer {
    CLIENT_HELLO_NOTHING, /* the connection ended without a byte */
    CLIENT_HELLO_ALERT,
    CLIENT_HELLO_SERVER, /* a ServerHello: the server accepts */
    CLIENT_HELLO_OTHER,
    CLIENT_HELLO_SILENCE, /* no byte and no end of the connection */
};

/*
 * client_hello_write: a ClientHello that offers at most VERSION (0x0301:
 * TLS 1.0) and COUNT cipher suites CIPHERS, or NULL: what a client of TLS 1.0
 * to 1.2 would offer. Returns its length in OUT, CLIENT_HELLO_SIZE bytes.
 */
size_t client_hello_write(uint8_t *out, unsigned version,
                          const uint16_t *ciphers, size_t count);

/*
 * client_hello_send: LEN bytes to the server at URL on a new connection.
 * VERSION is that of its ServerHello, or 0.
 */
enum client_hello_answer client_hello_send(unsigned *version, const char *url,
                                           const void *bytes, size_t len);

#endif
