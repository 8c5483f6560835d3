/* SPDX-License-Identifier: MIT */
/* Threads that ask, each in its turn, for one thing after the other. */
#include "tests/soak/mix.h"

#include <check.h>
#include <sched.h>
#include <stdio.h>

#include "tests/soak/asker.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"

enum { IMPORTED = MIX_USERS / 8 };

static struct asker askers[MIX_THREADS];

static void rest(struct asker *asker)
{
    struct mix *mix = asker->mix;

    asker_hang_up(asker);
    atomic_fetch_add(&mix->paused, 1);
    while (atomic_load(&mix->pause) && !atomic_load(&mix->stop))
        stopwatch_wait_until(stopwatch_now() + 10);
    atomic_fetch_sub(&mix->paused, 1);
}

static void *run(void *context)
{
    struct asker *asker = context;
    struct mix *mix = asker->mix;
    const double every = 1e3 * MIX_THREADS / MIX_RATE;

    while (!atomic_load(&mix->stop)) {
        if (atomic_load(&mix->pause))
            rest(asker);
        stopwatch_wait_until(mix->began + mix->lost +
                             (double)asker->number * every);
        asker_ask(asker);
    }
    asker_hang_up(asker);
    return NULL;
}

void mix_open(struct mix *mix)
{
    struct http http;

    target_open(&mix->target, "10");
    for (int i = 0; i < MIX_USERS; i++)
        snprintf(mix->names[i], TARGET_NAME, "s%03d", i);
    /* A few at a time: a busy machine hashes no 400 while anybody waits. */
    for (int i = 0; i < MIX_USERS; i += IMPORTED)
        target_import(&mix->target, "10",
                      (const char(*)[TARGET_NAME]) & mix->names[i], IMPORTED);
    target_serve(&mix->target, NULL, NULL);
    http_open(&http, mix->target.fixture.url, NULL);
    for (int i = 0; i < MIX_USERS; i++)
        ck_assert_int_eq(http_login(&http, mix->names[i],
                                    target_password(mix->names[i]),
                                    mix->tokens[i]),
                         200);
    http_close(&http);
}

void mix_start(struct mix *mix)
{
    mix->began = stopwatch_now();
    for (int i = 0; i < MIX_THREADS; i++) {
        asker_open(&askers[i], mix, i * (MIX_USERS / MIX_THREADS),
                   MIX_USERS / MIX_THREADS);
        ck_assert_int_eq(
            pthread_create(&askers[i].thread, NULL, run, &askers[i]), 0);
    }
}

long mix_rest(struct mix *mix)
{
    /* Connections that linger are drained for two seconds. */
    enum { STEADY_MS = 4000 };
    double began = stopwatch_now();
    long least;

    atomic_store(&mix->pause, true);
    while (atomic_load(&mix->paused) < MIX_THREADS)
        sched_yield();
    least = target_files(&mix->target);
    for (double at = stopwatch_now(); stopwatch_now() - at < STEADY_MS;) {
        long now = target_files(&mix->target);

        least = now < least ? now : least;
        stopwatch_wait_until(stopwatch_now() + 10);
    }
    mix->lost += stopwatch_now() - began;
    return least;
}

void mix_go_on(struct mix *mix)
{
    atomic_store(&mix->pause, false);
}

void mix_close(struct mix *mix)
{
    atomic_store(&mix->stop, true);
    for (int i = 0; i < MIX_THREADS; i++)
        pthread_join(askers[i].thread, NULL);
    target_stop(&mix->target);
    target_close(&mix->target);
}
