/* SPDX-License-Identifier: MIT */
/* Sides of a comparison whose work is done by the program bench-parts. */
#ifndef TESTS_BENCH_PARTS_H
#define TESTS_BENCH_PARTS_H

#include "tests/bench/bench.h"
#include "tests/support/fixture.h"

/* The program bench-parts, which runs. */
struct parts {
    struct process *process;
};

/* The context of a side: a command for the program. */
struct part {
    const struct parts *parts;
    char command[PATH_SIZE + 32]; /* "seal 1024 200" */
};

/* parts_open: starts the one of fixture_builds[BUILD]. parts_close: ends it. */
struct parts parts_open(int build);
void parts_close(struct parts *parts);

/* parts_part: the command that printf would print. */
struct part parts_part(const struct parts *parts, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* parts_run: the function of a side whose context is a struct part. */
void parts_run(struct bench_result *result, const struct bench_side *side);

#endif
