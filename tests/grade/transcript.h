/* SPDX-License-Identifier: MIT */
/*
 * What a check writes down while it runs. The report prints it if the check
 * fails: numbered steps, in order, so that the reader can repeat them by hand.
 *
 * Output of a program under test is made printable first (see lib/show.h): it
 * could contain control characters.
 */
#ifndef GRADE_TRANSCRIPT_H
#define GRADE_TRANSCRIPT_H

#include "tests/grade/result.h"
#include "tests/support/failure.h"

#define GRADE_PRINTF(at) __attribute__((format(printf, at, at + 1)))

/* The result of the check that runs in this process; NULL outside checks. */
extern struct result *transcript;

/* step: writes the next numbered step. */
void step(const char *format, ...) GRADE_PRINTF(1);

/* detail: writes a line below the step. */
void detail(const char *format, ...) GRADE_PRINTF(1);

/* detail_text: writes NAME and LEN bytes, printable and truncated. */
void detail_text(const char *name, const void *bytes, size_t len);

/*
 * transcript_mark: the present end of the transcript. transcript_rewind:
 * removes what was written after MARK, so that a loop leaves only the round
 * that fails.
 */
struct transcript_mark {
    size_t len;
    int step;
};
struct transcript_mark transcript_mark(void);
void transcript_rewind(struct transcript_mark mark);

/*
 * detail_difference: if the byte strings differ, writes both in hex around the
 * first difference, with a caret under it.
 */
void detail_difference(const void *wanted, size_t wanted_len,
                       const void *received, size_t received_len);

/*
 * printable: LEN bytes with control characters escaped, truncated. Returns one
 * of a few static buffers, in turn.
 */
const char *printable(const void *bytes, size_t len);

/* note: a remark that costs no points. Only the last one is kept. */
void note(const char *format, ...) GRADE_PRINTF(1);

/*
 * expected, got: what should have happened, and what did. Call them before
 * fail.
 */
void expected(const char *format, ...) GRADE_PRINTF(1);
void got(const char *format, ...) GRADE_PRINTF(1);

/* see_todo: the failure is about these TODOs, as in the ladder: "75". */
void see_todo(const char *todo);

/*
 * fail: ends this process; the check has failed, and this is the probable
 * cause. fail_as: the same with a REASON other than WRONG.
 */
#define fail(...) fail_as(WRONG, __VA_ARGS__)
_Noreturn void fail_as(enum reason reason, const char *format, ...)
    GRADE_PRINTF(2);

/*
 * no_verdict: ends this process, because this machine or the grader has failed,
 * and not the program under test. The text is the reason. fail_test does the
 * same: functions of tests/support call it.
 */
_Noreturn void no_verdict(const char *format, ...) GRADE_PRINTF(1);

/* must: no_verdict if CONDITION, which the grader itself needs, is false. */
#define must(condition) ((condition) ? (void)0 : broken(#condition, __func__))
_Noreturn void broken(const char *what, const char *where);

#endif
