/* SPDX-License-Identifier: MIT */
/* What an object file of a submission contains besides a program's own code. */
#ifndef GRADE_OBJECT_H
#define GRADE_OBJECT_H

#include <stdbool.h>

enum { OBJECT_NAME = 64 }; /* bytes of a name, at most */

/*
 * object_has_foreign: whether the object file at PATH has something that only a
 * compiler makes: a section for link-time optimization, which tells the linker
 * to run commands, a definition of a sanitizer's function or variable, or a
 * call that makes a sanitizer report less. WHAT becomes its name. It also
 * returns true, with "" in WHAT, if the file is not a correct ELF file. On
 * other systems than Linux it returns false.
 */
bool object_has_foreign(char what[OBJECT_NAME], const char *path);

#endif
