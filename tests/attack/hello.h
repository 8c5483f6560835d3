/* SPDX-License-Identifier: MIT */
/* The first message of TLS by hand, and what a server makes of it. */
#ifndef ATTACK_HELLO_H
#define ATTACK_HELLO_H

#include <stddef.h>
#include <stdint.h>

enum { HELLO_SIZE = 512 };

/* What came back first. */
enum hello_answer {
    HELLO_NOTHING, /* the connection ended without a byte */
    HELLO_ALERT,
    HELLO_SERVER, /* a ServerHello: the server wants to go on */
    HELLO_OTHER,
    HELLO_SILENCE, /* not a byte, and no end */
};

/*
 * hello_write: a ClientHello that offers at most VERSION (0x0301: TLS 1.0)
 * and COUNT cipher suites CIPHERS, or NULL: what a client of TLS 1.0 to 1.2
 * would offer. Returns its length in OUT, HELLO_SIZE bytes.
 */
size_t hello_write(uint8_t *out, unsigned version, const uint16_t *ciphers,
                   size_t count);

/*
 * hello_send: LEN bytes to the server at URL on a new connection. VERSION is
 * that of its ServerHello, or 0.
 */
enum hello_answer hello_send(unsigned *version, const char *url,
                             const void *bytes, size_t len);

#endif
