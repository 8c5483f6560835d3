/* SPDX-License-Identifier: MIT */
/*
 * Finding out why a receiver under test does not show a good line. These
 * functions send it more lines, good and bad, to see which of them it shows.
 * Then they fail the check with the probable mistake.
 */
#ifndef GRADE_DIAGNOSE_RECEIVER_H
#define GRADE_DIAGNOSE_RECEIVER_H

#include "tests/grade/craft.h"
#include "tests/grade/receiver_harness.h"

/*
 * diagnose_not_shown: fails the check because GOOD, the first line of alice's
 * chat, was not shown. WANTED is how it should have been shown.
 */
_Noreturn void diagnose_not_shown(struct receiver_harness *h,
                                  const struct crafted_m5 *good,
                                  const char *wanted);

/* diagnose_empty: fails the check because a text was shown as an empty one. */
_Noreturn void diagnose_empty(struct receiver_harness *h);

#endif
