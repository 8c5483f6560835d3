/* SPDX-License-Identifier: MIT */
#include "tests/support/temp.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

const char *file_read(const char *path, size_t *len)
{
    static char *text;
    struct stat status;
    int fd = open(path, O_RDONLY);

    ck_assert_msg(fd >= 0 && fstat(fd, &status) == 0, "cannot read %s", path);
    text = realloc(text, (size_t)status.st_size + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(read(fd, text, (size_t)status.st_size), status.st_size);
    close(fd);
    text[status.st_size] = '\0';
    if (len != NULL)
        *len = (size_t)status.st_size;
    return text;
}

void file_write(const char *path, const void *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    close(fd);
}
