/* SPDX-License-Identifier: MIT */
/* Sends any bytes to a server and keeps everything that comes back. */
#ifndef TESTS_ATTACK_RAW_H
#define TESTS_ATTACK_RAW_H

#include <stdbool.h>
#include <stddef.h>

/* A login of u00 in parts, and a whole login of u01 to send after it. */
#define RAW_LINE   "POST /login HTTP/1.1\r\nHost: lab\r\n"
#define RAW_LENGTH "Content-Length: 57\r\n"
#define RAW_BODY                                                               \
    "{\"username\":\"u00\",\"password\":\"u00-keep-this-to-yourself\"}"
#define RAW_LOGIN RAW_LINE RAW_LENGTH "\r\n" RAW_BODY
#define RAW_SECOND                                                             \
    RAW_LINE RAW_LENGTH "\r\n{\"username\":\"u01\","                           \
                        "\"password\":\"u01-keep-this-to-yourself\"}"

enum { RAW_SIZE = 65536, RAW_SECONDS = 60 };

struct raw_answer {
    int answers; /* complete ones, up to one that closes the connection */
    int status;  /* of the first answer, complete or not; 0: no answer */
    bool ended;  /* whether the server has closed the connection */
    size_t more; /* bytes after an answer that closes the connection */
    double ms;   /* from connecting to the end of the first answer */
    size_t len;
    char bytes[RAW_SIZE]; /* all of it, terminated */
};

/* How to send: in one piece, or each byte in its own packet. */
enum raw_way { RAW_AT_ONCE, RAW_BYTE_BY_BYTE };

/*
 * raw_send: sends LEN bytes to URL on a new connection and reads until the
 * server closes it, or until nothing comes for RAW_SECONDS. If the connection
 * is refused, it has ended without an answer.
 */
void raw_send(struct raw_answer *answer, const char *url, const void *bytes,
              size_t len, enum raw_way way);

/*
 * raw_post: sends LEN bytes as the body of a well-formed POST to PATH on a new
 * connection. Returns the status.
 */
int raw_post(struct raw_answer *answer, const char *url, const char *path,
             const void *bytes, size_t len);

#endif
