/* SPDX-License-Identifier: MIT */
/* A signal every second, and two clocks that must agree about it. */
#include "tests/grade/pulse.h"

#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#include "lib/clock.h"

enum {
    GAP_MS = 4000,  /* checks wait up to 10 seconds for a program */
    JUMP_MS = 2000, /* of the clock that tickets are dated with */
};

static int64_t last_ticks, last_wall, missed;

static int64_t wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_alarm(int number)
{
    (void)number; /* it has interrupted waitpid: that is all it is for */
}

void pulse_begin(void)
{
    struct itimerval second = {{1, 0}, {1, 0}};
    struct sigaction action = {.sa_handler = on_alarm};
    sigset_t alarm_alone;

    sigaction(SIGALRM, &action, NULL);
    sigemptyset(&alarm_alone);
    sigaddset(&alarm_alone, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarm_alone, NULL);
    setitimer(ITIMER_REAL, &second, NULL);
    last_ticks = kit_ticks();
    last_wall = wall_ms();
}

void pulse_end(void)
{
    struct itimerval never = {{0, 0}, {0, 0}};

    setitimer(ITIMER_REAL, &never, NULL);
}

void pulse_look(void)
{
    int64_t ticks = kit_ticks(), wall = wall_ms();
    int64_t gap = ticks - last_ticks, jump = wall - last_wall - gap;

    if (gap > GAP_MS || jump > JUMP_MS || jump < -JUMP_MS)
        missed = ticks;
    last_ticks = ticks;
    last_wall = wall;
}

int64_t pulse_missed(void)
{
    return missed;
}
