/* SPDX-License-Identifier: MIT */
/* Where in a hand-in sender.c and receiver.c are. */
#ifndef GRADE_HANDIN_H
#define GRADE_HANDIN_H

#include "tests/grade/lab.h"

/*
 * handin_find: sets OUT to FOLDER if sender.c or receiver.c is in it, or else
 * to the one folder in it that has them, as after unpacking an archive that
 * has a folder on top. What macOS adds (__MACOSX, names that begin with a dot)
 * does not count. Returns EX_OK. Returns another exit code, with an error, if
 * no folder or several have these files, or if the grader may not read one.
 */
int handin_find(char out[LAB_PATH], const char *folder);

/* handin_missing: the file that FOLDER, which was found, lacks; or NULL. */
const char *handin_missing(const char *folder);

/*
 * handin_similar: the name of a file in FOLDER that was probably meant to be
 * FILE: "Sender.c" or "sender.c.txt" for "sender.c". It is safe to print and
 * may be cut. Returns static memory, or NULL if no name is similar.
 */
const char *handin_similar(const char *folder, const char *file);

/*
 * handin_look: whether the grader can read every file of a hand-in in FOLDER;
 * GROUP may be absent. Returns EX_OK; or EX_NOINPUT with an error.
 */
int handin_look(const char *folder);

#endif
