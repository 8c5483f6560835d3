/* SPDX-License-Identifier: MIT */
/* Finding out why a receiver refuses a good line. */
#ifndef GRADE_DIAGNOSE_RECEIVER_H
#define GRADE_DIAGNOSE_RECEIVER_H

#include "tests/grade/receiver_harness.h"

/*
 * diagnose_receiver: sends tickets and messages with one of the usual mistakes
 * each (mistakes.h). Returns true if the receiver shows one of them; then CAUSE
 * describes that mistake.
 */
bool diagnose_receiver(char cause[MISTAKE_CAUSE], struct receiver_harness *h);

#endif
