/* SPDX-License-Identifier: MIT */
/* The folder of one run. */
#include "tests/grade/lab.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"
#include "tests/grade/leftover.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"

/* Whether the programs under test run as another user, since we are root. */
static bool drops;
static uid_t user;

struct lab lab;

void lab_path(char out[LAB_PATH], const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(out, LAB_PATH, format, args);
    va_end(args);
    if (transcript != NULL)
        must(n >= 0 && n < LAB_PATH);
    if (n < 0 || n >= LAB_PATH) {
        kit_error("the path of a file is over %d characters: move the kit, or "
                  "set TMPDIR, to a shorter one",
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

int lab_give(const char *path)
{
    return drops ? chown(path, user, (gid_t)user) : 0;
}

int lab_drop(void)
{
    return drops ? user_become(user) : 0;
}

bool lab_drops(void)
{
    return drops;
}

/*
 * Whether the programs can run as another user. If not, prints the reason: root
 * may be the only user of a container, and a TMPDIR may be closed to others.
 */
static bool others_can_run(void)
{
    enum { CLOSED = 2 };
    char path[LAB_PATH];
    int status = 1;
    pid_t pid;

    lab_path(path, "%s/kit/chat-server", lab.work);
    pid = fork();
    if (pid == 0)
        _exit(lab_drop() != 0 ? 1 : access(path, R_OK) != 0 ? CLOSED : 0);
    if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == CLOSED)
        kit_note("the submission's programs run as root, since no other user "
                 "can look into %s: set TMPDIR to /tmp, or to another folder "
                 "that is open to all",
                 lab.work);
    else
        kit_note("the submission's programs run as root: root cannot change "
                 "to another user here");
    return false;
}

/* --- The kit as a submission sees it -------------------------------------- */

/* Copies the file FROM to the path TO, with MODE. Returns 0, or -1. */
static int copy_file(const char *to, const char *from, mode_t mode)
{
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    bool well = in != NULL && out != NULL;
    char bytes[65536];
    size_t n;

    while (well && (n = fread(bytes, 1, sizeof bytes, in)) > 0)
        well = fwrite(bytes, 1, n, out) == n;
    well = well && !ferror(in);
    if (in != NULL)
        fclose(in);
    if (out != NULL)
        well = fclose(out) == 0 && well;
    return well && chmod(to, mode) == 0 ? 0 : -1;
}

static bool is_header(const char *name)
{
    size_t len = strlen(name);

    return len > 2 && strcmp(name + len - 2, ".h") == 0;
}

/* Copies the headers of FOLDER of the kit. Returns 0, or -1. */
static int copy_headers(const char *folder)
{
    char from[LAB_PATH], to[LAB_PATH];
    struct dirent *entry;
    int rc = 0;
    DIR *all;

    lab_path(from, "%s/%s", lab.kit, folder);
    lab_path(to, "%s/kit/%s", lab.work, folder);
    if (mkdir(to, 0755) != 0 || chmod(to, 0755) != 0)
        return -1;
    all = opendir(from);
    if (all == NULL)
        return -1;
    while (rc == 0 && (entry = readdir(all)) != NULL) {
        if (!is_header(entry->d_name))
            continue;
        lab_path(from, "%s/%s/%s", lab.kit, folder, entry->d_name);
        lab_path(to, "%s/kit/%s/%s", lab.work, folder, entry->d_name);
        rc = copy_file(to, from, 0644);
    }
    closedir(all);
    return rc;
}

void lab_known(char out[LAB_PATH], int i)
{
    lab_path(out, "%s/kit/selftest-%s", lab.work,
             i == 0 ? lab.crypto : lab.other);
}

/* Copies the server and the known programs. Returns 0, or -1. */
static int copy_programs(void)
{
    char to[LAB_PATH];

    lab_path(to, "%s/kit/chat-server", lab.work);
    if (copy_file(to, lab.server, 0755) != 0)
        return -1;
    for (int i = 0; i < LAB_BACKENDS; i++) {
        lab_known(to, i);
        if (copy_file(to, lab.known[i], 0755) != 0)
            return -1;
    }
    return 0;
}

/* Headers, and programs to run. A submission finds no other part of it. */
static int copy_kit(void)
{
    char to[LAB_PATH];

    lab_path(to, "%s/kit", lab.work);
    if (mkdir(to, 0755) == 0 && chmod(to, 0755) == 0 &&
        copy_headers("lib") == 0 && copy_headers("backends") == 0 &&
        copy_programs() == 0)
        return 0;
    kit_error("cannot copy the kit to %s: %s: set TMPDIR to a folder with "
              "room, and type make grade",
              lab.work, strerror(errno));
    return -1;
}

int lab_open(const char *source)
{
    const char *tmp = getenv("TMPDIR");
    char work[LAB_PATH];

    if (tmp == NULL || tmp[0] == '\0')
        tmp = "/tmp";
    leftover_sweep(tmp);
    lab_path(work, "%s/" LEFTOVER_FRONT "XXXXXX", tmp);
    if (mkdtemp(work) == NULL || set_real(lab.work, work) != 0 ||
        leftover_lock(lab.work) != 0 || set_real(lab.source, source) != 0) {
        kit_error("cannot make a folder in %s: %s (is there room?): set TMPDIR "
                  "to a folder that you can write to",
                  tmp, strerror(errno));
        return -1;
    }
    chmod(lab.work, 0711);
    if (copy_kit() != 0)
        return -1;
    drops = geteuid() == 0;
    if (drops && user_take(&user) != 0)
        return -1;
    drops = drops && others_can_run();
    return 0;
}

void lab_close(void)
{
    if (lab.work[0] != '\0')
        leftover_remove(lab.work);
    lab.work[0] = '\0';
}
