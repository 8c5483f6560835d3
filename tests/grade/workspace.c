/* SPDX-License-Identifier: MIT */
#include "tests/grade/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/say.h"
#include "tests/grade/leftover.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"

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

/* Copies the file FROM to the path TO, with MODE. Returns 0 or -1. */
static int copy_file(const char *to, const char *from, mode_t mode)
{
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    bool ok = in != NULL && out != NULL;
    char bytes[65536];
    size_t n;

    while (ok && (n = fread(bytes, 1, sizeof bytes, in)) > 0)
        ok = fwrite(bytes, 1, n, out) == n;
    ok = ok && !ferror(in);
    if (in != NULL)
        fclose(in);
    if (out != NULL)
        ok = fclose(out) == 0 && ok;
    return ok && chmod(to, mode) == 0 ? 0 : -1;
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
        rc = copy_file(to, from, 0644);
    }
    closedir(all);
    return rc;
}

void workspace_selftest(char out[PATH_SIZE], int i)
{
    path_format(out, "%s/kit/selftest-%s", workspace.folder,
                i == 0 ? config.crypto : config.other_crypto);
}

/* Copies the server and the selftest programs. Returns 0 or -1. */
static int copy_programs(void)
{
    char to[PATH_SIZE];

    path_format(to, "%s/kit/chat-server", workspace.folder);
    if (copy_file(to, config.server, 0755) != 0)
        return -1;
    for (int i = 0; i < CONFIG_BACKENDS; i++) {
        workspace_selftest(to, i);
        if (copy_file(to, config.selftest[i], 0755) != 0)
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

int workspace_open(const char *source)
{
    const char *tmp = getenv("TMPDIR");
    char work[PATH_SIZE], server[PATH_SIZE];

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
    return user_choose(server);
}

void workspace_close(void)
{
    if (workspace.folder[0] != '\0')
        leftover_remove(workspace.folder);
    workspace.folder[0] = '\0';
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
