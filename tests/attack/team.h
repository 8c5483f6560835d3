/* SPDX-License-Identifier: MIT */
/* A few threads that do the same, each with a context of its own. */
#ifndef ATTACK_TEAM_H
#define ATTACK_TEAM_H

#include <pthread.h>
#include <stddef.h>

struct team {
    pthread_t *threads;
    int count;
};

/*
 * team_begin: COUNT threads RUN, each with one of CONTEXTS, which are SIZE
 * bytes each. team_end: waits until all have returned.
 */
void team_begin(struct team *team, int count, void *(*run)(void *),
                void *contexts, size_t size);
void team_end(struct team *team);

#endif
