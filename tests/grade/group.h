/* SPDX-License-Identifier: MIT */
/* Whose work it is: the names in the file GROUP. */
#ifndef GRADE_GROUP_H
#define GRADE_GROUP_H

enum { GROUP_NAMES = 8, GROUP_NAME = 128 };

struct group {
    int count;
    char names[GROUP_NAMES][GROUP_NAME]; /* made harmless */
};

/*
 * group_read: the names in FOLDER/GROUP, one a line; lines that begin with #
 * and what was handed out are none. A missing file gives none.
 */
void group_read(struct group *group, const char *folder);

/* group_list: prints the names in FOLDER/GROUP, one a line. */
void group_list(const char *folder);

#endif
