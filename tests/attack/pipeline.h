/* SPDX-License-Identifier: MIT */
/* More requests than storm.h can send: many in one piece, then their answers.
 */
#ifndef ATTACK_PIPELINE_H
#define ATTACK_PIPELINE_H

#include <stdatomic.h>

#include "tests/support/storm.h"

enum { PIPELINE_BATCH = 64 };

struct pipeline {
    const char *url;
    int connections; /* each has a batch under way */
    int requests;    /* in all */
    storm_writer *write;
    atomic_int next;
    atomic_long answers[HTTP_STATUSES]; /* how many of each status */
};

/*
 * pipeline_run: sends all requests and counts the answers; a connection that
 * ends early leaves the rest of its batch without one. Returns the seconds.
 */
double pipeline_run(struct pipeline *pipeline);

#endif
