/* SPDX-License-Identifier: MIT */
/* The time of day, made to go forward only; and milliseconds for waiting. */
#include "lib/clock.h"

#include <stdatomic.h>
#include <time.h>

/* The latest second that kit_now has given to anybody. */
static _Atomic long long latest;

long long kit_now(void)
{
    long long now = (long long)time(NULL);
    long long seen = atomic_load(&latest);

    /* Another thread may move it meanwhile: then SEEN is new, look again. */
    while (now > seen && !atomic_compare_exchange_weak(&latest, &seen, now))
        ;
    return now > seen ? now : seen;
}

int64_t kit_ticks(void)
{
    struct timespec t;

    /* POSIX has this clock; it fails only for one that does not exist. */
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
