/* SPDX-License-Identifier: MIT */
/* Files and folders in TMPDIR, for one test. */
#ifndef TESTS_SUPPORT_TEMP_H
#define TESTS_SUPPORT_TEMP_H

#include <stddef.h>

/*
 * temp_folder: makes a new folder PREFIX-XXXXXX with mode 0700 and writes its
 * path to OUT. In /tmp if TMPDIR is too long: sockets and command lines have
 * limits. Returns 0, or -1 with errno. tree_remove removes it.
 */
int temp_folder(char *out, size_t out_size, const char *prefix);

/*
 * temp_file: writes LEN bytes of TEXT to a new file with mode 0600 and returns
 * its path. temp_remove: removes the file and frees the path.
 */
char *temp_file(const void *text, size_t len);
void temp_remove(char *path);

#endif
