/* SPDX-License-Identifier: MIT */
/* Removing a folder without a shell. */
#define _XOPEN_SOURCE 700 /* nftw */

#include "tests/support/tree.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

enum { OPEN_FOLDERS = 16 }; /* at the same time; nftw can still go deeper */

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *place)
{
    return remove(path);
}

int tree_remove(const char *path)
{
    /* Removes contents before their folder, and does not follow links. */
    if (nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0)
        return 0;
    return errno == ENOENT ? 0 : -1;
}
