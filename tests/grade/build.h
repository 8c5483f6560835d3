/* SPDX-License-Identifier: MIT */
/*
 * Compiling a submission. Only sender.c and receiver.c come from its folder.
 * Headers, libraries and compiler options are the kit's.
 */
#ifndef GRADE_BUILD_H
#define GRADE_BUILD_H

/*
 * build_program: compiles NAME ("sender"), links it with every backend, and
 * puts the programs into the workspace. If that fails, the check fails.
 */
void build_program(const char *name);

/*
 * build_selftest: builds selftest.c, a correct program, with the same commands
 * and calls it NAME. If that fails, there is no verdict.
 */
void build_selftest(const char *name);

/*
 * build_warning: the first warning of the compiler about NAME, printable, and
 * how many more there are; or NULL. The text is static.
 */
const char *build_warning(const char *name);

#endif
