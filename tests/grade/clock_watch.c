/* SPDX-License-Identifier: MIT */
#include "tests/grade/clock_watch.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "lib/clock.h"

enum {
    TICK_MS = 250,
    GAP_MS = 4000,  /* more could use up the 10 seconds that a check waits */
    JUMP_MS = 2000, /* of the wall clock, which decides if a ticket expired */
};

static int64_t last_ticks, last_wall;
static int64_t last_jump; /* when it was noticed, as kit_ticks; 0: never */

static int64_t wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_alarm(int number)
{
    (void)number; /* the signal only has to interrupt waitpid */
}

void clock_watch_start(void)
{
    struct itimerval tick = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}};
    struct sigaction action = {.sa_handler = on_alarm};
    sigset_t alarm_alone;

    sigaction(SIGALRM, &action, NULL);
    sigemptyset(&alarm_alone);
    sigaddset(&alarm_alone, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarm_alone, NULL);
    setitimer(ITIMER_REAL, &tick, NULL);
    last_ticks = kit_ticks();
    last_wall = wall_ms();
}

void clock_watch_stop(void)
{
    struct itimerval never = {{0, 0}, {0, 0}};

    setitimer(ITIMER_REAL, &never, NULL);
}

void clock_watch_check(void)
{
    int64_t ticks = kit_ticks(), wall = wall_ms();
    int64_t gap = ticks - last_ticks, jump = wall - last_wall - gap;

    if (gap > GAP_MS || jump > JUMP_MS || jump < -JUMP_MS)
        last_jump = ticks;
    last_ticks = ticks;
    last_wall = wall;
}

bool clock_watch_jumped(int64_t since)
{
    return last_jump > since;
}
