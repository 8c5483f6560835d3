/* SPDX-License-Identifier: MIT */
/*
 * Each grading needs its own user id: the limit on processes counts all that
 * run with one id, and a program can kill others with the same id. The ids are
 * from a range that no system gives to people. A file lock keeps other graders
 * on this system from taking the same id, and an id that already has processes,
 * perhaps in another container, is skipped.
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
#include "tests/grade/config.h"

enum {
    FIRST = 61234,   /* the first id */
    IDS = 128,       /* how many there are */
    PROCESSES = 512, /* that one id may have at the same time */
};

static bool separate;
static uid_t chosen;

bool user_is_separate(void)
{
    return separate;
}

unsigned user_id(void)
{
    return chosen;
}

int user_own(const char *path)
{
    return separate ? chown(path, chosen, (gid_t)chosen) : 0;
}

static int become(uid_t user)
{
    struct rlimit processes = {PROCESSES, PROCESSES};

    setrlimit(RLIMIT_NPROC, &processes);
    return setgroups(0, NULL) == 0 && setgid((gid_t)user) == 0 &&
                   setuid(user) == 0
               ? 0
               : -1;
}

int user_become(void)
{
    return separate ? become(chosen) : 0;
}

/*
 * Locks the lock file of USER. Returns its descriptor, which holds the lock, or
 * -1. It is in /var/run, where only root can write. If that is read-only, it is
 * in /tmp, where only a file that root owns is accepted.
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
 * The child of is_idle: limits USER to two processes, becomes USER and forks.
 * That fails if USER has another process already. Exits with 0 if it is alone.
 */
static _Noreturn void try_alone(uid_t user)
{
    struct rlimit two = {2, 2};
    int status = 1;
    pid_t pid;

    if (become(user) != 0)
        _exit(0); /* can_run_separately reports this */
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

/* Reserves an id for this process. Returns 0, or -1 with an error. */
static int reserve(void)
{
    uint32_t first = 0;

    /* Containers do not see each other's locks, but the kernel counts the
       processes of an id in all of them. Random starts avoid most clashes. */
    if (kit_random(&first, sizeof first) != 0)
        first = (uint32_t)getpid();
    for (uint32_t i = 0; i < IDS; i++) {
        uid_t user = FIRST + (first % IDS + i) % IDS;
        int fd = lock(user);

        if (fd >= 0 && is_idle(user)) {
            chosen = user;
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

/*
 * Whether programs can run as CHOSEN and read the file PATH. If not, prints a
 * warning: in some containers root is the only user, and TMPDIR may be closed
 * to other users.
 */
static bool can_run_separately(const char *path)
{
    enum { CLOSED = 2 };
    int status = 1;
    pid_t pid;

    pid = fork();
    if (pid == 0)
        _exit(become(chosen) != 0 ? 1 : access(path, R_OK) != 0 ? CLOSED : 0);
    if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == CLOSED)
        kit_note("the submission's programs run as root, because no other user "
                 "can read %s: set TMPDIR to /tmp, or to another folder that "
                 "is open to all",
                 path);
    else
        kit_note("the submission's programs run as root: root cannot change "
                 "to another user here");
    return false;
}

/* Runs ACTION in a child that is the separate user. Returns its exit code. */
static int run_as_user(void (*action)(void))
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        if (become(chosen) == 0)
            action();
        _exit(1);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The kernel signals all of them before any of them can fork again. */
static void kill_others(void)
{
    _exit(kill(-1, SIGKILL) != 0); /* -1: all but the caller */
}

static void remove_files(void)
{
    char user[16];

    snprintf(user, sizeof user, "%u", (unsigned)chosen);
    /* find prints an error for each folder that it cannot enter. */
    (void)dup2(open("/dev/null", O_WRONLY), 2);
    execlp("find", "find", "/tmp", "/var/tmp", "/dev/shm", "-xdev", "-user",
           user, "-delete", (char *)NULL);
}

void user_end_all(void)
{
    if (!separate)
        return;
    for (int i = 0; i < 10 && run_as_user(kill_others) == 0; i++)
        ;
    (void)run_as_user(remove_files);
}

int user_choose(const char *must_read)
{
    if (geteuid() != 0)
        return 0;
    if (reserve() != 0)
        return -1;
    separate = can_run_separately(must_read);
    if (separate || config.own_work)
        return 0;
    kit_error("no verdict: a stranger's code must not run as root: remove the "
              "reason above, or grade as another user");
    return -1;
}
