/* SPDX-License-Identifier: MIT */
/* Files that nobody but their owner may read: databases and keys. */
#ifndef SERVER_PRIVATE_H
#define SERVER_PRIVATE_H

#include "backends/crypto.h"

/*
 * private_check: EX_OK when FD is a regular file that its owner alone can
 * read and write. Otherwise another exit code of sysexits.h, with the reason
 * and the command that mends it on standard error. PATH is its name.
 */
int private_check(int fd, const char *path) KIT_MUST_CHECK;

/*
 * private_read: the whole file PATH as a string, to be wiped and freed, or
 * NULL with the reason on standard error. SECRET: it must be private.
 */
char *private_read(const char *path, bool secret) KIT_MUST_CHECK;

#endif
