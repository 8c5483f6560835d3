/* SPDX-License-Identifier: MIT */
/* The command lines of bubblewrap, setpriv and confine. See sandbox.h. */
#ifndef GRADE_SANDBOX_COMMAND_H
#define GRADE_SANDBOX_COMMAND_H

#include "tests/grade/args.h"

/*
 * sandbox_command_program, sandbox_command_compiler: append to COMMAND the
 * tools that make the sandbox, with their options. The caller then appends the
 * program, or the compiler, that runs in it, and its arguments. Without
 * a sandbox they append nothing.
 *
 * FOLDER is the current folder, and the only one that can be written to (with
 * setpriv, only by a compiler). READABLE is another folder that can be read.
 * ARGV is the compiler and its arguments: the folders in them can be read, too.
 * REPORT is the pipe of exec_report.h.
 */
void sandbox_command_program(struct args *command, const char *folder,
                             const char *readable, int report);
void sandbox_command_compiler(struct args *command, const char *folder,
                              const char *readable, const struct args *argv,
                              int report);

/*
 * sandbox_command_outer: appends bubblewrap and its options for the outer
 * namespaces. "--" and the program to run in them must follow.
 */
void sandbox_command_outer(struct args *command);

#endif
