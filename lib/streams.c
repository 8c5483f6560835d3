/* SPDX-License-Identifier: MIT */
/* Makes sure that descriptors 0 to 2 are never a socket or file of ours. */
#include "lib/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

/* Only EBADF means closed: lseek also fails on a pipe or a terminal. */
static bool is_open(int fd)
{
    return lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF;
}

void kit_streams_open(void)
{
    /* open returns the lowest free number. That is FD, as all below are open.
     */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        int wrong_mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        /* No message: standard error may be closed. */
        if (!is_open(fd) && open("/dev/null", wrong_mode) != fd)
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
