/* SPDX-License-Identifier: MIT */
/* What is still to be written, in the order in which to do it. */
#ifndef GRADE_TODO_H
#define GRADE_TODO_H

#include "tests/grade/report.h"

/*
 * todo_print: the TODOs of the submission whose first check did not pass, with
 * file and line, what they are about and the command that tests them. All of
 * them where nothing was attempted yet, or else the next one alone. Nothing
 * when nothing is left.
 */
void todo_print(FILE *out, const struct report *report);

#endif
