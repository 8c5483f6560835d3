/* SPDX-License-Identifier: MIT */
/* tmpfs, mounted between fork and exec. */
#define _GNU_SOURCE /* unshare */
#include "tests/attack/small_disk.h"

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static struct target *small_disk_target;
static char folder[80];         /* where it is mounted */
static char inside[PATH_SIZE];  /* the database there ... */
static char outside[PATH_SIZE]; /* ... and where it came from */

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd >= 0 && write(fd, text, strlen(text)) < 0)
        _exit(EX_NOPERM);
    if (fd >= 0)
        close(fd);
}

/* Copies a small file from IN to OUT, which are closed. */
static int copy(int in, int out)
{
    static char bytes[1 << 20];
    ssize_t n = read(in, bytes, sizeof bytes);
    bool whole = n > 0 && write(out, bytes, (size_t)n) == n;

    close(in);
    close(out);
    return whole ? 0 : -1;
}

void small_disk_mount(void)
{
    char user[64], group[64];

    snprintf(user, sizeof user, "0 %ld 1", (long)geteuid());
    snprintf(group, sizeof group, "0 %ld 1", (long)getegid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        _exit(EX_NOPERM);
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", user);
    write_file("/proc/self/gid_map", group);
    if (mount("small", folder, "tmpfs", 0, "size=8m") != 0 ||
        copy(open(outside, O_RDONLY | O_CLOEXEC),
             open(inside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) != 0)
        _exit(EX_NOPERM);
}

/* Whether it works, tried by a child that does nothing else. */
static bool may_mount(void)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        small_disk_mount();
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

const char *small_disk_seen(const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "/proc/%ld/root%s/%s",
             (long)small_disk_target->fixture.server->pid, folder, name);
    return path;
}

void small_disk_fill(void)
{
    static const char bytes[4096];
    int fd =
        open(small_disk_seen("filler"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    while (write(fd, bytes, sizeof bytes) > 0)
        ;
    close(fd);
}

bool small_disk_open(struct target *target)
{
    small_disk_target = target;
    snprintf(outside, sizeof outside, "%s", target->fixture.db);
    snprintf(folder, sizeof folder, "%.63s/small", target->fixture.dir);
    snprintf(inside, sizeof inside, "%s/chat.db", folder);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    if (!may_mount()) {
        rmdir(folder);
        return false;
    }
    snprintf(target->fixture.db, sizeof target->fixture.db, "%s", inside);
    return true;
}

void small_disk_close(void)
{
    int kept = open(small_disk_seen("chat.db"), O_RDONLY | O_CLOEXEC);

    target_stop(small_disk_target);
    ck_assert_int_eq(copy(kept, open(outside, O_WRONLY | O_TRUNC | O_CLOEXEC)),
                     0);
    rmdir(folder);
    snprintf(small_disk_target->fixture.db,
             sizeof small_disk_target->fixture.db, "%s", outside);
}
