/* SPDX-License-Identifier: MIT */
/* Sends any bytes and keeps everything that comes back. */
#ifndef ATTACK_SHOT_H
#define ATTACK_SHOT_H

#include <stdbool.h>
#include <stddef.h>

enum { SHOT_SIZE = 65536, SHOT_SECONDS = 60 };

struct shot {
    int answers; /* complete ones, up to one that closes the connection */
    int status;  /* of the first, complete or not; 0: there was none */
    bool ended;  /* the server has closed the connection */
    size_t more; /* bytes after an answer that closes the connection */
    double ms;   /* from connecting to the end of the first answer */
    size_t len;
    char bytes[SHOT_SIZE]; /* all of it, terminated */
};

/* In one piece, or each byte in its own packet. */
enum shot_way { SHOT_AT_ONCE, SHOT_BYTE_BY_BYTE };

/*
 * shot_fire: sends LEN bytes to URL on a new connection and reads until the
 * server closes it, or until nothing comes for SHOT_SECONDS. If the connection
 * is refused, SHOT has ended without an answer.
 */
void shot_fire(struct shot *shot, const char *url, const void *bytes,
               size_t len, enum shot_way way);

/*
 * shot_post: sends LEN bytes as the body of a well-formed POST to PATH on a new
 * connection. Returns the status.
 */
int shot_post(struct shot *shot, const char *url, const char *path,
              const void *bytes, size_t len);

#endif
