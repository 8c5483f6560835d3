/* SPDX-License-Identifier: MIT */
#include "tests/support/stopwatch.h"

#include <stdlib.h>
#include <time.h>

double stopwatch_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void stopwatch_wait_until(double ms)
{
    double left;

    /* macOS has no clock_nanosleep: sleep for the rest, and look again. */
    while ((left = ms - stopwatch_now()) > 0) {
        struct timespec pause = {.tv_sec = (time_t)(left / 1e3)};

        pause.tv_nsec = (long)((left - (double)pause.tv_sec * 1e3) * 1e6);
        nanosleep(&pause, NULL);
    }
}

int stopwatch_patience(void)
{
    const char *text = getenv("CK_TIMEOUT_MULTIPLIER");
    int times = text != NULL ? atoi(text) : 1;

    return STOPWATCH_SECONDS * 1000 * (times > 1 && times < 1000 ? times : 1);
}
