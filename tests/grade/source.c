/* SPDX-License-Identifier: MIT */
#include "tests/grade/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/text_file.h"
#include "tests/grade/path.h"

/* Reads FOLDER/FILE. Returns NULL and sets WHY if that is impossible. */
static char *read_text(const char **why, const char *folder, const char *file,
                       enum kit_encoding encoding)
{
    static char reason[KIT_TEXT_FILE_WHY];
    char path[PATH_SIZE], *text = NULL;
    struct stat st;
    int fd;

    path_format(path, "%s/%s", folder, file);
    /* Never wait for a named pipe, or follow a link out of the folder. */
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    *why = NULL;
    if (fd < 0)
        *why = errno == ENOENT  ? "there is no such file"
               : errno == ELOOP ? "it is a link; hand in the file itself"
               : errno == ENXIO ? "it is not a regular file" /* a socket */
                                : strerror(errno);
    else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        *why = "it is not a regular file";
    else if (st.st_size > SOURCE_MAX)
        *why = "it is larger than 1 MiB";
    else if ((text = kit_text_file_read(reason, fd, SOURCE_MAX, encoding)) ==
             NULL)
        *why = reason;
    if (fd >= 0)
        close(fd);
    return text;
}

char *source_read(const char **why, const char *folder, const char *file)
{
    return read_text(why, folder, file, KIT_8BIT);
}

char *source_read_any_text(const char **why, const char *folder,
                           const char *file)
{
    return read_text(why, folder, file, KIT_ANY_TEXT);
}
