/* SPDX-License-Identifier: MIT */
/*
 * The result of one check. It is in memory that the grader shares with the
 * process that runs the check. Before the check starts, its verdict is set to
 * RUNNING. A check that dies leaves it that way, and keeper_settle then changes
 * it to FAILED, so only a check that completes can pass.
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
    SKIPPED, /* a check that it needs did not pass */
    BROKEN,  /* this machine failed, not the program: there is no verdict */
};

/* Why a check failed. */
enum reason {
    WRONG,     /* the program did not do what it should */
    UNWRITTEN, /* a TODO is still as handed out */
    SIGNALLED, /* a signal ended it */
    SANITIZER, /* a sanitizer has reported an error */
    EXITED,    /* it exited too early */
    TIME_OUT,  /* the program did not do it in time */
    FLOOD,     /* it printed too much */
    REFUSED,   /* it refuses connections */
    PORT_USED, /* another program has a port that the check needs */
    VANISHED,  /* the process of the check was killed */
};

enum {
    RESULT_STEPS = 32768, /* bytes of the transcript */
    RESULT_GROUPS = 256,  /* process groups that a check may start */
};

struct result {
    enum verdict verdict;
    enum reason reason;
    char cause[1100];    /* the probable cause, in one or two sentences */
    char expected[1024]; /* see expected() in transcript.h */
    char got[1024];      /* see got() */
    char note[512];      /* a remark that costs no points */
    char todo[8];        /* the TODOs to look at; "": those of the ladder */
    char fix_first[8];   /* if SKIPPED: the id of the check to fix first */
    bool last_try;       /* if this machine fails again, there is no report */
    int step;            /* the number of the last step */
    size_t steps_len;
    char steps[RESULT_STEPS]; /* the transcript: numbered steps and details */
    int group_count;
    pid_t groups[RESULT_GROUPS]; /* to be killed when the check is over */
    int milliseconds;
};

/* reason_word: "crashed", "time-out", ... */
const char *reason_word(enum reason reason);

#endif
