/* SPDX-License-Identifier: MIT */
/* Writing a file that must be neither lost nor overwritten. */
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
    PATH_SIZE = 4096, /* of PATH.new, with its zero */
    /* A name, a comma, a field with its zero, and a newline. */
    LINE_SIZE = KIT_NAME_MAX + ROSTER_FIELD_SIZE + 2,
};

static const char first_line[] = "name,password\n";

/* Writes the file name PATH.new to OUT. */
static void append_new(char out[PATH_SIZE], const char *path)
{
    snprintf(out, PATH_SIZE, "%s.new", path);
}

/* Whether the account of ROW has the password of ROW: 1, 0, or -1 on error. */
static int is_in_use(struct store *store, const struct roster_row *row)
{
    char phc[PASSWORD_HASH_SIZE];
    int rc = accounts_find(phc, store, row->name);

    if (rc != 0)
        return rc < 0 ? -1 : 0;
    return password_hash_verify(phc, row->password);
}

/*
 * Sets IN_USE to the number of ROWS whose accounts have these passwords.
 * Returns 0 or -1.
 */
static int count_in_use(size_t *in_use, struct store *store,
                        const struct roster *rows)
{
    struct progress progress;
    int rc = 0;

    *in_use = 0;
    progress_begin(&progress, "checking passwords", rows->count);
    for (size_t i = 0; i < rows->count && rc >= 0; i++) {
        rc = is_in_use(store, &rows->rows[i]);
        *in_use += rc == 1;
        progress_step(&progress, i + 1);
    }
    progress_end(&progress);
    return rc < 0 ? -1 : 0;
}

/* Prints whether to keep NEW_PATH, which was left by an earlier import. */
static void explain_leftover(const char *new_path, const char *path,
                             struct store *store)
{
    char from[KIT_QUOTED_SIZE], to[KIT_QUOTED_SIZE];
    char *text = secret_file_read(new_path, SECRET_FILE_ANY_MODE, KIT_UTF8);
    struct roster rows = {0};
    size_t in_use = 0;
    int rc = text != NULL ? roster_parse(&rows, NULL, text) : EX_OK;

    /* An invalid list is incomplete: the import was killed before it committed
       the accounts, so none of the passwords is in use. */
    if (rc == EX_DATAERR)
        rc = EX_OK;
    else if (rc == EX_OK)
        rc = count_in_use(&in_use, store, &rows);
    kit_shell_quote(from, new_path);
    kit_shell_quote(to, path);
    if (rc != EX_OK)
        kit_error("cannot check whether the passwords in %s, left from an "
                  "earlier import, are in use. Keep it, stop the server and "
                  "other imports, and try again",
                  new_path);
    else if (text != NULL && in_use == 0)
        kit_error("%s is left from an import that was interrupted; none of "
                  "its passwords is in use. If no other import is running, "
                  "type: rm %s",
                  new_path, from);
    else if (text != NULL)
        kit_error("%s is left from an import that was interrupted; %zu of its "
                  "%zu passwords are in use. Keep it; type: mv %s %s. Then, if "
                  "accounts are missing, import again with --update and "
                  "another --list",
                  new_path, in_use, rows.count, from, to);
    if (text != NULL)
        kit_wipe(text, strlen(text));
    free(text);
    roster_free(&rows);
}

/* Creates PATH, which must not exist. Returns a descriptor or -1. */
static int create(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                S_IRUSR | S_IWUSR);
}

static int cannot_write(const char *path)
{
    kit_error("cannot write the list %s: %s; nothing was imported. Choose "
              "another file with --list",
              path, strerror(errno));
    return EX_CANTCREAT;
}

int password_list_check(const char *path, struct store *store)
{
    char new_path[PATH_SIZE];
    struct stat status;
    int fd;

    if (path[0] == '\0' || strlen(path) + sizeof ".new" > PATH_SIZE) {
        errno = path[0] == '\0' ? ENOENT : ENAMETOOLONG;
        return cannot_write(path);
    }
    append_new(new_path, path);
    if (lstat(path, &status) == 0) {
        kit_error("%s exists, and may be the only copy of the passwords in "
                  "it; nothing was imported. Name another file with --list, "
                  "or move this one to another folder",
                  path);
        return EX_CANTCREAT;
    }
    if (lstat(new_path, &status) == 0) {
        explain_leftover(new_path, path, store);
        return EX_CANTCREAT;
    }
    /* Try to create it now: hashing can take half a minute. */
    fd = create(new_path);
    if (fd < 0)
        return cannot_write(path);
    close(fd);
    unlink(new_path);
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
 * Syncs the folder of PATH, so that the new name also survives a power
 * failure. It is not an error if the file system does not support this.
 */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_SIZE] = ".";
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

/* Returns the list as a text of LEN bytes, to wipe and free; or NULL. */
static char *compose(size_t *len, const struct roster *rows)
{
    char *text = calloc(rows->count + 1, LINE_SIZE);
    char password[ROSTER_FIELD_SIZE];

    if (text == NULL)
        return NULL;
    *len = (size_t)snprintf(text, LINE_SIZE, "%s", first_line);
    for (size_t i = 0; i < rows->count; i++) {
        roster_quote(password, rows->rows[i].password);
        *len += (size_t)snprintf(text + *len, LINE_SIZE, "%s,%s\n",
                                 rows->rows[i].name, password);
    }
    kit_wipe(password, sizeof password);
    return text;
}

int password_list_write(const char *path, const struct roster *rows)
{
    char new_path[PATH_SIZE];
    size_t len = 0;
    char *text = compose(&len, rows);
    int fd = -1, rc = -1;

    append_new(new_path, path);
    if (text != NULL && (fd = create(new_path)) >= 0)
        rc = write_all(fd, text, len);
    if (rc == 0)
        rc = sync_folder(path);
    /* Network file systems may report a full disk only in close. */
    if (fd >= 0 && close(fd) != 0)
        rc = -1;
    if (rc != 0)
        cannot_write(path);
    if (rc != 0 && fd >= 0)
        unlink(new_path);
    if (text != NULL)
        kit_wipe(text, len);
    free(text);
    return rc == 0 ? EX_OK : EX_CANTCREAT;
}

/*
 * Renames NEW_PATH to PATH, which must not exist. Uses link, since rename
 * would overwrite PATH. FAT has no links: there, reserves the name with an
 * empty file, and then overwrites that.
 */
static int rename_new(const char *new_path, const char *path)
{
    int fd, rc;

    if (link(new_path, path) == 0)
        return unlink(new_path);
    if (errno == EEXIST)
        return -1;
    fd = create(path);
    if (fd < 0)
        return -1;
    close(fd);
    if (rename(new_path, path) == 0)
        return 0;
    rc = errno;
    unlink(path);
    errno = rc;
    return -1;
}

int password_list_publish(const char *path)
{
    char new_path[PATH_SIZE];

    append_new(new_path, path);
    if (rename_new(new_path, path) == 0) {
        /* If this fails, a power failure may undo the rename, but the list
           is not lost. */
        (void)sync_folder(path);
        return EX_OK;
    }
    kit_error("the accounts are imported and their passwords are in %s, but "
              "it cannot be renamed to %s: %s. Keep %s",
              new_path, path, strerror(errno), new_path);
    return EX_CANTCREAT;
}

void password_list_discard(const char *path)
{
    char new_path[PATH_SIZE];

    append_new(new_path, path);
    unlink(new_path);
}
