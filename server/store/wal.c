/* SPDX-License-Identifier: MIT */
/* Waiting for the disk, and remembering whether it has failed. */
#include "server/store/wal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "lib/say.h"

bool wal_open(struct wal *wal, const char *path)
{
    if (path != NULL && path[0] != '\0')
        wal->fd = open(sqlite3_filename_wal(path), O_RDONLY | O_CLOEXEC);
    return wal->fd >= 0;
}

/* Waits until the bytes of FD are on disk. macOS has no fdatasync. */
#if defined(_POSIX_SYNCHRONIZED_IO) && _POSIX_SYNCHRONIZED_IO > 0
static int sync_file(int fd)
{
    return fdatasync(fd);
}
#else
static int sync_file(int fd)
{
    return fsync(fd);
}
#endif

int wal_sync(struct wal *wal)
{
    /* The system reports lost bytes only to the first caller. So a second one
       must wait until the first knows its result. */
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int error;

    pthread_mutex_lock(&lock);
    if (wal->fd >= 0 && !wal_is_broken(wal) && sync_file(wal->fd) != 0)
        atomic_store(&wal->error, errno);
    error = atomic_load(&wal->error);
    pthread_mutex_unlock(&lock);
    if (error == 0)
        return 0;
    return kit_fail(-1,
                    "cannot write the database to its disk (%s): check that it "
                    "is connected and not full",
                    strerror(error));
}

bool wal_is_broken(struct wal *wal)
{
    return atomic_load(&wal->error) != 0;
}

void wal_renewed(struct wal *wal)
{
    atomic_store(&wal->error, 0);
}

void wal_close(struct wal *wal)
{
    if (wal->fd >= 0)
        close(wal->fd);
    wal->fd = -1;
}
