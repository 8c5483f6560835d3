/* SPDX-License-Identifier: MIT */
/*
 * How long a connection may take: ten seconds for the client to send a request,
 * from accept or from the answer before it, and ten to read the answer
 * (daemon.h). So the last byte of a request comes at most ten seconds after the
 * first (protocol.md section 3). libmicrohttpd's own timeout starts again with
 * every byte, so a client that sends a byte now and then would keep its
 * connection forever (a "slowloris" attack).
 *
 * A thread checks the connections 20 times a second and shuts down the sockets
 * that are past their deadline; libmicrohttpd then closes them.
 *
 * It also drains connections that the server has closed (lingering close): for
 * up to two seconds it reads and discards what the client still sends. Without
 * this, the kernel would answer with a reset, and the client might lose the
 * server's answer.
 */
#ifndef SERVER_HTTP_DEADLINES_H
#define SERVER_HTTP_DEADLINES_H

#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

struct deadlines;
struct deadline; /* of one connection */

/*
 * deadlines_start: starts the thread. When there are already LIMIT connections,
 * a new one shuts down the one with the earliest deadline. Returns 0, or -1
 * with DEADLINES NULL.
 */
int deadlines_start(struct deadlines **deadlines, size_t limit) KIT_MUST_CHECK;

/* deadlines_stop: ends the thread and frees everything. NULL is allowed. */
void deadlines_stop(struct deadlines *deadlines);

/* The functions below may be called from any thread, with DEADLINE NULL too. */

/*
 * deadline_begin: adds the connection with the socket FD, whose deadline is
 * MILLISECONDS from now. Returns NULL if there is no memory.
 */
struct deadline *deadline_begin(struct deadlines *deadlines, int fd,
                                int64_t milliseconds);

/* deadline_set: sets the deadline to MILLISECONDS from now. */
void deadline_set(struct deadline *deadline, int64_t milliseconds);

/* deadline_cap: the same, but keeps an earlier deadline. */
void deadline_cap(struct deadline *deadline, int64_t milliseconds);

/* deadline_lift: removes the deadline, because now the client waits. */
void deadline_lift(struct deadline *deadline);

/*
 * deadline_end: removes the connection, and drains it if necessary. Call it
 * before the socket is closed, and do not use DEADLINE again.
 */
void deadline_end(struct deadline *deadline);

#endif
