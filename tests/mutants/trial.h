/* SPDX-License-Identifier: MIT */
/* One run of the grader on one mutant, and whether its report is right. */
#ifndef MUTANTS_TRIAL_H
#define MUTANTS_TRIAL_H

#include <stdint.h>
#include <sys/types.h>

#include "tests/mutants/mutant.h"

struct trial {
    struct mutant mutant;
    const char *grader; /* build/libsodium/grade.sh */
    bool named; /* run only the checks that must fail, unless points count */
    char folder[MUTANT_PATH], report[MUTANT_PATH];
    char tmp[MUTANT_PATH]; /* TMPDIR of the grader: must be empty at the end */
    pid_t pid;
    int64_t start;
    int milliseconds, code;
    bool good;
    char why[700];      /* a summary of the report, or what is wrong with it */
    char verdicts[600]; /* "B-01p M4-01f ", to compare two runs */
};

/* trial_start: starts the grader. Returns 0 or -1. */
int trial_start(struct trial *trial);

/* trial_finish: judges the report of a grader that ended with STATUS. */
void trial_finish(struct trial *trial, int status);

#endif
