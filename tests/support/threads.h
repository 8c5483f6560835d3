/* SPDX-License-Identifier: MIT */
/* Several threads that run the same function. */
#ifndef TESTS_SUPPORT_THREADS_H
#define TESTS_SUPPORT_THREADS_H

#include <pthread.h>
#include <stddef.h>

struct threads {
    pthread_t *ids;
    int count;
};

/*
 * threads_begin: COUNT threads call RUN, each with the next of CONTEXTS, which
 * are SIZE bytes each; if SIZE is 0 they share one. threads_end: joins them.
 */
void threads_begin(struct threads *threads, int count, void *(*run)(void *),
                   void *contexts, size_t size);
void threads_end(struct threads *threads);

/* thread_begin: a single thread, which calls RUN with CONTEXT. */
pthread_t thread_begin(void *(*run)(void *), void *context);

#endif
