/* SPDX-License-Identifier: MIT */
/*
 * A pool of threads for work that would block the thread that serves all
 * connections: a password hash, which takes a quarter of a second and 16 MiB,
 * or the disk. With one thread for each hash, many logins would use up the
 * memory.
 */
#ifndef SERVER_CHAT_WORKERS_H
#define SERVER_CHAT_WORKERS_H

#include <stdbool.h>

#include "backends/crypto.h"

enum {
    WORKERS_THREADS = 2, /* in the largest pool, which hashes */
    WORKERS_QUEUE = 64,  /* tasks that can wait for a thread */
};

enum workers_priority { WORKERS_NORMAL, WORKERS_LOW };

struct workers;

/*
 * A task, called in a worker thread. DROPPED: the pool is being stopped, so
 * skip the work and only clean up.
 */
typedef void workers_function(void *context, bool dropped);

/*
 * workers_start: starts 1 to WORKERS_THREADS threads. Those of low priority
 * leave most of the processor to others. Returns 0, or -1 with WORKERS NULL.
 */
int workers_start(struct workers **workers, size_t threads,
                  enum workers_priority priority) KIT_MUST_CHECK;

/*
 * workers_have_room: whether the queue has room for one more task. If only one
 * thread calls workers_submit, its next call succeeds unless workers_stop is
 * called before it.
 */
bool workers_have_room(struct workers *workers);

/*
 * workers_submit: appends a task to the queue: FUNCTION will be called with
 * CONTEXT, once. Returns 0. If the queue is full or the pool is being stopped,
 * returns -1 and FUNCTION will not be called.
 */
int workers_submit(struct workers *workers, workers_function *function,
                   void *context) KIT_MUST_CHECK;

/*
 * workers_stop: accepts no more tasks, lets the running ones finish, and calls
 * the queued ones with DROPPED. Returns when all threads have ended.
 */
void workers_stop(struct workers *workers);

/* workers_free: calls workers_stop and frees the pool. NULL is allowed. */
void workers_free(struct workers *workers);

#endif
