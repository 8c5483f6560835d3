/* SPDX-License-Identifier: MIT */
/* Files that hold secrets: databases, keys and lists of passwords. */
#ifndef SERVER_STORE_SECRET_FILE_H
#define SERVER_STORE_SECRET_FILE_H

#include "lib/text_file.h"

/*
 * secret_file_check: returns EX_OK if FD is a regular file whose mode gives no
 * rights to group and others (0600). Otherwise returns another exit code of
 * sysexits.h, and prints the reason and the command that fixes it on standard
 * error. PATH is the file's name for these messages.
 */
int secret_file_check(int fd, const char *path) KIT_MUST_CHECK;

/* Which modes secret_file_read accepts. */
enum secret_file_mode {
    SECRET_FILE_ANY_MODE,   /* for certificates and rosters */
    SECRET_FILE_OWNER_ONLY, /* what secret_file_check accepts */
};

/*
 * secret_file_read: reads the whole text file PATH, up to 1 MiB, in ENCODING
 * (lib/text_file.h). Returns a string for the caller to wipe and free; or NULL
 * with the reason on standard error.
 */
char *secret_file_read(const char *path, enum secret_file_mode mode,
                       enum kit_encoding encoding) KIT_MUST_CHECK;

#endif
