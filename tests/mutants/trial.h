/* SPDX-License-Identifier: MIT */
/* One run of the grader on one mutant, and whether it said what it must. */
#ifndef MUTANTS_TRIAL_H
#define MUTANTS_TRIAL_H

#include <stdint.h>
#include <sys/types.h>

#include "tests/mutants/mutant.h"

struct trial {
    struct mutant mutant;
    const char *grader; /* build/libsodium/grade.sh */
    bool named; /* run only the checks that must fail, where points allow it */
    char folder[MUTANT_PATH], report[MUTANT_PATH];
    char tmp[MUTANT_PATH]; /* TMPDIR of the grader: empty in the end */
    pid_t pid;
    int64_t start;
    int milliseconds, code;
    bool good;
    char why[700];      /* what it said, or what it did not say */
    char verdicts[600]; /* "B-01 pass" and so on, for comparing two runs */
};

/* trial_start: begins it. Returns 0 or -1. */
int trial_start(struct trial *trial);

/* trial_finish: STATUS is waitpid's; judges the report. */
void trial_finish(struct trial *trial, int status);

#endif
