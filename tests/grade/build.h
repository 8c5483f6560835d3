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
 * build_source: reads FOLDER/FILE, a regular text file that a compiler can
 * read, into memory to be freed, without byte order mark and carriage returns.
 * NULL if there is none, it is too large, or in UTF-16; then WHY says it, until
 * the next call. build_any_text: the same of a file in UTF-16 or Latin-1, too,
 * which becomes UTF-8.
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
