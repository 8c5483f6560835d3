/* SPDX-License-Identifier: MIT */
/*
 * The temporary folder of this run. It holds a copy of the part of the kit that
 * a submission may see, a folder to build each program in, the built programs,
 * and a home for each check.
 */
#ifndef GRADE_WORKSPACE_H
#define GRADE_WORKSPACE_H

#include <sys/types.h>

#include "tests/grade/config.h"
#include "tests/grade/path.h"

struct workspace {
    char source[PATH_SIZE]; /* the folder that has sender.c and receiver.c */
    char folder[PATH_SIZE]; /* the temporary folder */
};

extern struct workspace workspace;

/*
 * workspace_open: makes the folder, to grade the programs in SOURCE. Returns 0,
 * or -1 with an error.
 */
int workspace_open(const char *source);

/*
 * workspace_copy: copies the regular file FROM to the new file TO, with MODE. A
 * program under test may have made FROM, so a link is not followed. Returns 0,
 * or -1 with errno.
 */
int workspace_copy(const char *to, const char *from, mode_t mode);

/* workspace_close: removes the folder. */
void workspace_close(void);

/* workspace_selftest: the path of the copy of config.selftest[I]. */
void workspace_selftest(char out[PATH_SIZE], int i);

/*
 * workspace_write_password: writes PASSWORD to the file "password" in the
 * current folder, readable only by the user of the programs under test.
 */
void workspace_write_password(const char *password);

#endif
