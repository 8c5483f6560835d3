/* SPDX-License-Identifier: MIT */
/* Two clocks: the time of day, for tickets, and one that measures waiting. */
#ifndef KIT_CLOCK_H
#define KIT_CLOCK_H

#include <stdint.h>

/*
 * kit_now: the time in Unix seconds. It never goes back within one process, so
 * a ticket that has expired stays expired even if the clock is set back. May
 * be called from several threads at once.
 */
long long kit_now(void);

/* kit_ticks: milliseconds of the monotonic clock, which never jumps. */
int64_t kit_ticks(void);

#endif
