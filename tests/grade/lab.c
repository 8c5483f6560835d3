/* SPDX-License-Identifier: MIT */
/* The folder of one run. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/grade/lab.h"

#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"

enum {
    NOBODY = 61234,  /* an id that nobody has */
    PROCESSES = 512, /* that nobody may have at once */
};

/* Whether the programs under test run as nobody, since we are root. */
static bool drops;

struct lab lab;

void lab_path(char out[LAB_PATH], const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(out, LAB_PATH, format, args);
    va_end(args);
    if (n < 0 || n >= LAB_PATH) {
        kit_error("the path of a file is over %d characters: move the kit to "
                  "a shorter one",
                  LAB_PATH - 1);
        exit(EX_CANTCREAT);
    }
}

/* The path of FOLDER without links in it. */
static int set_real(char out[LAB_PATH], const char *folder)
{
    char *real = realpath(folder, NULL);

    if (real == NULL)
        return -1;
    lab_path(out, "%s", real);
    free(real);
    return 0;
}

void lab_give(const char *path)
{
    if (drops && chown(path, NOBODY, NOBODY) != 0)
        kit_error("cannot give %s away: %s", path, strerror(errno));
}

void lab_drop(void)
{
    struct rlimit processes = {PROCESSES, PROCESSES};

    if (!drops)
        return;
    setrlimit(RLIMIT_NPROC, &processes);
    if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        _exit(126);
}

/* Whether there is somebody else to be, who can look into our folder. */
static bool others_can_run(void)
{
    char path[LAB_PATH];
    int status = 1;
    pid_t pid;

    lab_path(path, "%s/kit/chat-server", lab.work);
    pid = fork();
    if (pid == 0) {
        lab_drop();
        _exit(access(path, X_OK) == 0 ? 0 : 1);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/*
 * The kit as a submission sees it: headers, and the server to run. What else
 * stands in the kit, it does not find here.
 */
static int copy_kit(void)
{
    static const char format[] =
        "mkdir '%s/kit' && cd '%s/kit' && mkdir lib backends && "
        "cp '%s'/lib/*.h lib && cp '%s'/backends/*.h backends && "
        "cp '%s/%s' chat-server && chmod -R a+rX .";
    char command[6 * LAB_PATH + sizeof format];

    snprintf(command, sizeof command, format, lab.work, lab.work, lab.kit,
             lab.kit, lab.kit, lab.server);
    if (system(command) == 0)
        return 0;
    kit_error("cannot copy the kit's headers to %s", lab.work);
    return -1;
}

int lab_open(void)
{
    const char *tmp = getenv("TMPDIR");
    char work[LAB_PATH];

    lab_path(work, "%s/grade-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(work) == NULL || set_real(lab.work, work) != 0 ||
        set_real(lab.kit, ".") != 0 ||
        set_real(lab.source, lab.submission) != 0) {
        kit_error("cannot make a folder in %s: is there room?",
                  tmp != NULL ? tmp : "/tmp");
        return -1;
    }
    if (strchr(lab.kit, '\'') != NULL || strchr(lab.work, '\'') != NULL) {
        kit_error("a shell cannot be told of %s: move it to a folder without "
                  "an apostrophe in its name",
                  strchr(lab.kit, '\'') != NULL ? lab.kit : lab.work);
        return -1;
    }
    chmod(lab.work, 0711);
    if (copy_kit() != 0)
        return -1;
    /* In a container root may be the only user there is. */
    drops = geteuid() == 0;
    if (drops && !others_can_run()) {
        drops = false;
        kit_note("as root, with no other user to be: the submission's "
                 "programs run as root too");
    }
    return 0;
}

/* What a program has closed to itself is opened to be taken away. */
static int open_one(const char *path, const struct stat *st, int kind,
                    struct FTW *at)
{
    (void)st;
    (void)at;
    if (kind == FTW_D || kind == FTW_DNR)
        chmod(path, 0700);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    (void)remove(path);
    return 0;
}

void lab_remove(const char *path)
{
    /* Each pass sees into what the one before has opened. */
    for (int i = 0; i < 3; i++)
        nftw(path, open_one, 16, FTW_PHYS);
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void lab_close(void)
{
    if (lab.work[0] != '\0')
        lab_remove(lab.work);
    lab.work[0] = '\0';
}
