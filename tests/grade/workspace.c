/* SPDX-License-Identifier: MIT */
#include "tests/grade/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"
#include "tests/grade/leftover.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/watchdog.h"

struct workspace workspace;

/* Sets OUT to the path of FOLDER without symbolic links. Returns 0 or -1. */
static int set_real(char out[PATH_SIZE], const char *folder)
{
    char *real = realpath(folder, NULL);

    if (real == NULL)
        return -1;
    path_format(out, "%s", real);
    free(real);
    return 0;
}

/* --- The kit as a submission sees it -------------------------------------- */

/* Copies everything from the descriptor IN to OUT. Returns 0, or -1. */
static int copy_bytes(int out, int in)
{
    char bytes[65536];
    ssize_t n, written = 0;

    while (written >= 0 && (n = read(in, bytes, sizeof bytes)) > 0) {
        for (ssize_t at = 0; at < n && written >= 0; at += written)
            written = write(out, bytes + at, (size_t)(n - at));
    }
    return written >= 0 && n == 0 ? 0 : -1;
}

int workspace_copy(const char *to, const char *from, mode_t mode)
{
    int in = open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int out = -1, rc = -1;
    struct stat st;

    if (in >= 0 && fstat(in, &st) == 0 && S_ISREG(st.st_mode))
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out >= 0)
        rc = copy_bytes(out, in);
    if (out >= 0 && (fchmod(out, mode) != 0 || close(out) != 0))
        rc = -1;
    if (in >= 0)
        close(in);
    return rc;
}

static bool is_header(const char *name)
{
    size_t len = strlen(name);

    return len > 2 && strcmp(name + len - 2, ".h") == 0;
}

/* Copies the headers in the kit's FOLDER. Returns 0 or -1. */
static int copy_headers(const char *folder)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    struct dirent *entry;
    int rc = 0;
    DIR *all;

    path_format(from, "%s/%s", config.kit, folder);
    path_format(to, "%s/kit/%s", workspace.folder, folder);
    if (mkdir(to, 0755) != 0 || chmod(to, 0755) != 0)
        return -1;
    all = opendir(from);
    if (all == NULL)
        return -1;
    while (rc == 0 && (entry = readdir(all)) != NULL) {
        if (!is_header(entry->d_name))
            continue;
        path_format(from, "%s/%s/%s", config.kit, folder, entry->d_name);
        path_format(to, "%s/kit/%s/%s", workspace.folder, folder,
                    entry->d_name);
        rc = workspace_copy(to, from, 0644);
    }
    closedir(all);
    return rc;
}

void workspace_selftest(char out[PATH_SIZE], int i)
{
    path_format(out, "%s/kit/selftest-%s", workspace.folder,
                i == 0 ? config.crypto : config.other_crypto);
}

/*
 * Copies the object files that programs are linked with on backend I. Those of
 * lib/ are the same for both backends: if a name is there, it is not copied
 * again. From then on, config.objects has the copies. Returns 0 or -1.
 */
static int copy_objects(int i)
{
    struct args copies = {0};
    char to[PATH_SIZE];

    for (size_t k = 0; k < config.objects[i].count; k++) {
        const char *from = config.objects[i].argv[k];

        path_format(to, "%s/kit/objects/%s", workspace.folder,
                    strrchr(from, '/') + 1);
        if ((access(to, F_OK) != 0 && workspace_copy(to, from, 0644) != 0) ||
            args_add(&copies, to) != 0)
            return -1;
    }
    args_free(&config.objects[i]);
    config.objects[i] = copies;
    return 0;
}

/*
 * Copies the program confine to a separate folder, so that the sandbox can show
 * it without the rest of the kit. Returns 0 or -1.
 */
static int copy_confine(void)
{
    static char to[PATH_SIZE];

    path_format(to, "%s/confine", workspace.folder);
    if (mkdir(to, 0755) != 0 || chmod(to, 0755) != 0)
        return -1;
    path_format(to, "%s/confine/confine", workspace.folder);
    if (workspace_copy(to, config.confine, 0755) != 0)
        return -1;
    config.confine = to;
    return 0;
}

/* Copies the kit's programs and objects. Returns 0 or -1. */
static int copy_programs(void)
{
    char to[PATH_SIZE];

    path_format(to, "%s/kit/chat-server", workspace.folder);
    if (workspace_copy(to, config.server, 0755) != 0 ||
        (sandbox_is_used() && copy_confine() != 0))
        return -1;
    path_format(to, "%s/kit/objects", workspace.folder);
    if (mkdir(to, 0755) != 0 || chmod(to, 0755) != 0)
        return -1;
    for (int i = 0; i < CONFIG_BACKENDS; i++) {
        workspace_selftest(to, i);
        if (workspace_copy(to, config.selftest[i], 0755) != 0 ||
            copy_objects(i) != 0)
            return -1;
    }
    return 0;
}

/* Copies headers and programs. A submission sees no other part of the kit. */
static int copy_kit(void)
{
    char to[PATH_SIZE];

    path_format(to, "%s/kit", workspace.folder);
    if (mkdir(to, 0755) == 0 && chmod(to, 0755) == 0 &&
        copy_headers("lib") == 0 && copy_headers("backends") == 0 &&
        copy_programs() == 0)
        return 0;
    kit_error("cannot copy the kit to %s: %s: set TMPDIR to a folder with "
              "room, and type make grade",
              workspace.folder, strerror(errno));
    return -1;
}

/*
 * With setpriv, gradings of other submissions run at the same time, as
 * other users: only this grading's user may enter the folder. Returns 0 or -1.
 */
static int close_to_others(void)
{
    return !user_is_separate() ||
                   (chown(workspace.folder, (uid_t)-1, (gid_t)user_id()) == 0 &&
                    chmod(workspace.folder, 0710) == 0)
               ? 0
               : -1;
}

int workspace_open(const char *source)
{
    const char *tmp = sandbox_folder();
    char work[PATH_SIZE], server[PATH_SIZE];

    if (tmp == NULL)
        tmp = getenv("TMPDIR");
    if (tmp == NULL || tmp[0] == '\0')
        tmp = "/tmp";
    leftover_sweep(tmp);
    path_format(work, "%s/" LEFTOVER_PREFIX "XXXXXX", tmp);
    if (mkdtemp(work) == NULL || set_real(workspace.folder, work) != 0 ||
        leftover_lock(workspace.folder) != 0 ||
        set_real(workspace.source, source) != 0) {
        kit_error("cannot make a folder in %s: %s (is there room?): set TMPDIR "
                  "to a folder that you can write to",
                  tmp, strerror(errno));
        return -1;
    }
    chmod(workspace.folder, 0711);
    if (copy_kit() != 0)
        return -1;
    path_format(server, "%s/kit/chat-server", workspace.folder);
    if (user_choose(server) != 0)
        return -1;
    if (close_to_others() != 0) {
        kit_error("cannot open %s to the user of the programs: %s: set TMPDIR "
                  "to a folder on a local disk",
                  workspace.folder, strerror(errno));
        return -1;
    }
    if (sandbox_folder() != NULL || watchdog_start(workspace.folder) == 0)
        return 0;
    kit_error("no verdict: cannot start a process: %s: end other programs and "
              "grade again",
              strerror(errno));
    return -1;
}

void workspace_close(void)
{
    if (workspace.folder[0] != '\0')
        leftover_remove(workspace.folder);
    workspace.folder[0] = '\0';
    watchdog_stop();
}

void workspace_write_password(const char *password)
{
    FILE *file;

    umask(077);
    file = fopen("password", "w");
    must(file != NULL);
    must(fprintf(file, "%s\n", password) > 0 && fclose(file) == 0);
    must(user_own("password") == 0);
}
