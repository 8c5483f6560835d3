/* SPDX-License-Identifier: MIT */
/* Programs of the system, such as bwrap. */
#ifndef GRADE_TOOL_H
#define GRADE_TOOL_H

#include <stdbool.h>

#include "tests/grade/path.h"

/*
 * tool_find: looks for the program NAME in the folders of the variable PATH.
 * Sets OUT to its path and returns true; or to "" and returns false.
 */
bool tool_find(char out[PATH_SIZE], const char *name);

#endif
