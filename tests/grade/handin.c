/* SPDX-License-Identifier: MIT */
#include "tests/grade/handin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/show.h"
#include "tests/grade/source.h"
#include "tests/grade/transcript.h"

enum { FOUND = 400 }; /* room for the names of other files, for an error */

static const char *const files[] = {"sender.c", "receiver.c"};

/* Whether FOLDER has a sender.c or receiver.c of any file type. */
static bool has_files(const char *folder)
{
    char path[PATH_SIZE];
    struct stat st;
    bool has = false;

    for (int i = 0; i < 2; i++) {
        path_format(path, "%s/%s", folder, files[i]);
        has |= lstat(path, &st) == 0;
    }
    return has;
}

/* Whether PATH is a folder. A link is not: it could lead out of the hand-in. */
static bool is_folder(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Whether a report can print NAME unchanged. */
static bool is_showable(const char *name)
{
    char shown[KIT_SHOWN_SIZE(256)];

    kit_show(shown, sizeof shown, name, strlen(name));
    return strcmp(shown, name) == 0;
}

/* The result of looking into the folders of a hand-in. */
struct search {
    char first[PATH_SIZE],
        second[PATH_SIZE]; /* folders with the files; or "" */
    char others[FOUND];    /* names of other files */
};

static void look_at(struct search *s, const char *folder, const char *name)
{
    size_t n = strlen(s->others);
    char path[PATH_SIZE];

    if (name[0] == '.' || strcmp(name, "__MACOSX") == 0)
        return;
    path_format(path, "%s/%s", folder, name);
    if (!is_folder(path) || !is_showable(name) || !has_files(path))
        snprintf(s->others + n, sizeof s->others - n, "%s%s", n > 0 ? ", " : "",
                 name);
    else if (s->first[0] == '\0')
        path_format(s->first, "%s", path);
    else
        path_format(s->second, "%s", path);
}

/* Looks at everything in FOLDER. Returns 0, or -1 with errno. */
static int look_below(struct search *s, const char *folder)
{
    DIR *all = opendir(folder);
    struct dirent *entry;

    if (all == NULL)
        return -1;
    while ((entry = readdir(all)) != NULL)
        look_at(s, folder, entry->d_name);
    closedir(all);
    return 0;
}

const char *handin_missing(const char *folder)
{
    char path[PATH_SIZE];
    struct stat st;

    for (int i = 0; i < 2; i++) {
        path_format(path, "%s/%s", folder, files[i]);
        if (lstat(path, &st) != 0 && errno == ENOENT)
            return files[i];
    }
    return NULL;
}

/* Whether NAME begins like FILE and contains .c, in upper or lower case. */
static bool is_similar(const char *name, const char *file)
{
    const char *dot = strchr(name, '.');

    while (dot != NULL && dot[1] != 'c' && dot[1] != 'C')
        dot = strchr(dot + 1, '.');
    return dot != NULL && strcmp(name, file) != 0 &&
           strncasecmp(name, file, strcspn(file, ".")) == 0;
}

const char *handin_similar(const char *folder, const char *file)
{
    static char name[256];
    DIR *all = opendir(folder);
    struct dirent *entry;

    name[0] = '\0';
    while (all != NULL && name[0] == '\0' && (entry = readdir(all)) != NULL) {
        if (is_similar(entry->d_name, file))
            snprintf(name, sizeof name, "%s",
                     printable(entry->d_name, strlen(entry->d_name)));
    }
    if (all != NULL)
        closedir(all);
    return name[0] != '\0' ? name : NULL;
}

/*
 * Returns false, with errno, if reading the regular file at PATH fails. Other
 * file types return true: they are the student's mistake, and graded as such.
 */
static bool can_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), saved;
    struct stat st;
    char bytes[4096];
    ssize_t n = 1, sum = 0;

    if (fd < 0)
        return errno == ENOENT || errno == ELOOP || errno == EMLINK ||
               errno == ENXIO;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        /* A longer file is not graded, and reading it could take for ever. */
        for (; n > 0 && sum <= SOURCE_MAX; sum += n)
            n = read(fd, bytes, sizeof bytes);
    }
    saved = errno;
    close(fd);
    errno = saved;
    return n >= 0;
}

/* Refuses to grade if a read error, not the student, is at fault. */
static int check_readable(const char *folder)
{
    static const char *const all[] = {"sender.c", "receiver.c", "GROUP"};
    char path[PATH_SIZE];

    for (int i = 0; i < 3; i++) {
        path_format(path, "%s/%s", folder, all[i]);
        if (!can_read(path)) {
            kit_error("cannot read %s: %s: make it readable and grade again",
                      path, strerror(errno));
            return EX_NOINPUT;
        }
    }
    return EX_OK;
}

/* Whether FOLDER, without a slash at its end, is a link. */
static bool is_link(const char *folder)
{
    char path[PATH_SIZE];
    size_t len = strlen(folder);
    struct stat st;

    while (len > 1 && folder[len - 1] == '/')
        len--;
    path_format(path, "%.*s", (int)len, folder);
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

int handin_find(char out[PATH_SIZE], const char *folder)
{
    struct search s = {.first = ""};

    if (is_link(folder)) {
        kit_error("SUBMISSION=%s: not graded: it is a link, which could lead "
                  "to another hand-in: name the folder itself",
                  folder);
        return EX_NOINPUT;
    }
    path_format(out, "%s", folder);
    if (has_files(folder))
        return check_readable(folder);
    if (look_below(&s, folder) != 0) {
        kit_error(
            "SUBMISSION=%s: %s: name a folder that has sender.c and receiver.c",
            folder, strerror(errno));
        return EX_NOINPUT;
    }
    if (s.second[0] != '\0') {
        kit_error("SUBMISSION=%s: not graded: sender.c or receiver.c is in %s "
                  "and in %s: name one of these folders",
                  folder, s.first, s.second);
        return EX_DATAERR;
    }
    if (s.first[0] == '\0') {
        kit_error("SUBMISSION=%s: not graded: neither sender.c nor receiver.c "
                  "is in it or one folder down: name the folder that has them. "
                  "Found: %s",
                  folder, s.others[0] != '\0' ? s.others : "nothing");
        return EX_NOINPUT;
    }
    path_format(out, "%s", s.first);
    return check_readable(out);
}

/* Reads FOLDER/FILE as for grading. Returns 0, or -1 with an error. */
static int look_into(const char *folder, const char *file)
{
    const char *why;
    char *text = source_read_any_text(&why, folder, file);
    int rc = text != NULL ? 0 : -1;

    if (rc != 0)
        kit_error("%s/%s: %s", folder, file, why);
    if (rc != 0 && handin_missing(folder) != NULL &&
        handin_similar(folder, file) != NULL)
        kit_error("%s/%s has a similar name: rename it to %s", folder,
                  handin_similar(folder, file), file);
    free(text);
    return rc;
}

int handin_check(const char *folder)
{
    char path[PATH_SIZE];
    struct stat st;
    int rc = 0;

    for (int i = 0; i < 2; i++)
        rc |= look_into(folder, files[i]);
    path_format(path, "%s/GROUP", folder);
    if (lstat(path, &st) == 0)
        rc |= look_into(folder, "GROUP");
    return rc == 0 ? EX_OK : EX_NOINPUT;
}
