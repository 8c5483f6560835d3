/* SPDX-License-Identifier: MIT */
/* Looking at a file's mode before trusting it with secrets. */
#include "server/private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/show.h"

enum { FILE_MAX = 1024 * 1024 }; /* bytes of a certificate, key or roster */

int private_check(int fd, const char *path)
{
    struct stat status;
    char word[KIT_WORD_SIZE];

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        kit_error("%s is no regular file", path);
        return EX_DATAERR;
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        kit_show_word(word, path);
        kit_error("others can get at %s; type: chmod 600 %s", path, word);
        return EX_CONFIG;
    }
    return EX_OK;
}

/* Reads up to SIZE bytes; returns how many, or -1. */
static ssize_t read_all(int fd, char *out, size_t size)
{
    size_t len = 0;
    ssize_t n;

    do {
        n = read(fd, out + len, size - len);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            len += (size_t)n;
    } while (n != 0 && len < size);
    return (ssize_t)len;
}

char *private_read(const char *path, bool secret)
{
    char *text = NULL;
    ssize_t len = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0 && secret && private_check(fd, path) != EX_OK)
        goto done;
    if (fd >= 0)
        text = calloc(1, FILE_MAX + 1);
    if (text != NULL)
        len = read_all(fd, text, FILE_MAX + 1);
    if (len < 0)
        kit_error("cannot read %s: %s", path, strerror(errno));
    else if (len > FILE_MAX || strlen(text) != (size_t)len)
        kit_error("%s is too large or no text", path);
    if (len >= 0 && len <= FILE_MAX && strlen(text) == (size_t)len)
        goto done;
    if (text != NULL)
        kit_wipe(text, FILE_MAX + 1);
    free(text);
    text = NULL;
done:
    if (fd >= 0)
        close(fd);
    return text;
}
