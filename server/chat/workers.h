/* SPDX-License-Identifier: MIT */
/*
 * A few threads for slow work. A password hash takes a quarter of a second
 * and 16 MiB: done where connections are served it would stop all of them,
 * and done without a bound it would take all memory.
 */
#ifndef SERVER_CHAT_WORKERS_H
#define SERVER_CHAT_WORKERS_H

#include <stdbool.h>

#include "backends/crypto.h"

enum {
    WORKERS_THREADS = 2,
    WORKERS_QUEUE = 64, /* pieces of work that may wait */
};

struct workers;

/*
 * A piece of work, done in a worker's thread. DROPPED: the workers were
 * stopped before its turn; it must only be brought to its end.
 */
typedef void workers_function(void *context, bool dropped);

/* workers_start: returns 0, or -1 with WORKERS NULL. */
int workers_start(struct workers **workers) KIT_MUST_CHECK;

/*
 * workers_have_room: whether one more piece of work may wait. It stays true
 * until the next workers_submit, where one thread alone submits.
 */
bool workers_have_room(struct workers *workers);

/*
 * workers_submit: FUNCTION will be called with CONTEXT. Returns 0; or -1, and
 * it will never be called, when too many wait or the workers are stopping.
 */
int workers_submit(struct workers *workers, workers_function *function,
                   void *context) KIT_MUST_CHECK;

/*
 * workers_stop: what is being done is finished, what waits is dropped, and
 * nothing more is taken in. Returns when all threads have ended.
 */
void workers_stop(struct workers *workers);

/* workers_free: workers_stop, and gives everything back. NULL is nothing. */
void workers_free(struct workers *workers);

#endif
