/* SPDX-License-Identifier: MIT */
/* The list of TODOs that are left. */
#ifndef GRADE_TODO_H
#define GRADE_TODO_H

#include "tests/grade/report.h"

/*
 * todo_print: prints the TODOs whose first check did not pass, each with file,
 * line, description and the command that tests it. If something was attempted
 * already, it prints only the next one. It prints nothing if none is left.
 */
void todo_print(FILE *out, const struct report *report);

#endif
