/* SPDX-License-Identifier: MIT */
/* Compiling what was handed in, and nothing else. */
#include "tests/grade/build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/grade/lab.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"

enum { COMPILER_OUTPUT = 8000 };

/* The whole of FD, SIZE bytes, terminated. */
static char *read_all(int fd, size_t size)
{
    char *text = calloc(1, size + 1);
    size_t len = 0;
    ssize_t n = 1;

    while (text != NULL && len < size && n > 0) {
        n = read(fd, text + len, size - len);
        len += n > 0 ? (size_t)n : 0;
    }
    return text;
}

char *build_source(const char **why, const char *folder, const char *file)
{
    char path[LAB_PATH];
    struct stat st;
    char *text = NULL;
    int fd;

    lab_path(path, "%s/%s", folder, file);
    /* Not to wait on a pipe, nor follow a link out of the folder. */
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    *why = NULL;
    if (fd < 0)
        *why = errno == ENOENT  ? "there is no such file"
               : errno == ELOOP ? "it is a link; hand in the file itself"
                                : strerror(errno);
    else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        *why = "it is no regular file";
    else if (st.st_size > BUILD_SOURCE_MAX)
        *why = "it is over a megabyte";
    else if ((text = read_all(fd, (size_t)st.st_size)) == NULL)
        *why = "there is no memory for it";
    if (fd >= 0)
        close(fd);
    return text;
}

/* What the last command said. */
static char said[COMPILER_OUTPUT];

/* Runs COMMAND in the folder of this run. Returns its exit code. */
static int run_command(const char *command)
{
    char line[LAB_COMMAND];
    size_t len = 0;
    FILE *pipe;
    int n, status;

    n = snprintf(line, sizeof line,
                 "cd '%s' && ulimit -t 60 && ulimit -f 200000 && "
                 "TMPDIR=. LC_ALL=C %s 2>&1 </dev/null",
                 lab.work, command);
    must(n > 0 && (size_t)n < sizeof line);
    fflush(NULL);
    pipe = popen(line, "r");
    must(pipe != NULL);
    while (len < sizeof said - 1 &&
           (n = (int)fread(said + len, 1, sizeof said - 1 - len, pipe)) > 0)
        len += (size_t)n;
    said[len] = '\0';
    while (fread(line, 1, sizeof line, pipe) > 0)
        ; /* the rest of a long list of errors */
    status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Puts the lines of what was said into the transcript. */
static void show_said(int most)
{
    char *line = said;

    for (int i = 0; *line != '\0' && i < most; i++) {
        size_t len = strcspn(line, "\n");

        detail("%s", shown(line, len));
        line += len + (line[len] == '\n');
    }
    if (*line != '\0')
        detail("...");
}

/* The first line of what was said that contains WORD, harmless. */
static const char *first_with(const char *word)
{
    const char *at = strstr(said, word), *line = at;

    if (at == NULL)
        return "no reason given";
    while (line > said && line[-1] != '\n')
        line--;
    return shown(line, strcspn(line, "\n"));
}

/* Writes the source to the folder of this run. */
static void copy_source(const char *name)
{
    char file[64], path[LAB_PATH];
    const char *why;
    char *text;
    FILE *out;

    snprintf(file, sizeof file, "%s.c", name);
    text = build_source(&why, lab.source, file);
    if (text == NULL) {
        expected("a file %s", file);
        got("%s", why);
        fail("%s cannot be read: %s.", file, why);
    }
    lab_path(path, "%s/%s", lab.work, file);
    out = fopen(path, "w");
    must(out != NULL && fputs(text, out) >= 0 && fclose(out) == 0);
    free(text);
}

static void compile(const char *name)
{
    char command[6000];

    step("The compiler reads %s.c:", name);
    snprintf(command, sizeof command, "%s -MD -c -o %s.o %s.c", lab.compile,
             name, name);
    if (run_command(command) == 0)
        return;
    show_said(30);
    expected("%s.c compiles", name);
    got("%s", first_with("error"));
    fail("%s.c does not compile: %s", name, first_with("error"));
}

/* Whatever was included must be the kit's or the system's: see the list. */
static void check_includes(const char *name)
{
    static const char *const foreign[] = {"sender.c", "receiver.c", "solution/",
                                          "starter/"};
    char path[LAB_PATH];
    char own[64], line[4096];
    FILE *list;

    lab_path(path, "%s/%s.d", lab.work, name);
    snprintf(own, sizeof own, "%s.c", name);
    list = fopen(path, "r");
    must(list != NULL);
    while (fscanf(list, "%4095s", line) == 1) {
        for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
            if (strcmp(line, own) == 0 || strstr(line, foreign[i]) == NULL)
                continue;
            fclose(list);
            expected("%s.c stands by itself", name);
            got("it includes %s", shown(line, strlen(line)));
            fail("%s.c includes another program's file.", name);
        }
    }
    fclose(list);
}

/* FILES, which are the kit's, as words for the shell with their whole path. */
static void name_objects(char *out, size_t size, const char *files)
{
    size_t n = 0;

    out[0] = '\0';
    while (*files != '\0' && n < size) {
        int len = (int)strcspn(files, " ");

        n += (size_t)snprintf(out + n, size - n, " '%s/%.*s'", lab.kit, len,
                              files);
        files += len + strspn(files + len, " ");
    }
    must(n < size);
}

static void link_with(const char *name, const char *backend,
                      const char *objects, const char *libs)
{
    char named[LAB_COMMAND / 2], command[LAB_COMMAND - 1000];

    name_objects(named, sizeof named, objects);
    snprintf(command, sizeof command,
             "mkdir -p %s && %s -o %s/%s %s.o %s %s && chmod 755 %s %s/%s",
             backend, lab.link, backend, name, name, named, libs, backend,
             backend, name);
    step("It is linked with %s.", backend);
    if (run_command(command) == 0)
        return;
    show_said(30);
    expected("%s can be linked", name);
    got("%s", first_with("undefined reference"));
    fail("%s.c compiles, but calls something that the kit does not have: %s. "
         "Call kit_ functions and no library's own: it must run on every "
         "backend.",
         name, first_with("undefined"));
}

void build_program(const char *name)
{
    char path[LAB_PATH];
    FILE *file;

    copy_source(name);
    compile(name);
    lab_path(path, "%s/%s.warnings", lab.work, name);
    file = fopen(path, "w");
    must(file != NULL && fputs(said, file) >= 0 && fclose(file) == 0);
    check_includes(name);
    link_with(name, lab.crypto, lab.objects[0], lab.libs[0]);
    link_with(name, lab.other, lab.objects[1], lab.libs[1]);
}

const char *build_warnings(const char *name)
{
    static char text[COMPILER_OUTPUT];
    char path[LAB_PATH];
    FILE *file;
    size_t n = 0;

    lab_path(path, "%s/%s.warnings", lab.work, name);
    file = fopen(path, "r");
    if (file != NULL) {
        n = fread(text, 1, sizeof text - 1, file);
        fclose(file);
    }
    text[n] = '\0';
    return text;
}
