/* SPDX-License-Identifier: MIT */
/*
 * Looking for secrets where other users can read them. These functions fail the
 * check if they find one, or a part of it: unchanged, in hex, in base64 or as
 * decimal numbers. (Memory leaks are found by LeakSanitizer.)
 */
#ifndef GRADE_SECRET_LEAKS_H
#define GRADE_SECRET_LEAKS_H

#include "tests/grade/program.h"

/* A secret: what it is ("password") and its bytes. A list ends with NULL. */
struct known_secret {
    const char *what;
    const void *bytes;
    size_t len; /* 0: bytes is a string */
};

/* secret_leaks_contain: whether the LEN bytes contain TEXT. */
bool secret_leaks_contain(const void *bytes, size_t len, const char *text);

/*
 * secret_leaks_in_process: searches the command line and environment of P,
 * which ps shows. Needs /proc; elsewhere it does nothing.
 */
void secret_leaks_in_process(const struct program *p,
                             const struct known_secret *secrets);

/* secret_leaks_in_output: searches standard output and standard error of P. */
void secret_leaks_in_output(const struct program *p,
                            const struct known_secret *secrets);

/* secret_leaks_in_files: searches the files that P made in this folder. */
void secret_leaks_in_files(const struct known_secret *secrets);

#endif
