/* SPDX-License-Identifier: MIT */
/* A mutex that the threads of the workers wait for. */
#include "tests/unit/gate.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "tests/support/threads.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int begun, dropped_count, ended;

static void wait_at_gate(void *context, bool dropped)
{
    atomic_fetch_add(&begun, 1);
    atomic_fetch_add(&dropped_count, dropped);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    atomic_fetch_add(&ended, 1);
}

int gate_submit(struct workers *workers)
{
    return workers_submit(workers, wait_at_gate, NULL);
}

void gate_close(struct workers *workers, int threads)
{
    pthread_mutex_lock(&gate);
    for (int i = 0; i < threads; i++)
        ck_assert_int_eq(gate_submit(workers), 0);
    while (atomic_load(&begun) < threads)
        sched_yield();
}

void gate_open(void)
{
    pthread_mutex_unlock(&gate);
}

void gate_open_during(void *(*stop)(void *), struct workers *workers)
{
    pthread_t thread = thread_begin(stop, NULL);

    while (workers_have_room(workers))
        sched_yield();
    gate_open();
    pthread_join(thread, NULL);
}

int gate_ended(void)
{
    return atomic_load(&ended);
}

int gate_dropped(void)
{
    return atomic_load(&dropped_count);
}
