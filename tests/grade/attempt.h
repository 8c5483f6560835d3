/* SPDX-License-Identifier: MIT */
/*
 * The course's rule: was something attempted? An attempt is a change to the
 * code of sender.c or receiver.c that is more than comments and white space
 * against the shipped starter, whether it compiles or not.
 *
 * The starter that was shipped is known by its fingerprint alone, since
 * students write over it: SHA-256 of its tokens, a line a file.
 */
#ifndef GRADE_ATTEMPT_H
#define GRADE_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>

enum { ATTEMPT_PRINT = 65 }; /* a fingerprint in hex and its zero */

struct attempt {
    bool made;
    char why[512]; /* "sender.c was changed; receiver.c is as shipped" */
};

/* attempt_print: the fingerprint of TEXT, a C file. */
void attempt_print(char out[ATTEMPT_PRINT], const char *text);

/*
 * attempt_look: compares the files of FOLDER with the fingerprints in the file
 * SHIPPED. Returns 0, or -1 when there are no fingerprints.
 */
int attempt_look(struct attempt *attempt, const char *folder,
                 const char *shipped);

/* attempt_list: prints the fingerprints of the files of FOLDER. 0 or -1. */
int attempt_list(const char *folder);

#endif
