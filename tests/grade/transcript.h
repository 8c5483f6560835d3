/* SPDX-License-Identifier: MIT */
/*
 * What a check says while it runs. Steps are written down always and shown
 * when the check fails: numbered, in the order in which they happened, so that
 * whoever reads them could do them by hand.
 *
 * Whatever a program under test has written is shown as lib/show.h shows the
 * text of strangers.
 */
#ifndef GRADE_TRANSCRIPT_H
#define GRADE_TRANSCRIPT_H

#include "tests/grade/result.h"

#define GRADE_PRINTF(at) __attribute__((format(printf, at, at + 1)))

/* The result of the check that this process runs. */
extern struct result *transcript;

/* step: the next numbered step. */
void step(const char *format, ...) GRADE_PRINTF(1);

/* detail: a line below the step. */
void detail(const char *format, ...) GRADE_PRINTF(1);

/* detail_text: NAME and LEN bytes, made harmless, cut where they are long. */
void detail_text(const char *name, const void *bytes, size_t len);

/*
 * detail_differ: the two byte strings in hex around the first byte in which
 * they differ, with a caret under it. Nothing where they are equal.
 */
void detail_differ(const void *wanted, size_t wanted_len, const void *got,
                   size_t got_len);

/* shown: LEN bytes made harmless and cut, in one of a few static buffers. */
const char *shown(const void *bytes, size_t len);

/* note: something that does not cost points. The last one is kept. */
void note(const char *format, ...) GRADE_PRINTF(1);

/* expected, got: the two lines that a failure is about. Before fail. */
void expected(const char *format, ...) GRADE_PRINTF(1);
void got(const char *format, ...) GRADE_PRINTF(1);

/* fail: the check has failed with this likely cause. Ends the process. */
_Noreturn void fail(const char *format, ...) GRADE_PRINTF(1);
_Noreturn void fail_as(enum reason reason, const char *format, ...)
    GRADE_PRINTF(2);

/*
 * no_verdict: the machine failed, or the grader, and not the program under
 * test: the check has no verdict, and this is the reason. Ends the process.
 */
_Noreturn void no_verdict(const char *format, ...) GRADE_PRINTF(1);

/* must: something that the grader itself needs; otherwise no_verdict. */
#define must(condition) ((condition) ? (void)0 : broken(#condition, __func__))
_Noreturn void broken(const char *what, const char *where);

#endif
