/* SPDX-License-Identifier: MIT */
/* Threads, started and joined. */
#include "tests/support/threads.h"

#include <check.h>
#include <stdlib.h>

void threads_begin(struct threads *threads, int count, void *(*run)(void *),
                   void *contexts, size_t size)
{
    char *context = contexts;

    threads->count = count;
    threads->ids = calloc((size_t)count, sizeof threads->ids[0]);
    ck_assert_ptr_nonnull(threads->ids);
    for (int i = 0; i < count; i++, context += size)
        threads->ids[i] = thread_begin(run, context);
}

pthread_t thread_begin(void *(*run)(void *), void *context)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, run, context), 0);
    return thread;
}

void threads_end(struct threads *threads)
{
    for (int i = 0; i < threads->count; i++)
        pthread_join(threads->ids[i], NULL);
    free(threads->ids);
}
