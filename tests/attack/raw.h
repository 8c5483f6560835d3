/* SPDX-License-Identifier: MIT */
/* Sends any bytes and keeps everything that comes back. */
#ifndef ATTACK_RAW_H
#define ATTACK_RAW_H

#include <stdbool.h>
#include <stddef.h>

enum { RAW_SIZE = 65536, RAW_SECONDS = 60 };

struct raw_answer {
    int answers; /* complete ones, up to one that closes the connection */
    int status;  /* of the first, complete or not; 0: there was none */
    bool ended;  /* the server has closed the connection */
    size_t more; /* bytes after an answer that closes the connection */
    double ms;   /* from connecting to the end of the first answer */
    size_t len;
    char bytes[RAW_SIZE]; /* all of it, terminated */
};

/* In one piece, or each byte in its own packet. */
enum raw_way { RAW_AT_ONCE, RAW_BYTE_BY_BYTE };

/*
 * raw_send: sends LEN bytes to URL on a new connection and reads until the
 * server closes it, or until nothing comes for RAW_SECONDS. If the connection
 * is refused, ANSWER has ended without an answer.
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
