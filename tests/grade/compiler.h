/* SPDX-License-Identifier: MIT */
/* Running the compiler and the linker, and what they print. */
#ifndef GRADE_COMPILER_H
#define GRADE_COMPILER_H

#include "tests/grade/args.h"

enum { COMPILER_OUTPUT = 8000 }; /* bytes kept of the output */

/*
 * compiler_run: runs the command ARGS in the folder HERE and in the sandbox.
 * There is no shell, so no character in it is special. Returns its exit code,
 * or 128 or more if a signal ended it.
 */
int compiler_run(const struct args *args, const char *here);

/* compiler_output: what the last command printed. */
const char *compiler_output(void);

/* compiler_show_output: writes up to MOST lines of it to the transcript. */
void compiler_show_output(int most);

/*
 * compiler_first_line: its first line, printable, after introductions such as
 * "In file included from a.c:1:".
 */
const char *compiler_first_line(void);

/*
 * compiler_first_error: its first line with "error:", printable. If there is
 * none, as from the assembler, compiler_first_line.
 */
const char *compiler_first_error(void);

#endif
