/* SPDX-License-Identifier: MIT */
/* What make tells the grader: compiler, libraries, the kit's objects. */
#ifndef GRADE_CONF_H
#define GRADE_CONF_H

/*
 * conf_read: fills in what `lab` has from the file at PATH, which make wrote:
 * a line for each word, a key in front of it, and "end" as the last line.
 * Files in it that are not absolute are in the folder KIT. Returns 0, or -1
 * with an error.
 */
int conf_read(const char *path, const char *kit);

#endif
