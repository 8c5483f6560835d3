/* SPDX-License-Identifier: MIT */
/* File paths, in buffers of one size. */
#ifndef GRADE_PATH_H
#define GRADE_PATH_H

#include <stdbool.h>

enum { PATH_SIZE = 1024 };

/*
 * path_format: prints a path to OUT. If the path is too long, the check ends
 * without a verdict; outside a check the program exits with EX_CANTCREAT and an
 * error.
 */
void path_format(char out[PATH_SIZE], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* path_is_below: whether PATH is FOLDER or below it. */
bool path_is_below(const char *path, const char *folder);

#endif
