/* SPDX-License-Identifier: MIT */
/* The time of day, which only goes forward here, and the monotonic clock. */
#include "lib/clock.h"

#include <stdatomic.h>
#include <time.h>

/* The latest time that kit_now has returned. */
static _Atomic long long latest;

long long kit_now(void)
{
    long long now = (long long)time(NULL);
    long long seen = atomic_load(&latest);

    /* If another thread changed LATEST, SEEN is its new value: try again. */
    while (now > seen && !atomic_compare_exchange_weak(&latest, &seen, now))
        ;
    return now > seen ? now : seen;
}

int64_t kit_ticks(void)
{
    struct timespec t;

    /* This fails only for a clock that does not exist; POSIX has this one. */
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
