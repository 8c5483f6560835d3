/* SPDX-License-Identifier: MIT */
/*
 * Compiling a submission. Only sender.c and receiver.c come from its folder.
 * Headers, libraries and compiler options are the kit's.
 */
#ifndef GRADE_BUILD_H
#define GRADE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

enum { BUILD_SOURCE_MAX = 1 << 20 }; /* bytes of one file */

/*
 * build_read_source: reads the text file FOLDER/FILE, without byte order mark
 * and carriage returns. The caller frees the result. Returns NULL if the file
 * is missing, not a regular file, too large, or in UTF-16; then WHY is the
 * reason, valid until the next call. build_read_any_text does the same, but
 * converts UTF-16 and Latin-1 to UTF-8.
 */
char *build_read_source(const char **why, const char *folder, const char *file);
char *build_read_any_text(const char **why, const char *folder,
                          const char *file);

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
