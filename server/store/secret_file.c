/* SPDX-License-Identifier: MIT */
/* Reading text files, and checking that others cannot read them. */
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

int secret_file_check(int fd, const char *path)
{
    struct stat status;
    char word[KIT_QUOTED_SIZE];

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        kit_error("%s is not a regular file: name another file", path);
        return EX_DATAERR;
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        kit_shell_quote(word, path);
        kit_error("other users can read or change %s: type: chmod 600 %s", path,
                  word);
        return EX_CONFIG;
    }
    return EX_OK;
}

char *secret_file_read(const char *path, enum secret_file_mode mode,
                       enum kit_encoding encoding)
{
    char why[KIT_TEXT_FILE_WHY], *text = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        kit_error("cannot read %s: %s: check its name and its mode", path,
                  strerror(errno));
    else if (mode == SECRET_FILE_ANY_MODE ||
             secret_file_check(fd, path) == EX_OK)
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
