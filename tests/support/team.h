/* SPDX-License-Identifier: MIT */
/* Several threads that run the same function. */
#ifndef TESTS_SUPPORT_TEAM_H
#define TESTS_SUPPORT_TEAM_H

#include <pthread.h>
#include <stddef.h>

struct team {
    pthread_t *threads;
    int count;
};

/*
 * team_begin: COUNT threads call RUN, each with the next of CONTEXTS, which are
 * SIZE bytes each; if SIZE is 0 they share one. team_end: joins them.
 */
void team_begin(struct team *team, int count, void *(*run)(void *),
                void *contexts, size_t size);
void team_end(struct team *team);

#endif
