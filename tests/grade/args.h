/* SPDX-License-Identifier: MIT */
/* A growing array of command-line arguments for exec. No shell is involved. */
#ifndef GRADE_ARGS_H
#define GRADE_ARGS_H

#include <stddef.h>

/* Initialize with zeros. */
struct args {
    char **argv; /* COUNT arguments and a NULL; NULL while COUNT is 0 */
    size_t count;
    size_t capacity; /* elements allocated for argv */
};

/* args_add: appends a copy of ARG. Returns 0, or -1 if out of memory. */
int args_add(struct args *args, const char *arg);

/*
 * args_add_all: appends copies of some arguments; the last one is NULL. If out
 * of memory, the check ends without a verdict; outside a check the program
 * exits with EX_OSERR and an error.
 */
void args_add_all(struct args *args, ...) __attribute__((sentinel));

/* args_append: appends copies of all arguments of MORE. Returns 0 or -1. */
int args_append(struct args *args, const struct args *more);

/* args_free: frees all arguments. ARGS is empty afterwards. */
void args_free(struct args *args);

#endif
