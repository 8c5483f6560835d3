/* SPDX-License-Identifier: MIT */
#include "tests/grade/watchdog.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/grade/leftover.h"
#include "tests/grade/user.h"

/* Our end of a pipe. The kernel closes it if the grader is killed. */
static int alive = -1;

/* The watchdog reads the other end, FD: a byte if the grader ends normally. */
static _Noreturn void watch(int fd, const char *folder)
{
    int null = open("/dev/null", O_RDWR);
    char byte;
    ssize_t n;

    setsid(); /* no signal from the terminal, or to the grader's group */
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    /* A reader of our output waits until every process has closed it. */
    for (int i = 0; i < 3; i++)
        (void)dup2(null, i);
    do
        n = read(fd, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n == 0) {
        user_end_all();
        leftover_remove(folder);
    }
    _exit(0);
}

int watchdog_start(const char *folder)
{
    int ends[2], status = 1;
    pid_t pid;

    if (pipe(ends) != 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        close(ends[1]);
        /* As an orphan it is not among the children that the grader kills. */
        pid = fork();
        if (pid == 0)
            watch(ends[0], folder);
        _exit(pid < 0);
    }
    close(ends[0]);
    alive = ends[1];
    fcntl(alive, F_SETFD, FD_CLOEXEC);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

void watchdog_stop(void)
{
    ssize_t n;

    if (alive < 0)
        return;
    do
        n = write(alive, "", 1);
    while (n < 0 && errno == EINTR);
    watchdog_leave();
}

void watchdog_leave(void)
{
    if (alive >= 0)
        close(alive);
    alive = -1;
}
