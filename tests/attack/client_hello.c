/* SPDX-License-Identifier: MIT */
/* RFC 5246, 7.4.1.2, and the extensions without which nobody would answer. */
#include "tests/attack/client_hello.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/tcp.h"

/* A server that wants nothing of it closes after ten seconds. */
enum { ANSWER_MS = 60000, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22 };

/* For ECDSA and RSA, with the oldest versions and with TLS 1.2. */
static const uint16_t usual[] = {0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030,
                                 0xc009, 0xc00a, 0xc013, 0xc014, 0x002f,
                                 0x0035, 0x000a, 0x00ff};

/* Curves, their form, and signatures with every hash. */
static const uint8_t extensions[] = {
    0x00, 0x0a, 0x00, 0x06, 0x00, 0x04, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x0b,
    0x00, 0x02, 0x01, 0x00, 0x00, 0x0d, 0x00, 0x0e, 0x00, 0x0c, 0x04, 0x03,
    0x05, 0x03, 0x02, 0x03, 0x04, 0x01, 0x05, 0x01, 0x02, 0x01,
};

static uint8_t *put16(uint8_t *out, size_t number)
{
    *out++ = (uint8_t)(number >> 8);
    *out++ = (uint8_t)number;
    return out;
}

size_t client_hello_write(uint8_t *out, unsigned version,
                          const uint16_t *ciphers, size_t count)
{
    uint8_t *at = out + 9; /* behind the heads of record and message */

    if (ciphers == NULL) {
        ciphers = usual;
        count = sizeof usual / sizeof usual[0];
    }
    at = put16(at, version);
    memset(at, 0x5a, 32); /* the random; anything will do */
    at += 32;
    *at++ = 0; /* no session */
    at = put16(at, 2 * count);
    for (size_t i = 0; i < count; i++)
        at = put16(at, ciphers[i]);
    *at++ = 1; /* no compression */
    *at++ = 0;
    at = put16(at, sizeof extensions);
    memcpy(at, extensions, sizeof extensions);
    at += sizeof extensions;

    out[0] = RECORD_HANDSHAKE;
    put16(out + 1, version > 0x0301 ? 0x0301 : version);
    put16(out + 3, (size_t)(at - out) - 5);
    out[5] = 1; /* ClientHello */
    out[6] = 0;
    put16(out + 7, (size_t)(at - out) - 9);
    return (size_t)(at - out);
}

static enum client_hello_answer answer_of(unsigned *version,
                                          const uint8_t *bytes, ssize_t len)
{
    if (len <= 0)
        return CLIENT_HELLO_NOTHING;
    if (bytes[0] == RECORD_ALERT)
        return CLIENT_HELLO_ALERT;
    if (len > 10 && bytes[0] == RECORD_HANDSHAKE && bytes[5] == 2) {
        *version = (unsigned)bytes[9] << 8 | bytes[10];
        return CLIENT_HELLO_SERVER;
    }
    return CLIENT_HELLO_OTHER;
}

enum client_hello_answer client_hello_send(unsigned *version, const char *url,
                                           const void *bytes, size_t len)
{
    int fd = tcp_connect_to(strstr(url, "//") + 2);
    struct pollfd one = {.fd = fd, .events = POLLIN};
    enum client_hello_answer answer = CLIENT_HELLO_SILENCE;
    uint8_t back[256];

    *version = 0;
    tcp_send(fd, bytes, len);
    if (poll(&one, 1, ANSWER_MS) == 1)
        answer = answer_of(version, back, recv(fd, back, sizeof back, 0));
    close(fd);
    return answer;
}
