/* SPDX-License-Identifier: MIT */
/*
 * How long a connection may take (protocol.md section 3: ten seconds from the
 * first byte to the last). libmicrohttpd's own limit starts anew with every
 * byte, so a byte now and then holds a connection for ever; this one does not.
 *
 * A thread looks several times a second and shuts the sockets whose time is
 * over; the rest libmicrohttpd does. It also drains what a refused client
 * still sends for a moment after the end, so that its own answer reaches it
 * and is not thrown away by a reset.
 */
#ifndef SERVER_HTTP_DEADLINES_H
#define SERVER_HTTP_DEADLINES_H

#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

struct deadlines;
struct deadline; /* of one connection */

/*
 * deadlines_start: at most LIMIT connections; one more makes that one leave
 * whose time is over first. Returns 0, or -1 with DEADLINES NULL.
 */
int deadlines_start(struct deadlines **deadlines, size_t limit) KIT_MUST_CHECK;

/* deadlines_stop: gives everything back. NULL is nothing to do. */
void deadlines_stop(struct deadlines *deadlines);

/*
 * deadline_begin: the connection on FD has begun and has MILLISECONDS. NULL
 * when there is no memory. All functions but start and stop may be called
 * from any thread; where DEADLINE is NULL they do nothing.
 */
struct deadline *deadline_begin(struct deadlines *deadlines, int fd,
                                int64_t milliseconds);

/* deadline_set: it has MILLISECONDS from now, whatever it had before. */
void deadline_set(struct deadline *deadline, int64_t milliseconds);

/* deadline_cap: it has MILLISECONDS from now, or what it had if less. */
void deadline_cap(struct deadline *deadline, int64_t milliseconds);

/* deadline_lift: it waits for us, as long as we take. */
void deadline_lift(struct deadline *deadline);

/* deadline_end: call it before the socket is closed; then forget DEADLINE. */
void deadline_end(struct deadline *deadline);

#endif
