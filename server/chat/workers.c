/* SPDX-License-Identifier: MIT */
/* A ring of pieces of work between one thread and a few others. */
#include "server/chat/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORKERS_NICE = 7 }; /* a fifth of the weight that others have */

struct work {
    workers_function *function;
    void *context;
};

struct workers {
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;  /* there is work, or the end */
    bool stopping;
    size_t first, count; /* of the ring */
    struct work ring[WORKERS_QUEUE];
    size_t running;
    pthread_t threads[WORKERS_THREADS];
};

/* Waits for work and takes it off the ring; false at the end. */
static bool take(struct work *work, bool *dropped, struct workers *workers)
{
    bool got;

    pthread_mutex_lock(&workers->lock);
    while (workers->count == 0 && !workers->stopping)
        pthread_cond_wait(&workers->more, &workers->lock);
    got = workers->count > 0;
    *dropped = workers->stopping;
    if (got) {
        *work = workers->ring[workers->first];
        workers->first = (workers->first + 1) % WORKERS_QUEUE;
        workers->count--;
    }
    pthread_mutex_unlock(&workers->lock);
    return got;
}

/*
 * Who waits for a password waits for its hash anyway: others get more of the
 * processor. Linux does this for one thread; elsewhere it would be all of them.
 */
static void stand_back(void)
{
#ifdef __linux__
    /* Where it is not granted, all goes on as it would without. */
    (void)!nice(WORKERS_NICE);
#endif
}

static void *run(void *context)
{
    struct workers *workers = context;
    struct work work;
    bool dropped;

    stand_back();
    while (take(&work, &dropped, workers))
        work.function(work.context, dropped);
    return NULL;
}

int workers_start(struct workers **workers)
{
    struct workers *new = calloc(1, sizeof *new);

    *workers = NULL;
    if (new == NULL)
        return -1;
    pthread_mutex_init(&new->lock, NULL);
    pthread_cond_init(&new->more, NULL);
    while (new->running < WORKERS_THREADS) {
        if (pthread_create(&new->threads[new->running], NULL, run, new) != 0) {
            workers_free(new);
            return -1;
        }
        new->running++;
    }
    *workers = new;
    return 0;
}

bool workers_have_room(struct workers *workers)
{
    bool room;

    pthread_mutex_lock(&workers->lock);
    room = !workers->stopping && workers->count < WORKERS_QUEUE;
    pthread_mutex_unlock(&workers->lock);
    return room;
}

int workers_submit(struct workers *workers, workers_function *function,
                   void *context)
{
    int rc = -1;

    pthread_mutex_lock(&workers->lock);
    if (!workers->stopping && workers->count < WORKERS_QUEUE) {
        size_t last = (workers->first + workers->count) % WORKERS_QUEUE;

        workers->ring[last] = (struct work){function, context};
        workers->count++;
        pthread_cond_signal(&workers->more);
        rc = 0;
    }
    pthread_mutex_unlock(&workers->lock);
    return rc;
}

void workers_stop(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->more);
    pthread_mutex_unlock(&workers->lock);

    /* They take what is left off the ring, as dropped, and end. */
    while (workers->running > 0)
        pthread_join(workers->threads[--workers->running], NULL);
}

void workers_free(struct workers *workers)
{
    if (workers == NULL)
        return;
    workers_stop(workers);
    pthread_cond_destroy(&workers->more);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
