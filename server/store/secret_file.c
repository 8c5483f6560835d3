/* SPDX-License-Identifier: MIT */
/* Looking at a file's mode before trusting it with secrets. */
#include "server/store/secret_file.h"

#include <errno.h>
#include <fcntl.h>
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
    char word[KIT_QUOTED_SIZE];

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        kit_error("%s is no regular file", path);
        return EX_DATAERR;
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        kit_shell_quote(word, path);
        kit_error("others can get at %s; type: chmod 600 %s", path, word);
        return EX_CONFIG;
    }
    return EX_OK;
}

char *private_read(const char *path, bool secret, enum kit_encoding encoding)
{
    char why[KIT_TEXT_FILE_WHY], *text = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        kit_error("cannot read %s: %s", path, strerror(errno));
    else if (!secret || private_check(fd, path) == EX_OK)
        text = kit_text_file_read(why, fd, FILE_MAX, encoding);
    else
        goto done;
    if (fd >= 0 && text == NULL)
        kit_error("cannot read %s: %s", path, why);
done:
    if (fd >= 0)
        close(fd);
    return text;
}
