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
 * The TODOs that the cause names come first: by number, by function, or by a
 * line in it. The line printed is that of the function, as the comment may have
 * been deleted. A check of code that the kit gives has only the section, and an
 * error of the compiler or a sanitizer has no section, so the text may be
 * empty. It has at most TODO_SEE bytes and is static.
 */
const char *todo_see(const struct report *report, int i);

#endif
