/* SPDX-License-Identifier: MIT */
/*
 * A program that is wrong on purpose, or right in another way: the solution
 * (or the starter) with a few lines replaced, and what the grader must make of
 * it. A file of this folder, S01.mutant, reads
 *
 *     title: the nonce is always zero
 *     fails: M5-05
 *     says: The nonce is always zero.
 *
 *     sender.c <<<
 *     lines of the solution, which stand there once
 *     ===
 *     lines to put in their place
 *     >>>
 *
 * Other heads are base: (starter, or solution, which is usual), points: and
 * attempt: (what it must score), only: (the checks to run; otherwise those of
 * the programs that were changed) and reason: (the word of the failure).
 * Nothing before === means the whole file.
 */
#ifndef MUTANTS_MUTANT_H
#define MUTANTS_MUTANT_H

#include <stdbool.h>

enum { MUTANT_PATH = 512, MUTANT_FAILS = 8 };

struct mutant {
    char id[64]; /* "S01" */
    char title[160];
    char base[MUTANT_PATH];
    char fails[64]; /* ids with spaces between */
    char says[300];
    char reason[32];
    char only[64];
    int points, attempt;   /* -1: it does not matter */
    bool sender, receiver; /* which programs it changes */
};

/*
 * mutant_make: reads the file at PATH and writes the program that comes of it
 * to FOLDER. Returns 0; or -1 and says what is wrong with the file.
 */
int mutant_make(struct mutant *mutant, const char *path, const char *folder);

#endif
