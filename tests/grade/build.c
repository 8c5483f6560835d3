/* SPDX-License-Identifier: MIT */
/* Compiling what was handed in, and nothing else. */
#include "tests/grade/build.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/text_file.h"
#include "tests/grade/lab.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"

enum {
    COMPILER_OUTPUT = 8000,    /* bytes kept of what it says */
    COMPILER_SECONDS = 60,     /* of processor time */
    COMPILER_FILE = 100 << 20, /* bytes of one file that it writes */
};

/* Reads FOLDER/FILE in this ENCODING, or NULL with WHY. */
static char *read_text(const char **why, const char *folder, const char *file,
                       enum kit_encoding encoding)
{
    static char reason[KIT_TEXT_FILE_WHY];
    char path[LAB_PATH], *text = NULL;
    struct stat st;
    int fd;

    lab_path(path, "%s/%s", folder, file);
    /* It must not wait for a pipe or follow a link out of the folder. */
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    *why = NULL;
    if (fd < 0)
        *why = errno == ENOENT  ? "there is no such file"
               : errno == ELOOP ? "it is a link; hand in the file itself"
               : errno == ENXIO ? "it is not a regular file" /* a socket */
                                : strerror(errno);
    else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        *why = "it is not a regular file";
    else if (st.st_size > BUILD_SOURCE_MAX)
        *why = "it is over a megabyte";
    else if ((text = kit_text_file_read(reason, fd, BUILD_SOURCE_MAX,
                                        encoding)) == NULL)
        *why = reason;
    if (fd >= 0)
        close(fd);
    return text;
}

char *build_source(const char **why, const char *folder, const char *file)
{
    return read_text(why, folder, file, KIT_ASCII);
}

char *build_any_text(const char **why, const char *folder, const char *file)
{
    return read_text(why, folder, file, KIT_ANY_TEXT);
}

/* --- Running the compiler ------------------------------------------------- */

/* The output of the last command. */
static char said[COMPILER_OUTPUT];

static void limit(int what, rlim_t most)
{
    struct rlimit value;

    if (getrlimit(what, &value) != 0)
        return;
    if (value.rlim_max == RLIM_INFINITY || value.rlim_max > most)
        value.rlim_max = most;
    value.rlim_cur = value.rlim_max;
    setrlimit(what, &value);
}

/* In the child: becomes the command WORDS, in the folder of this run. */
static _Noreturn void become(const struct words *words, int out, int report)
{
    int nothing = open("/dev/null", O_RDONLY);

    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    limit(RLIMIT_CPU, COMPILER_SECONDS);
    limit(RLIMIT_FSIZE, COMPILER_FILE);
    if (chdir(lab.work) == 0 && dup2(nothing, 0) == 0 && dup2(out, 1) == 1 &&
        dup2(out, 2) == 2 && setenv("TMPDIR", ".", 1) == 0 &&
        setenv("LC_ALL", "C", 1) == 0)
        execvp(words->all[0], words->all);
    spawn_report(report, "run");
}

/* Keeps the beginning of all that comes from FD, to its end. */
static void hear(int fd)
{
    char rest[4096];
    size_t len = 0;
    ssize_t n;

    do {
        bool room = len < sizeof said - 1;

        n = room ? read(fd, said + len, sizeof said - 1 - len)
                 : read(fd, rest, sizeof rest);
        len += room && n > 0 ? (size_t)n : 0;
    } while (n > 0 || (n < 0 && errno == EINTR));
    said[len] = '\0';
}

/*
 * Runs the command WORDS without a shell, so any character in it is harmless.
 * Returns its exit code, 128 when a signal has ended it.
 */
static int run_command(const struct words *words)
{
    int out[2], report[2], status = -1;
    pid_t pid;

    must(words->all != NULL && pipe(out) == 0);
    spawn_pipe(report);
    pid = fork();
    must(pid >= 0);
    if (pid == 0)
        become(words, out[1], report[1]);
    close(out[1]);
    spawn_confirm(report, words->all[0]);
    hear(out[0]);
    close(out[0]);
    must(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* --- What it said --------------------------------------------------------- */

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

/*
 * The first line of what was said that is no introduction, such as "In file
 * included from a.c:1:", harmless.
 */
static const char *first_error(void)
{
    const char *line = said;
    size_t len = strcspn(line, "\n");

    while (len > 0 && strchr(":,", line[len - 1]) != NULL &&
           line[len] == '\n') {
        line += len + 1;
        len = strcspn(line, "\n");
    }
    return shown(line, len);
}

/* Writes TEXT to the file NAME.SUFFIX in the folder of this run. */
static void save(const char *name, const char *suffix, const char *text)
{
    char path[LAB_PATH];
    FILE *out;

    lab_path(path, "%s/%s.%s", lab.work, name, suffix);
    out = fopen(path, "w");
    must(out != NULL && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* Writes the source to the folder of this run. */
static void copy_source(const char *name)
{
    char file[64];
    const char *why;
    char *text;

    snprintf(file, sizeof file, "%s.c", name);
    text = build_source(&why, lab.source, file);
    if (text == NULL) {
        expected("a file %s", file);
        got("%s", why);
        fail("%s cannot be read: %s.", file, why);
    }
    save(name, "c", text);
    free(text);
}

/* Appends words, up to a NULL, to COMMAND. */
static void add(struct words *command, ...)
{
    va_list args;
    const char *word;

    va_start(args, command);
    while ((word = va_arg(args, const char *)) != NULL)
        must(words_add(command, word) == 0);
    va_end(args);
}

static int run_and_free(struct words *command)
{
    int code = run_command(command);

    words_free(command);
    return code;
}

/* Compiles NAME.c. Returns whether that works. */
static bool compile(const char *name)
{
    struct words command = {0};
    char object[64], source[64];

    snprintf(object, sizeof object, "%s.o", name);
    snprintf(source, sizeof source, "%s.c", name);
    must(words_join(&command, &lab.compile) == 0);
    add(&command, "-MD", "-c", "-o", object, source, NULL);
    return run_and_free(&command) == 0;
}

/* Links NAME.o with the backend number I. Returns whether that works. */
static bool link_with(const char *name, int i)
{
    char folder[LAB_PATH], program[LAB_PATH], object[64];
    struct words command = {0};

    lab_path(folder, "%s/%s", lab.work, i == 0 ? lab.crypto : lab.other);
    must((mkdir(folder, 0755) == 0 || errno == EEXIST) &&
         chmod(folder, 0755) == 0);
    lab_path(program, "%s/%s", folder, name);
    snprintf(object, sizeof object, "%s.o", name);
    must(words_join(&command, &lab.link) == 0);
    add(&command, "-o", program, object, NULL);
    must(words_join(&command, &lab.objects[i]) == 0 &&
         words_join(&command, &lab.libs[i]) == 0);
    if (run_and_free(&command) != 0)
        return false;
    must(chmod(program, 0755) == 0);
    return true;
}

void build_known(const char *name)
{
    char folder[LAB_PATH];
    const char *why;
    char *text;

    lab_path(folder, "%s/tests/grade", lab.kit);
    text = build_source(&why, folder, "selftest.c");
    if (text == NULL)
        no_verdict("cannot read %s/selftest.c: %s", folder, why);
    save(name, "c", text);
    free(text);
    if (!compile(name) || !link_with(name, 0) || !link_with(name, 1))
        no_verdict("the compiler cannot build a program known to be right: %s",
                   first_error());
}

/*
 * Whether BUILD, which has failed for NAME, fails again. Between the two, a
 * right program is built: if that fails too, for example on a full disk, the
 * student is not at fault and there is no verdict.
 */
static bool fails_again(const char *name, bool (*build)(const char *, int),
                        int i)
{
    char known[64];

    snprintf(known, sizeof known, "%s-known", name);
    build_known(known);
    return !build(name, i);
}

static bool compile_again(const char *name, int i)
{
    (void)i;
    return compile(name);
}

static void compile_source(const char *name)
{
    step("The compiler reads %s.c:", name);
    if (compile(name) || !fails_again(name, compile_again, 0))
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

static void link_program(const char *name, int i)
{
    step("It is linked with %s.", i == 0 ? lab.crypto : lab.other);
    if (link_with(name, i) || !fails_again(name, link_with, i))
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
    copy_source(name);
    compile_source(name);
    save(name, "warnings", said);
    check_includes(name);
    for (int i = 0; i < LAB_BACKENDS; i++)
        link_program(name, i);
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
