/* SPDX-License-Identifier: MIT */
/*
 * User ids for gradings. Two gradings with the same id would share the limit
 * on its processes, and the programs of one could end those of the other. So
 * each takes an id from a range that no system gives to people: a file lock
 * keeps away other graders of this system, and an id that has processes, those
 * of another container for example, is left alone.
 */
#include "tests/grade/user.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/crypto.h"
#include "lib/say.h"

enum {
    FIRST = 61234,   /* the first id */
    IDS = 128,       /* how many there are */
    PROCESSES = 512, /* that one id may have at once */
};

int user_become(uid_t user)
{
    struct rlimit processes = {PROCESSES, PROCESSES};

    setrlimit(RLIMIT_NPROC, &processes);
    return setgroups(0, NULL) == 0 && setgid((gid_t)user) == 0 &&
                   setuid(user) == 0
               ? 0
               : -1;
}

/*
 * Locks the file of USER. Returns its descriptor, which keeps the lock; or -1.
 * Only root writes to /var/run. If that is read-only, /tmp is used, but only a
 * file that belongs to root counts.
 */
static int lock(uid_t user)
{
    static const char *const folders[] = {"/var/run", "/tmp"};
    struct stat st;
    char path[64];
    int fd = -1;

    for (int i = 0; i < 2 && fd < 0; i++) {
        snprintf(path, sizeof path, "%s/chat-lab-user-%u", folders[i],
                 (unsigned)user);
        fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == 0 &&
        flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    return -1;
}

/*
 * The child of is_idle: as USER and limited to two processes, it tries to fork.
 * That fails if USER has a process already. Exits with 0 if it is alone.
 */
static _Noreturn void try_alone(uid_t user)
{
    struct rlimit two = {2, 2};
    int status = 1;
    pid_t pid;

    if (user_become(user) != 0)
        _exit(0); /* a root that cannot change its user: see lab.c */
    setrlimit(RLIMIT_NPROC, &two);
    pid = fork();
    if (pid > 0)
        waitpid(pid, &status, 0);
    _exit(pid == 0 ? 0 : status != 0);
}

/* Whether no process runs as USER, in any container of this machine. */
static bool is_idle(uid_t user)
{
    int status = 1;
    pid_t pid = fork();

    if (pid == 0)
        try_alone(user);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

int user_take(uid_t *out)
{
    uint32_t first = 0;

    /* Containers do not see each other's locks, but the kernel counts the
       processes of an id in all of them. So each begins at a random id. */
    if (kit_random(&first, sizeof first) != 0)
        first = (uint32_t)getpid();
    for (uint32_t i = 0; i < IDS; i++) {
        uid_t user = FIRST + (first % IDS + i) % IDS;
        int fd = lock(user);

        if (fd >= 0 && is_idle(user)) {
            *out = user;
            return 0; /* FD stays open until this process ends */
        }
        if (fd >= 0)
            close(fd);
    }
    kit_error("no verdict: other gradings use all of the user ids %d to %d: "
              "grade again when one has ended",
              FIRST, FIRST + IDS - 1);
    return -1;
}
