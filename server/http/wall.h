/* SPDX-License-Identifier: MIT */
/*
 * The wall: a web page for the projector that shows live what the server does.
 * It has a separate listener, threads and connections. So browsers that read
 * slowly, or not at all, do not slow down the requests of students.
 *
 * The page is handout/flow/wall.html. It reads /events, a stream of server-sent
 * events (WHATWG HTML, section 9.2), each of which is the whole feed
 * (server/chat/feed.h). So a browser that reads slowly skips states, and needs
 * no more memory than one that keeps up.
 *
 * Only this machine can connect, and only the page itself can read the stream.
 * A request from another web page is refused: it has an Origin, a Host that is
 * not loopback (DNS rebinding), or a Sec-Fetch-Site of another site. So a link
 * to the wall does not work, either: the user must type the address.
 */
#ifndef SERVER_HTTP_WALL_H
#define SERVER_HTTP_WALL_H

#include <stdint.h>

#include "server/chat/feed.h"

enum {
    WALL_PULSE = 250,  /* milliseconds between two states, at least */
    WALL_BEAT = 5000,  /* milliseconds between two signs of life */
    WALL_TIMEOUT = 10, /* seconds until a client that reads nothing is closed */
    WALL_CONNECTIONS = 16,
    WALL_STREAMS = 12, /* browsers; one more ends the oldest stream */
};

struct wall;

/*
 * wall_listen: sets LISTENER to a socket that listens on PORT of 127.0.0.1, and
 * BOUND to its port; with PORT 0 the system chooses a free one. Returns EX_OK;
 * or another exit code of sysexits.h with LISTENER -1 and the reason on
 * standard error.
 */
int wall_listen(int *listener, uint16_t *bound, uint16_t port) KIT_MUST_CHECK;

/*
 * wall_start: shows FEED to browsers that connect to LISTENER, whose port is
 * BOUND, from new threads, until wall_stop. FEED must stay valid, and no one
 * else may call feed_read_if_new. Returns EX_OK; or another exit code of
 * sysexits.h with WALL NULL and the reason on standard error. In both cases, do
 * not use or close LISTENER again.
 */
int wall_start(struct wall **wall, struct feed *feed, int listener,
               uint16_t bound) KIT_MUST_CHECK;

/* wall_stop: closes all connections and frees WALL, which may be NULL. */
void wall_stop(struct wall *wall);

#endif
