/* SPDX-License-Identifier: MIT */
/* Bytes as they are, and all that comes back until the connection ends. */
#ifndef ATTACK_SHOT_H
#define ATTACK_SHOT_H

#include <stdbool.h>
#include <stddef.h>

enum { SHOT_SIZE = 65536, SHOT_SECONDS = 60 };

struct shot {
    int answers; /* each as long as it says, up to one that is the last */
    int status;  /* of the first, whole or not; 0: there was none */
    bool ended;  /* the server has closed the connection */
    size_t more; /* bytes behind an answer that said it was the last */
    double ms;   /* from connecting to the end of the first answer */
    size_t len;
    char bytes[SHOT_SIZE]; /* all of it, terminated */
};

/* How the bytes leave: in one piece, or each in a packet of its own. */
enum shot_way { SHOT_AT_ONCE, SHOT_BYTE_BY_BYTE };

/*
 * shot_fire: sends LEN bytes to URL on a new connection and reads until the
 * server closes it, or until nothing has come for SHOT_SECONDS. A connection
 * that is refused has ended without an answer.
 */
void shot_fire(struct shot *shot, const char *url, const void *bytes,
               size_t len, enum shot_way way);

/*
 * shot_post: LEN bytes as the body of a sound POST to PATH, the only request
 * of its connection. Returns the status.
 */
int shot_post(struct shot *shot, const char *url, const char *path,
              const void *bytes, size_t len);

#endif
