/* SPDX-License-Identifier: MIT */
/* Descriptors 0 to 2 must never be a socket or file that we open. */
#include "lib/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

/* Only EBADF means closed: seeking in a pipe or a terminal fails too. */
static bool is_open(int fd)
{
    return lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF;
}

void kit_streams_open(void)
{
    /* open gives the lowest free number: FD, as those below it are taken. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        int useless = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        /* There may be no standard error to print a reason on. */
        if (!is_open(fd) && open("/dev/null", useless) != fd)
            _exit(EX_OSFILE);
    }
}

bool kit_can_read(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && (flags & O_ACCMODE) != O_WRONLY;
}

bool kit_can_write(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}
