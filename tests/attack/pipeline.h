/* SPDX-License-Identifier: MIT */
/* HTTP pipelining: more requests a second than storm.h can send. */
#ifndef ATTACK_PIPELINE_H
#define ATTACK_PIPELINE_H

#include <stdatomic.h>

#include "tests/support/storm.h"

enum { PIPELINE_BATCH = 64 };

struct pipeline {
    const char *url;
    int connections; /* each sends one batch after the other */
    int requests;    /* in all */
    storm_writer *write;
    atomic_int next;
    atomic_long answers[HTTP_STATUSES]; /* how many of each status */
};

/*
 * pipeline_run: sends all requests and counts the answers. If a connection
 * ends early, the rest of its batch has none. Returns how many seconds it took.
 */
double pipeline_run(struct pipeline *pipeline);

#endif
