/* SPDX-License-Identifier: MIT */
/* A folder and all that is in it. */
#ifndef TESTS_SUPPORT_TREE_H
#define TESTS_SUPPORT_TREE_H

/*
 * tree_remove: removes PATH, a file or a folder with everything in it. A
 * symbolic link is removed, never followed. PATH never reaches a shell, so it
 * may contain any character. Returns 0; or -1 with errno set, and then some of
 * it may be left. It is not an error if PATH does not exist.
 */
int tree_remove(const char *path);

#endif
