/* SPDX-License-Identifier: MIT */
/*
 * What came of one check. It lies in memory that the grader shares with the
 * process that runs the check, and begins as all zero: nothing was run, no
 * points. A check that ends in any way but the right one leaves it so.
 */
#ifndef GRADE_RESULT_H
#define GRADE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum verdict {
    NOT_RUN,
    RUNNING,
    PASSED,
    FAILED,
    SKIPPED,
    BROKEN, /* the machine's fault: no verdict, and no report of the run */
};

/* Why a check failed, where it makes a difference to whoever looks for it. */
enum reason {
    WRONG,     /* the program does something else than it should */
    SIGNALLED, /* it was ended by a signal */
    SANITIZER, /* address or undefined sanitizer has found something */
    TIME_OUT,  /* what should happen did not happen in time */
    FLOOD,     /* it writes without end */
    REFUSED,   /* it does not let anybody connect */
    VANISHED,  /* the check's own process was ended from outside */
};

enum {
    RESULT_STEPS = 32768, /* bytes of transcript kept */
    RESULT_GROUPS = 256,  /* process groups that a check may start */
};

struct result {
    enum verdict verdict;
    enum reason reason;
    char cause[1100]; /* the likely cause, a sentence or two */
    char wanted[1024];
    char got[1024];
    char note[512]; /* worth knowing, no failure */
    char blame[8];  /* SKIPPED: the check to mend first */
    int step;       /* the last one of the transcript */
    size_t steps_len;
    char steps[RESULT_STEPS]; /* numbered steps, with what was sent and came */
    int group_count;
    pid_t groups[RESULT_GROUPS]; /* to be ended when the check is over */
    int milliseconds;
};

/* reason_word: "crashed", "time-out", ... */
const char *reason_word(enum reason reason);

#endif
