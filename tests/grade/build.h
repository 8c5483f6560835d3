/* SPDX-License-Identifier: MIT */
/*
 * The submission, compiled by the grader's own rules: of a folder only
 * sender.c and receiver.c are taken, everything else is the kit's.
 */
#ifndef GRADE_BUILD_H
#define GRADE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

enum { BUILD_SOURCE_MAX = 1 << 20 }; /* bytes of one file */

/*
 * build_source: reads the text file FOLDER/FILE, without byte order mark and
 * carriage returns. The caller frees the result. Returns NULL if the file is
 * missing, not a regular file, too large, or in UTF-16; then WHY is the reason,
 * valid until the next call. build_any_text: the same, but converts UTF-16 and
 * Latin-1 to UTF-8.
 */
char *build_source(const char **why, const char *folder, const char *file);
char *build_any_text(const char **why, const char *folder, const char *file);

/*
 * build_program: compiles NAME ("sender") and links it with every backend
 * into the folder of this run. The check fails if that does not work.
 */
void build_program(const char *name);

/*
 * build_known: builds the program selftest.c, which is known to be right, by
 * the same commands, under NAME. No verdict if that does not work.
 */
void build_known(const char *name);

/* build_warnings: the compiler's warnings about NAME, "" for none. */
const char *build_warnings(const char *name);

#endif
