/* SPDX-License-Identifier: MIT */
/* What a receiver under test opens instead of what it should. */
#ifndef GRADE_DIAGNOSE_H
#define GRADE_DIAGNOSE_H

#include "tests/grade/post.h"

/*
 * diagnose: sends tickets and messages that are sealed in the usual wrong ways,
 * one mistake at a time. True: one was shown, and CAUSE names the mistake.
 */
bool diagnose(char cause[GUESS_CAUSE], struct post *post);

#endif
