/* SPDX-License-Identifier: MIT */
/* Secrets in places where others can read them. */
#ifndef GRADE_LEAKS_H
#define GRADE_LEAKS_H

#include "tests/grade/program.h"

/* One secret and what it is called. A list ends with NULL. */
struct leak {
    const char *what, *text;
};

/* leaks_find: whether TEXT stands anywhere in LEN bytes. */
bool leaks_find(const void *bytes, size_t len, const char *text);

/* leaks_in_process: the command line and the environment, where /proc is. */
void leaks_in_process(const struct program *p, const struct leak *leaks);

/* leaks_in_output: standard output and standard error. */
void leaks_in_output(const struct program *p, const struct leak *leaks);

/* leaks_in_files: files in the current folder that the grader did not make. */
void leaks_in_files(const struct leak *leaks);

#endif
