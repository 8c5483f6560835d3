/* SPDX-License-Identifier: MIT */
/* A ring buffer of tasks, and the threads that take them. */
#include "server/chat/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORKERS_NICE = 7 }; /* a fifth of a normal thread's processor time */

struct task {
    workers_function *function;
    void *context;
};

struct workers {
    pthread_mutex_t lock; /* for the members up to RING */
    pthread_cond_t more;  /* there is a task, or the pool is being stopped */
    bool stopping;
    enum workers_priority priority;
    size_t first, count; /* the tasks in the ring */
    struct task ring[WORKERS_QUEUE];
    size_t running; /* the number of threads that were started, not joined */
    pthread_t threads[WORKERS_THREADS];
};

/* Waits for a task and takes it; false if the pool is stopped and empty. */
static bool take(struct task *task, bool *dropped, struct workers *workers)
{
    bool taken;

    pthread_mutex_lock(&workers->lock);
    while (workers->count == 0 && !workers->stopping)
        pthread_cond_wait(&workers->more, &workers->lock);
    taken = workers->count > 0;
    *dropped = workers->stopping;
    if (taken) {
        *task = workers->ring[workers->first];
        workers->first = (workers->first + 1) % WORKERS_QUEUE;
        workers->count--;
    }
    pthread_mutex_unlock(&workers->lock);
    return taken;
}

/*
 * Lowers the priority of the calling thread, so that requests which need no
 * hash stay fast. Only on Linux: elsewhere nice changes the whole process.
 */
#ifdef __linux__
static void lower_priority(void)
{
    /* If this fails, the thread has normal priority. */
    (void)!nice(WORKERS_NICE);
}
#else
static void lower_priority(void)
{
}
#endif

static void *run(void *context)
{
    struct workers *workers = context;
    struct task task;
    bool dropped;

    if (workers->priority == WORKERS_LOW)
        lower_priority();
    while (take(&task, &dropped, workers))
        task.function(task.context, dropped);
    return NULL;
}

int workers_start(struct workers **workers, size_t threads,
                  enum workers_priority priority)
{
    struct workers *new = calloc(1, sizeof *new);

    *workers = NULL;
    if (new == NULL)
        return -1;
    new->priority = priority;
    pthread_mutex_init(&new->lock, NULL);
    pthread_cond_init(&new->more, NULL);
    while (new->running < threads) {
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

        workers->ring[last] = (struct task){function, context};
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

    /* The threads call each task in the ring with DROPPED true, then end. */
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
