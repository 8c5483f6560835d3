/* SPDX-License-Identifier: MIT */
/* Whether the machine kept running: it may be suspended, or its clock set. */
#ifndef GRADE_PULSE_H
#define GRADE_PULSE_H

#include <stdint.h>

/*
 * pulse_begin: from here until pulse_end a signal interrupts the calls of this
 * process, such as waitpid, about once a second. Children that it forks get no
 * such signal.
 */
void pulse_begin(void);
void pulse_end(void);

/*
 * pulse_look: to be called after every such call. Notices if more time has
 * passed since the last one than a running machine needs.
 */
void pulse_look(void);

/*
 * pulse_missed: when that was noticed last, on the clock of kit_ticks; 0 if
 * never.
 */
int64_t pulse_missed(void);

#endif
