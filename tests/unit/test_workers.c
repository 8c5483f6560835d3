/* SPDX-License-Identifier: MIT */
/* Slow work: all of it done, never too much, and an orderly end. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "server/chat/workers.h"
#include "tests/support/suites.h"

static atomic_int done, dropped_ones, begun;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static struct workers *workers;

/* Work that waits until the gate is open. */
static void work(void *context, bool dropped)
{
    atomic_fetch_add(&begun, 1);
    if (dropped)
        atomic_fetch_add(&dropped_ones, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    atomic_fetch_add((atomic_int *)context, 1);
}

static void setup(void)
{
    ck_assert_int_eq(workers_start(&workers), 0);
}

/* Fills the workers and their queue behind the closed gate. */
static int fill(void)
{
    int taken = 0;

    for (; taken < WORKERS_THREADS; taken++)
        ck_assert_int_eq(workers_submit(workers, work, &done), 0);
    while (atomic_load(&begun) < WORKERS_THREADS)
        sched_yield();
    while (workers_have_room(workers)) {
        ck_assert_int_eq(workers_submit(workers, work, &done), 0);
        taken++;
    }
    return taken;
}

START_TEST(bounded)
{
    pthread_mutex_lock(&gate);
    ck_assert_int_eq(fill(), WORKERS_THREADS + WORKERS_QUEUE);
    ck_assert_int_eq(workers_submit(workers, work, &done), -1);
    ck_assert_int_eq(atomic_load(&done), 0);
    pthread_mutex_unlock(&gate);
    workers_free(workers);
    ck_assert_int_eq(atomic_load(&done), WORKERS_THREADS + WORKERS_QUEUE);
}
END_TEST

/* Stops the workers while the gate is closed, and so waits. */
static void *stop(void *context)
{
    workers_stop(workers);
    return NULL;
}

START_TEST(what_waits_is_dropped)
{
    pthread_t thread;
    int taken;

    pthread_mutex_lock(&gate);
    taken = fill();
    ck_assert_int_eq(pthread_create(&thread, NULL, stop, NULL), 0);
    pthread_mutex_unlock(&gate);
    pthread_join(thread, NULL);

    /* Every piece comes to its end once; those under way were not dropped. */
    ck_assert_int_eq(atomic_load(&done), taken);
    ck_assert_int_le(atomic_load(&dropped_ones), taken - WORKERS_THREADS);
    ck_assert(!workers_have_room(workers));
    ck_assert_int_eq(workers_submit(workers, work, &done), -1);
    workers_free(workers);
}
END_TEST

START_TEST(nothing_to_do)
{
    workers_free(workers);
    workers_free(NULL);
}
END_TEST

TEST_SUITE(workers)
{
    Suite *suite = suite_create("workers");
    TCase *tc = suite_add_case(suite, "workers");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_tests(tc, bounded, what_waits_is_dropped, nothing_to_do);
    return suite;
}
