/* SPDX-License-Identifier: MIT */
/* Finding sender.c and receiver.c in a hand-in. */
#ifndef GRADE_HANDIN_H
#define GRADE_HANDIN_H

#include "tests/grade/path.h"

/*
 * handin_find: sets OUT to the folder that has sender.c or receiver.c: FOLDER
 * itself, or the only folder directly in it that has them, as after unpacking
 * an archive. What macOS adds (__MACOSX, names that begin with a dot) is
 * ignored. Returns EX_OK. Returns another exit code, with an error, if FOLDER
 * is a symbolic link, if no folder or several have these files, or if the
 * grader may not read one of them.
 */
int handin_find(char out[PATH_SIZE], const char *folder);

/* handin_missing: which of the two files is not in FOLDER; NULL if none. */
const char *handin_missing(const char *folder);

/*
 * handin_similar: the name of a file in FOLDER that was probably meant to be
 * FILE: "Sender.c" or "sender.c.txt" for "sender.c". It is printable and may be
 * truncated. Returns static memory, or NULL if no name is similar.
 */
const char *handin_similar(const char *folder, const char *file);

/*
 * handin_check: whether the grader can read sender.c, receiver.c and, if it
 * exists, GROUP in FOLDER. Returns EX_OK, or EX_NOINPUT with an error.
 */
int handin_check(const char *folder);

#endif
