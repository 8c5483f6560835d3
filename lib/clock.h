/* SPDX-License-Identifier: MIT */
/* Two clocks: one for what is written in tickets, one for waiting. */
#ifndef KIT_CLOCK_H
#define KIT_CLOCK_H

#include <stdint.h>

/*
 * kit_now: Unix seconds, but never less than at the call before: a ticket
 * that has ended in this process stays ended when somebody sets the clock
 * back. Safe from several threads.
 */
long long kit_now(void);

/* kit_ticks: milliseconds on a clock that nobody can set, from any start. */
int64_t kit_ticks(void);

#endif
