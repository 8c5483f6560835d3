/* SPDX-License-Identifier: MIT */
/* Sides of a comparison that are work of the program parts. */
#ifndef TESTS_BENCH_PARTS_H
#define TESTS_BENCH_PARTS_H

#include "tests/bench/bench.h"
#include "tests/support/fixture.h"

/* The program, built with one backend. */
struct parts {
    struct process *process;
};

/* The context of a side: a command of the program. */
struct part {
    const struct parts *parts;
    char command[PATH_SIZE + 32]; /* "seal 1024 200" */
};

/* parts_open: starts that of fixture_builds[BUILD]. parts_close: ends it. */
struct parts parts_open(int build);
void parts_close(struct parts *parts);

/* parts_part: the command that FORMAT and its arguments result in. */
struct part parts_part(const struct parts *parts, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* parts_run: the function of a side whose context is a struct part. */
void parts_run(struct bench_result *result, const struct bench_side *side);

#endif
