/* SPDX-License-Identifier: MIT */
/*
 * Programs of students write into these folders, and some may still run. So
 * nothing here follows a symbolic link or resolves a path with several names.
 * To remove folders of any depth with three open descriptors, folders below the
 * second level are first moved up.
 */
#include "tests/grade/leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_folder(int parent, const char *name)
{
    return openat(parent, name,
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_folder(int parent, const char *name)
{
    struct stat st;

    return fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(st.st_mode);
}

typedef bool entry_action(int top, int folder, const char *name);

/* Calls ACTION for each entry of FOLDER. Returns whether any returned true. */
static bool each(int top, int folder, entry_action *action)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *all = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *entry;
    bool acted = false;

    if (all == NULL) {
        if (copy >= 0)
            close(copy);
        return false;
    }
    while ((entry = readdir(all)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            acted |= action(top, folder, entry->d_name);
    }
    closedir(all);
    return acted;
}

/*
 * Makes a folder accessible again after a program has run chmod 0 on it. Root
 * needs no permissions, and must not follow a link that has just replaced the
 * folder.
 */
static void make_accessible(int parent, const char *name)
{
    if (geteuid() != 0 && fchmodat(parent, name, 0700, 0) != 0)
        return; /* then it cannot be removed */
}

/* Removes the file NAME, or moves the folder NAME to TOP. */
static bool move_up(int top, int folder, const char *name)
{
    static unsigned count;
    char fresh[32];

    if (!is_folder(folder, name))
        return unlinkat(folder, name, 0) == 0;
    make_accessible(folder, name);
    snprintf(fresh, sizeof fresh, "moved-%u", count++);
    return renameat(folder, name, top, fresh) == 0;
}

/* Removes NAME. Folders in it are moved to TOP, for the next round. */
static bool remove_entry(int top, int folder, const char *name)
{
    bool acted;
    int fd;

    if (!is_folder(folder, name))
        return unlinkat(folder, name, 0) == 0;
    make_accessible(folder, name);
    fd = open_folder(folder, name);
    if (fd < 0)
        return false;
    acted = each(top, fd, move_up);
    close(fd);
    return unlinkat(folder, name, AT_REMOVEDIR) == 0 || acted;
}

static void remove_folder(int parent, const char *name)
{
    int top = open_folder(parent, name);

    if (top < 0)
        return;
    while (each(top, top, remove_entry))
        ;
    close(top);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

void leftover_remove(const char *path)
{
    remove_folder(AT_FDCWD, path);
}

/* --- Locks: is the grading still running? --------------------------------- */

int leftover_lock(const char *path)
{
    int folder = open_folder(AT_FDCWD, path), fd = -1;

    if (folder >= 0) {
        fd =
            openat(folder, "lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        close(folder);
    }
    /* On a file system without locks, leftover_sweep fails to lock it, too. */
    if (fd >= 0)
        (void)flock(fd, LOCK_EX | LOCK_NB);
    return fd >= 0 ? 0 : -1; /* FD stays open */
}

static bool is_ours(int fd, mode_t type)
{
    struct stat st;

    return fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == type &&
           st.st_uid == geteuid();
}

/*
 * Locks the lock file in FOLDER, if its grading has ended. Returns its
 * descriptor, or -1. A grading makes the folder kit after it has the lock, so
 * without kit it may be about to take the lock.
 */
static int lock_if_ended(int folder)
{
    int fd =
        openat(folder, "lock", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return -1;
    if (is_ours(folder, S_IFDIR) && is_ours(fd, S_IFREG) &&
        is_folder(folder, "kit") && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool sweep_entry(int top, int parent, const char *name)
{
    static const char prefix[] = LEFTOVER_PREFIX;
    int folder, lock;

    (void)top;
    if (strncmp(name, prefix, sizeof prefix - 1) != 0 ||
        strlen(name) != sizeof prefix - 1 + 6)
        return false;
    folder = open_folder(parent, name);
    if (folder < 0)
        return false;
    lock = lock_if_ended(folder);
    close(folder);
    if (lock < 0)
        return false;
    remove_folder(parent, name);
    close(lock);
    return true;
}

void leftover_sweep(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)each(fd, fd, sweep_entry);
    close(fd);
}
