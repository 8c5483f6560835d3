/* SPDX-License-Identifier: MIT */
/* The folder of one run. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/grade/lab.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"

struct lab lab;

void lab_path(char out[LAB_PATH], const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(out, LAB_PATH, format, args);
    va_end(args);
    if (n < 0 || n >= LAB_PATH) {
        kit_error("the path of a file is over %d characters: move the kit to "
                  "a shorter one",
                  LAB_PATH - 1);
        exit(EX_CANTCREAT);
    }
}

/* The path of FOLDER without links in it. */
static int set_real(char out[LAB_PATH], const char *folder)
{
    char *real = realpath(folder, NULL);

    if (real == NULL)
        return -1;
    lab_path(out, "%s", real);
    free(real);
    return 0;
}

int lab_open(void)
{
    const char *tmp = getenv("TMPDIR");
    char work[LAB_PATH], link[LAB_PATH];

    lab_path(work, "%s/grade-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(work) == NULL || set_real(lab.work, work) != 0 ||
        set_real(lab.kit, ".") != 0 ||
        set_real(lab.source, lab.submission) != 0) {
        kit_error("cannot make a folder in %s: is there room?",
                  tmp != NULL ? tmp : "/tmp");
        return -1;
    }
    /* So that a command can name the kit, whatever is in its path. */
    lab_path(link, "%s/kit", lab.work);
    return symlink(lab.kit, link);
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *at)
{
    (void)st;
    (void)at;
    /* A folder that a program made unreadable is still ours. */
    if (kind == FTW_DNR)
        chmod(path, 0700);
    return remove(path) == 0 ? 0 : 0;
}

void lab_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void lab_close(void)
{
    if (lab.work[0] != '\0')
        lab_remove(lab.work);
    lab.work[0] = '\0';
}
