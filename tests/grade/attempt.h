/* SPDX-License-Identifier: MIT */
/*
 * Whether the students attempted the task, by the rule of the course: the code
 * of sender.c or receiver.c differs from the starter in more than comments and
 * white space. It need not compile.
 *
 * Students overwrite the starter, so the grader knows only the fingerprint of
 * each original file: SHA-256 of its tokens. shipped.txt has one line for each.
 */
#ifndef GRADE_ATTEMPT_H
#define GRADE_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>

enum { ATTEMPT_FINGERPRINT = 65 }; /* hex digits and the terminating zero */

struct attempt {
    bool made;
    char why[512]; /* "sender.c was changed; receiver.c is as handed out" */
};

/* attempt_fingerprint: computes the fingerprint of TEXT, a C file. */
void attempt_fingerprint(char out[ATTEMPT_FINGERPRINT], const char *text);

/*
 * attempt_check: compares the files in FOLDER with the fingerprints in the file
 * SHIPPED. Returns 0, or -1 with an error if SHIPPED lacks a fingerprint.
 */
int attempt_check(struct attempt *attempt, const char *folder,
                  const char *shipped);

/*
 * attempt_print_fingerprints: prints the fingerprints of the files in FOLDER,
 * in the format of shipped.txt. Returns 0, or -1 with an error.
 */
int attempt_print_fingerprints(const char *folder);

#endif
