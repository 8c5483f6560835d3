/* SPDX-License-Identifier: MIT */
/* A gate that keeps all threads of a worker pool busy until it is opened. */
#ifndef TESTS_UNIT_GATE_H
#define TESTS_UNIT_GATE_H

#include "server/chat/workers.h"

/* gate_close: returns when all THREADS of WORKERS wait at the gate. */
void gate_close(struct workers *workers, int threads);

/* gate_submit: submits one more task that waits at the gate. Returns 0, or -1
   if the queue is full. */
int gate_submit(struct workers *workers) KIT_MUST_CHECK;

/* gate_open: ends the waiting. */
void gate_open(void);

/*
 * gate_open_during: starts a thread that calls STOP, which must stop WORKERS
 * and wait for them, and opens the gate meanwhile. If the queue of WORKERS has
 * room, the gate opens only after STOP has begun.
 */
void gate_open_during(void *(*stop)(void *), struct workers *workers);

/* The number of tasks that have ended, and of those that were dropped. */
int gate_ended(void);
int gate_dropped(void);

#endif
