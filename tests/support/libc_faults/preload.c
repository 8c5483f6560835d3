/* SPDX-License-Identifier: MIT */
/* Functions of the C library that fail when a test asks for it. */
#define _GNU_SOURCE /* the names with 64 in them */
#include "tests/support/libc_faults/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* NULL until the program's main begins: no call fails before that. */
static struct libc_faults *fault;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULT_FILE");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped = MAP_FAILED;

    if (fd >= 0) {
        mapped = (void *)syscall(SYS_mmap, NULL, sizeof *fault,
                                 PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    }
    if (mapped != MAP_FAILED)
        fault = mapped;
}

/* --- Memory --------------------------------------------------------------- */

/* glibc's own functions, which keep these names if malloc is replaced. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

/* Whether this allocation must fail. */
static bool fails(void)
{
    long number;

    if (fault == NULL || atomic_load(&fault->fail_at) == 0)
        return false;
    number = atomic_fetch_sub(&fault->fail_at, 1);
    if (number != 1 && !(number < 1 && atomic_load(&fault->and_later)))
        return false;
    /* Leave it at zero, unless all later ones must fail as well. */
    if (atomic_load(&fault->and_later))
        atomic_store(&fault->fail_at, -1);
    atomic_fetch_add(&fault->failed, 1);
    errno = ENOMEM;
    return true;
}

/* Counts BLOCK, unless it is NULL. */
static void *count(void *block)
{
    if (fault != NULL && block != NULL)
        atomic_fetch_add(&fault->blocks, 1);
    return block;
}

static void discount(const void *block)
{
    if (fault != NULL && block != NULL)
        atomic_fetch_sub(&fault->blocks, 1);
}

void *malloc(size_t size)
{
    return fails() ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t number, size_t size)
{
    return fails() ? NULL : count(__libc_calloc(number, size));
}

void *realloc(void *old, size_t size)
{
    void *new;

    if (size > 0 && fails())
        return NULL;
    new = __libc_realloc(old, size);
    if (old == NULL)
        count(new);
    else if (size == 0)
        discount(old);
    return new;
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : count(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
    __attribute__((alias("memalign")));

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *block = memalign(alignment, size);

    if (block == NULL)
        return ENOMEM;
    *out = block;
    return 0;
}

void free(void *block)
{
    discount(block);
    __libc_free(block);
}

/* Some libraries get large blocks directly from the system. */
void *mmap(void *at, size_t len, int access, int flags, int fd, off_t offset)
{
    if ((flags & MAP_ANONYMOUS) != 0 && fails())
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, len, access, flags, fd, offset);
}

void *mmap64(void *at, size_t len, int access, int flags, int fd, off_t offset)
    __attribute__((alias("mmap")));

/* --- The disk ------------------------------------------------------------- */

/* Whether writing to FD needs space on the disk. */
static bool takes_space(int fd)
{
    struct stat status;

    return fault != NULL && atomic_load(&fault->room) != FAULT_ROOM &&
           fd > STDERR_FILENO && fstat(fd, &status) == 0 &&
           S_ISREG(status.st_mode);
}

/* How many of LEN bytes may be written to FD, or -1 with errno if none. */
static ssize_t room_for(int fd, size_t len)
{
    long room;

    if (!takes_space(fd))
        return (ssize_t)len;
    room = atomic_load(&fault->room);
    if (room <= 0) {
        errno = ENOSPC;
        return -1;
    }
    if ((size_t)room < len)
        len = (size_t)room;
    atomic_fetch_sub(&fault->room, (long)len);
    return (ssize_t)len;
}

/* Returns 0, or -1 with errno if the file FD cannot grow. */
static int check_room(int fd)
{
    if (!takes_space(fd) || atomic_load(&fault->room) > 0)
        return 0;
    errno = ENOSPC;
    return -1;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    ssize_t n = room_for(fd, len);

    return n < 0 ? -1 : syscall(SYS_write, fd, bytes, (size_t)n);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    ssize_t n = room_for(fd, len);

    return n < 0 ? -1 : syscall(SYS_pwrite64, fd, bytes, (size_t)n, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at)
    __attribute__((alias("pwrite")));

int ftruncate(int fd, off_t len)
{
    return check_room(fd) != 0 ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int ftruncate64(int fd, off_t len) __attribute__((alias("ftruncate")));

int fsync(int fd)
{
    return check_room(fd) != 0 ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return check_room(fd) != 0 ? -1 : (int)syscall(SYS_fdatasync, fd);
}

/* --- The time of day ------------------------------------------------------ */

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int rc = (int)syscall(SYS_clock_gettime, clock, out);

    if (rc == 0 && clock == CLOCK_REALTIME && fault != NULL)
        out->tv_sec += atomic_load(&fault->seconds);
    return rc;
}

time_t time(time_t *out)
{
    struct timespec now = {.tv_sec = 0};

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *out, void *zone)
{
    struct timespec now = {.tv_sec = 0};

    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
