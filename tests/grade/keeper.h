/* SPDX-License-Identifier: MIT */
/*
 * The keeper: the process between the scheduler and one check. When the
 * check has ended, it copies the verdict to where no check can change it, and
 * kills what the check left behind.
 */
#ifndef GRADE_KEEPER_H
#define GRADE_KEEPER_H

#include <stdint.h>

#include "tests/grade/ladder.h"
#include "tests/grade/result.h"

/*
 * keeper_share: allocates COUNT results that keepers can write to, but checks
 * cannot. Returns NULL if out of memory.
 */
struct result *keeper_share(int count);

/*
 * keeper_run: becomes the keeper of CHECK, in a process that was just forked.
 * OUT, from keeper_share, is set when the check has ended; of its old values,
 * only last_try is used. Exits with a code other than 0 if CHECK could not run;
 * then OUT has the reason, unless the library Check itself has exited.
 */
_Noreturn void keeper_run(const struct check *check, struct result *out);

/*
 * keeper_settle: completes R, the result of a check that took MILLISECONDS. If
 * the check has set no verdict, it has failed: too slow, or killed.
 */
void keeper_settle(struct result *r, int64_t milliseconds);

#endif
