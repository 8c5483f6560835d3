/* SPDX-License-Identifier: MIT */
/* A program of one test only: an hour's load, a benchmark. */
#ifndef ATTACK_ALONE_H
#define ATTACK_ALONE_H

#include <check.h>

/*
 * alone_run: runs TEST, for at most SECONDS, with a folder for its figures
 * and logs, and prints the figures. Returns the exit code for main. TEST ends
 * with exit(EXIT_SUCCESS): how long it took, Check counts in microseconds, and
 * an hour of them does not fit.
 */
int alone_run(const char *name, const TTest *test, int seconds);

#endif
