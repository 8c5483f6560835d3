/* SPDX-License-Identifier: MIT */
/* Writing a file of secrets that must be neither lost nor overwritten. */
#include "server/commands/password_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/show.h"
#include "server/commands/progress.h"
#include "server/store/accounts.h"
#include "server/store/secret_file.h"

enum {
    LIST_PATH = 4096,
    /* Of one line: a name, a comma, a field, a newline, and a zero. */
    LIST_LINE = KIT_NAME_MAX + ROSTER_FIELD_SIZE + 2,
};

static const char head[] = "name,password\n";

/* The list's name until its accounts are committed. */
static void name_aside(char out[LIST_PATH], const char *path)
{
    snprintf(out, LIST_PATH, "%s.new", path);
}

/* Whether ROW has the password of its account: 1, 0, or -1 on an error. */
static int works(struct store *store, const struct roster_row *row)
{
    char phc[PASSWORD_HASH_SIZE];
    int found = accounts_find(phc, store, row->name);

    if (found != 0)
        return found < 0 ? -1 : 0;
    return password_hash_verify(phc, row->password);
}

/*
 * Sets WORKING to how many of ROWS have the password of their account. Returns
 * 0, or -1 if that cannot be found out.
 */
static int count_working(size_t *working, struct store *store,
                         const struct roster *rows)
{
    struct progress progress;
    int rc = 0;

    *working = 0;
    progress_begin(&progress, "trying passwords", rows->count);
    for (size_t i = 0; i < rows->count && rc >= 0; i++) {
        rc = works(store, &rows->rows[i]);
        *working += rc == 1;
        progress_step(&progress, i + 1);
    }
    progress_end(&progress);
    return rc < 0 ? -1 : 0;
}

/* Prints what ASIDE is, which an earlier import has left, and what to do. */
static void explain(const char *aside, const char *path, struct store *store)
{
    char from[KIT_WORD_SIZE], to[KIT_WORD_SIZE];
    char *text = secret_file_read(aside, SECRET_FILE_ANY_MODE, KIT_UTF8);
    struct roster rows = {0};
    size_t working = 0;
    int rc = text != NULL ? roster_parse(&rows, NULL, text) : EX_OK;

    /* An incomplete list was written before its accounts were committed. */
    if (rc == EX_DATAERR)
        rc = EX_OK;
    else if (rc == EX_OK)
        rc = count_working(&working, store, &rows);
    kit_shell_quote(from, aside);
    kit_shell_quote(to, path);
    if (rc != EX_OK)
        kit_error("cannot find out whether the passwords in %s, which an "
                  "earlier import has left, are in use. Keep it, and try "
                  "again when the server and other imports have ended",
                  aside);
    else if (text != NULL && working == 0)
        kit_error("%s is left from an import that did not finish, and none of "
                  "its passwords is in use. If no other import is running, "
                  "type: rm %s",
                  aside, from);
    else if (text != NULL)
        kit_error("%s is left from an import that was interrupted when its "
                  "accounts were stored: %zu of its %zu passwords are in use. "
                  "Keep it; type: mv %s %s",
                  aside, working, rows.count, from, to);
    if (text != NULL)
        kit_wipe(text, strlen(text));
    free(text);
    roster_free(&rows);
}

/* Makes the file PATH, which must not exist. Returns a descriptor or -1. */
static int make(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                S_IRUSR | S_IWUSR);
}

static int cannot_write(const char *path)
{
    kit_error("cannot write the list %s: %s; nothing was imported. Choose "
              "another place with --list",
              path, strerror(errno));
    return EX_CANTCREAT;
}

int password_list_check(const char *path, struct store *store)
{
    char aside[LIST_PATH];
    struct stat status;
    int fd;

    if (path[0] == '\0' || strlen(path) + sizeof ".new" > LIST_PATH) {
        errno = path[0] == '\0' ? ENOENT : ENAMETOOLONG;
        return cannot_write(path);
    }
    name_aside(aside, path);
    if (lstat(path, &status) == 0) {
        kit_error("%s exists, and may be the only copy of the passwords in "
                  "it; nothing was imported. Name another file with --list, "
                  "or move this one away",
                  path);
        return EX_CANTCREAT;
    }
    if (lstat(aside, &status) == 0) {
        explain(aside, path, store);
        return EX_CANTCREAT;
    }
    /* Better now than after half a minute of hashing. */
    fd = make(aside);
    if (fd < 0)
        return cannot_write(path);
    close(fd);
    unlink(aside);
    return EX_OK;
}

/* Writes LEN bytes to FD and syncs it. Returns 0 or -1. */
static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return fsync(fd);
}

/*
 * Syncs the folder of PATH, so that the name survives a power failure, too.
 * Some file systems have no such thing; that is not an error.
 */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[LIST_PATH] = ".";
    int fd, rc = 0;

    if (slash != NULL)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path + 1), path);
    fd = open(folder, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    if (fsync(fd) != 0 && (errno == EIO || errno == ENOSPC))
        rc = -1;
    close(fd);
    return rc;
}

/* The list as one text of LEN bytes, to be wiped and freed; or NULL. */
static char *compose(size_t *len, const struct roster *rows)
{
    char *text = calloc(rows->count + 1, LIST_LINE);
    char password[ROSTER_FIELD_SIZE];

    if (text == NULL)
        return NULL;
    *len = (size_t)snprintf(text, LIST_LINE, "%s", head);
    for (size_t i = 0; i < rows->count; i++) {
        roster_quote(password, rows->rows[i].password);
        *len += (size_t)snprintf(text + *len, LIST_LINE, "%s,%s\n",
                                 rows->rows[i].name, password);
    }
    kit_wipe(password, sizeof password);
    return text;
}

int password_list_write(const char *path, const struct roster *rows)
{
    char aside[LIST_PATH];
    size_t len = 0;
    char *text = compose(&len, rows);
    int fd = -1, rc = -1;

    name_aside(aside, path);
    if (text != NULL && (fd = make(aside)) >= 0)
        rc = write_all(fd, text, len);
    if (rc == 0)
        rc = sync_folder(path);
    /* Network file systems may report a full disk only here. */
    if (fd >= 0 && close(fd) != 0)
        rc = -1;
    if (rc != 0)
        cannot_write(path);
    if (rc != 0 && fd >= 0)
        unlink(aside);
    if (text != NULL)
        kit_wipe(text, len);
    free(text);
    return rc == 0 ? EX_OK : EX_CANTCREAT;
}

/*
 * Renames ASIDE to PATH, which must not exist. link() cannot overwrite, but
 * FAT has no links: there an empty file reserves the name before the rename.
 */
static int rename_new(const char *aside, const char *path)
{
    int fd, rc;

    if (link(aside, path) == 0)
        return unlink(aside);
    if (errno == EEXIST)
        return -1;
    fd = make(path);
    if (fd < 0)
        return -1;
    close(fd);
    if (rename(aside, path) == 0)
        return 0;
    rc = errno;
    unlink(path);
    errno = rc;
    return -1;
}

int password_list_publish(const char *path)
{
    char aside[LIST_PATH];

    name_aside(aside, path);
    if (rename_new(aside, path) == 0) {
        /* If that fails, a power failure may undo the rename: no loss. */
        (void)sync_folder(path);
        return EX_OK;
    }
    kit_error("the accounts are imported and their passwords are in %s, but "
              "it could not be renamed to %s: %s. Keep %s",
              aside, path, strerror(errno), aside);
    return EX_CANTCREAT;
}

void password_list_discard(const char *path)
{
    char aside[LIST_PATH];

    name_aside(aside, path);
    unlink(aside);
}
