/* SPDX-License-Identifier: MIT */
/* Files and folders in TMPDIR, for one test, and the contents of any file. */
#ifndef TESTS_SUPPORT_TEMP_H
#define TESTS_SUPPORT_TEMP_H

#include <stddef.h>

/*
 * temp_folder: makes a new folder PREFIX-XXXXXX with mode 0700 and writes its
 * path to OUT. If TMPDIR is too long for the path of a socket, the folder is in
 * /tmp. Returns 0, or -1 with errno. tree_remove removes it.
 */
int temp_folder(char *out, size_t out_size, const char *prefix);

/*
 * temp_file: writes LEN bytes of TEXT to a new file with mode 0600 and returns
 * its path. temp_remove: removes the file and frees the path.
 */
char *temp_file(const void *text, size_t len);
void temp_remove(char *path);

/*
 * file_read: returns the contents of PATH, terminated, and sets LEN, unless it
 * is NULL, to their length. Valid until the next call. file_write: replaces the
 * contents by LEN bytes of TEXT; a new file has mode 0600. Both fail the test
 * on errors.
 */
const char *file_read(const char *path, size_t *len);
void file_write(const char *path, const void *text, size_t len);

#endif
