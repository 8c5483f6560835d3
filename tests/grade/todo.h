/* SPDX-License-Identifier: MIT */
/* Where in the student's files a TODO is. */
#ifndef GRADE_TODO_H
#define GRADE_TODO_H

#include "tests/grade/report.h"

enum { TODO_SEE = 4096 };

/*
 * todo_print: prints the TODOs whose first check did not pass, each with file,
 * line, description and the command that tests it. It prints nothing if none is
 * left.
 */
void todo_print(FILE *out, const struct report *report);

/*
 * todo_see: where to look for the mistake that failed check I:
 *
 *     TODO 2, seal_text (starter/sender.c:89); handout/protocol.md section 2
 *
 * The line is that of the function, as the comment may have been deleted. A
 * check of code that the kit gives has only the section. The text, of at
 * most TODO_SEE bytes, is static.
 */
const char *todo_see(const struct report *report, int i);

#endif
