/* SPDX-License-Identifier: MIT */
/* Files that nobody but their owner may read: databases and keys. */
#ifndef SERVER_STORE_SECRET_FILE_H
#define SERVER_STORE_SECRET_FILE_H

#include <stdbool.h>

#include "lib/text_file.h"

/*
 * private_check: EX_OK when FD is a regular file that its owner alone can
 * read and write. Otherwise another exit code of sysexits.h, with the reason
 * and the command that mends it on standard error. PATH is its name.
 */
int private_check(int fd, const char *path) KIT_MUST_CHECK;

/*
 * private_read: the whole text file PATH, at most a megabyte, as a string for
 * the caller to wipe and free; see lib/text_file.h for ENCODING. NULL with the
 * reason on standard error. SECRET: the file must be private.
 */
char *private_read(const char *path, bool secret,
                   enum kit_encoding encoding) KIT_MUST_CHECK;

#endif
