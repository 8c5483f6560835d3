/* SPDX-License-Identifier: MIT */
/* Threads, started and joined. */
#include "tests/support/team.h"

#include <check.h>
#include <stdlib.h>

void team_begin(struct team *team, int count, void *(*run)(void *),
                void *contexts, size_t size)
{
    char *context = contexts;

    team->count = count;
    team->threads = calloc((size_t)count, sizeof team->threads[0]);
    ck_assert_ptr_nonnull(team->threads);
    for (int i = 0; i < count; i++, context += size)
        ck_assert_int_eq(pthread_create(&team->threads[i], NULL, run, context),
                         0);
}

void team_end(struct team *team)
{
    for (int i = 0; i < team->count; i++)
        pthread_join(team->threads[i], NULL);
    free(team->threads);
}
