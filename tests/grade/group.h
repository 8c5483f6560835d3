/* SPDX-License-Identifier: MIT */
/* The names of the students, from the file GROUP. */
#ifndef GRADE_GROUP_H
#define GRADE_GROUP_H

enum { GROUP_NAMES = 8, GROUP_NAME = 128 };

struct group {
    int count;
    char names[GROUP_NAMES][GROUP_NAME]; /* printable */
};

/*
 * group_read: reads the names in FOLDER/GROUP, one on each line. Lines that
 * begin with # are comments. If the file is missing, there are no names.
 */
void group_read(struct group *group, const char *folder);

/* group_list: prints the names in FOLDER/GROUP, one on each line. */
void group_list(const char *folder);

#endif
