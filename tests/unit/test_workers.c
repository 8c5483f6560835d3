/* SPDX-License-Identifier: MIT */
/* The worker pool: its queue, and stopping it. */
#include "server/chat/workers.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/gate.h"

static struct workers *workers;

static void setup(void)
{
    ck_assert_int_eq(workers_start(&workers, WORKERS_THREADS, WORKERS_LOW), 0);
}

START_TEST(queue_is_bounded)
{
    gate_close(workers, WORKERS_THREADS);
    for (int i = 0; i < WORKERS_QUEUE; i++) {
        ck_assert(workers_have_room(workers));
        ck_assert_int_eq(gate_submit(workers), 0);
    }
    ck_assert(!workers_have_room(workers));
    ck_assert_int_eq(gate_submit(workers), -1);
    ck_assert_int_eq(gate_ended(), 0);
    gate_open();
    workers_free(workers);
    ck_assert_int_eq(gate_ended(), WORKERS_THREADS + WORKERS_QUEUE);
}
END_TEST

static void *stop(void *context)
{
    workers_stop(workers);
    return context;
}

/* All tasks end. Exactly those that had not begun are dropped. */
START_TEST(queue_is_dropped)
{
    int queued = WORKERS_QUEUE - 1; /* room is left: see gate_open_during */

    gate_close(workers, WORKERS_THREADS);
    for (int i = 0; i < queued; i++)
        ck_assert_int_eq(gate_submit(workers), 0);
    gate_open_during(stop, workers);
    ck_assert_int_eq(gate_ended(), WORKERS_THREADS + queued);
    ck_assert_int_eq(gate_dropped(), queued);
    ck_assert(!workers_have_room(workers));
    ck_assert_int_eq(gate_submit(workers), -1);
    workers_free(workers);
}
END_TEST

START_TEST(nothing_to_do)
{
    workers_free(workers);
    workers_free(NULL);
}
END_TEST

static int start(void)
{
    struct workers *new = workers;
    int rc = workers_start(&new, WORKERS_THREADS, WORKERS_LOW);

    ck_assert((new == NULL) == (rc != 0));
    workers_free(new);
    return rc;
}

START_TEST(threads_do_not_start)
{
    ck_assert_int_eq(fault_each("calloc pthread_create", start, true),
                     1 + WORKERS_THREADS);
    workers_free(workers);
}
END_TEST

TEST_SUITE(workers, 60, setup, NULL)
{
    tcase_add_tests(tcase, queue_is_bounded, queue_is_dropped, nothing_to_do);
    if (faults_possible("workers"))
        tcase_add_test(tcase, threads_do_not_start);
}
