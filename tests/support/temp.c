/* SPDX-License-Identifier: MIT */
#include "tests/support/temp.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = 40, FILE_PATH = 4096 };

static const char *folder(void)
{
    const char *tmp = getenv("TMPDIR");

    return tmp != NULL ? tmp : "/tmp";
}

int temp_folder(char *out, size_t out_size, const char *prefix)
{
    const char *in = strlen(folder()) < LONGEST ? folder() : "/tmp";

    snprintf(out, out_size, "%s/%s-XXXXXX", in, prefix);
    return mkdtemp(out) != NULL ? 0 : -1;
}

char *temp_file(const void *text, size_t len)
{
    char *path = malloc(FILE_PATH);
    int fd;

    ck_assert_ptr_nonnull(path);
    snprintf(path, FILE_PATH, "%s/kit-XXXXXX", folder());
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    close(fd);
    return path;
}

void temp_remove(char *path)
{
    unlink(path);
    free(path);
}
