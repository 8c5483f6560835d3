/* SPDX-License-Identifier: MIT */
/* How the programs that make bench runs give up. */
#ifndef TESTS_BENCH_FAIL_H
#define TESTS_BENCH_FAIL_H

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

/*
 * fail: prints what the program cannot do ("open the database") and exits. The
 * figure of a program that continued after an error would be wrong.
 */
static inline _Noreturn void fail(const char *what)
{
    fprintf(stderr, "cannot %s\n", what);
    exit(EX_SOFTWARE);
}

#endif
