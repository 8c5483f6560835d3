/* SPDX-License-Identifier: MIT */
/*
 * How a program under test has failed: what ended it, and what it printed
 * before.
 */
#ifndef GRADE_PROGRAM_FAILURE_H
#define GRADE_PROGRAM_FAILURE_H

#include "tests/grade/program.h"

/*
 * program_fail: fails the check because P has ended, or does nothing, while
 * EXPECTED_EVENT was expected.
 */
_Noreturn void program_fail(struct program *p, const char *expected_event);

/*
 * program_check_todo: fails the check if P has printed that one of its steps is
 * not written yet: "refused: TODO 2".
 */
void program_check_todo(const struct program *p);

/*
 * program_set_activity: sets what happens to the program, for later causes: "it
 * receives a 0-byte box" becomes "Crash when it receives a 0-byte box".
 * program_activity: " when it receives a 0-byte box", or "" if nothing was set.
 */
void program_set_activity(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
const char *program_activity(void);

/* program_clear_activity: forgets what was set. */
void program_clear_activity(void);

/*
 * program_set_exit_cause: from now on, CAUSE is the cause if the program exits
 * when it must not.
 */
void program_set_exit_cause(const char *cause);

/* program_require_sanitizer: no verdict if a sanitizer could not start in P. */
void program_require_sanitizer(const struct program *p);

/* program_check_sanitizer: fails the check if a sanitizer has reported. */
void program_check_sanitizer(struct program *p);

/*
 * program_check_growth: fails the check if MANY of WHAT ("lines") took much
 * more memory than FEW of them: MANY_KIB and FEW_KIB, as from program_memory.
 */
void program_check_growth(const char *what, int few, long few_kib, int many,
                          long many_kib);

/*
 * program_stderr_tail: the last lines of its standard error, printable.
 * program_last_words: the last one.
 */
const char *program_stderr_tail(const struct program *p);
const char *program_last_words(const struct program *p);

#endif
