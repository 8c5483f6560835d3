/* SPDX-License-Identifier: MIT */
#include "tests/grade/build.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/grade/compiler.h"
#include "tests/grade/leftover.h"
#include "tests/grade/link_failure.h"
#include "tests/grade/object.h"
#include "tests/grade/source.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"

enum { WARNING = 740 }; /* bytes of the first warning and " (and N more)" */

/* --- The folder in which one program is built ----------------------------- */

/* Sets OUT to the folder of NAME, WORKSPACE/build-NAME. */
static void set_folder(char out[PATH_SIZE], const char *name)
{
    path_format(out, "%s/build-%s", workspace.folder, name);
}

/* Sets OUT to the file NAME.SUFFIX in that folder. */
static void set_file(char out[PATH_SIZE], const char *name, const char *suffix)
{
    path_format(out, "%s/build-%s/%s.%s", workspace.folder, name, name, suffix);
}

/*
 * Makes the folder. It has only this program, its parts, and a link to the kit
 * for the compiler's -Ikit.
 */
static void open_folder(const char *name)
{
    char folder[PATH_SIZE], link[PATH_SIZE];

    set_folder(folder, name);
    leftover_remove(folder); /* if this is another try */
    must(mkdir(folder, 0700) == 0 && chmod(folder, 0755) == 0);
    path_format(link, "%s/kit", folder);
    must(symlink("../kit", link) == 0 && user_own(folder) == 0);
}

/* Writes TEXT to the file NAME.SUFFIX in that folder. */
static void save(const char *name, const char *suffix, const char *text)
{
    char path[PATH_SIZE];
    FILE *out;

    set_file(path, name, suffix);
    out = fopen(path, "w");
    must(out != NULL && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* Copies the source file of NAME to that folder. */
static void copy_source(const char *name)
{
    char file[64];
    const char *why;
    char *text;

    snprintf(file, sizeof file, "%s.c", name);
    text = source_read(&why, workspace.source, file);
    if (text == NULL) {
        expected("a file %s", file);
        got("%s", why);
        fail("%s cannot be read: %s.", file, why);
    }
    save(name, "c", text);
    free(text);
}

/* Runs COMMAND in the folder of NAME and frees it. Returns its exit code. */
static int run_and_free(const char *name, struct args *command)
{
    char folder[PATH_SIZE];
    int code;

    set_folder(folder, name);
    code = compiler_run(command, folder);
    args_free(command);
    return code;
}

/* Compiles NAME.c. Returns whether that works. */
static bool compile(const char *name)
{
    struct args command = {0};
    char object[64], source[64];

    snprintf(object, sizeof object, "%s.o", name);
    snprintf(source, sizeof source, "%s.c", name);
    must(args_append(&command, &config.compile) == 0);
    args_add_all(&command, "-fno-lto", "-MD", "-c", "-o", object, source, NULL);
    return run_and_free(name, &command) == 0;
}

/* The name of backend I. */
static const char *backend(int i)
{
    return i == 0 ? config.crypto : config.other_crypto;
}

/*
 * Copies NAME, linked with backend I, to WORKSPACE/BACKEND/NAME. It is run
 * there, where no compiler or linker can change it.
 */
static void install(const char *name, int i)
{
    char folder[PATH_SIZE], from[PATH_SIZE], to[PATH_SIZE];

    path_format(folder, "%s/%s", workspace.folder, backend(i));
    must((mkdir(folder, 0755) == 0 || errno == EEXIST) &&
         chmod(folder, 0755) == 0);
    set_file(from, name, backend(i));
    path_format(to, "%s/%s", folder, name);
    (void)unlink(to); /* if this is another try */
    must(workspace_copy(to, from, 0755) == 0);
}

/* Links NAME.o with backend I. Returns whether that works. */
static bool link_with(const char *name, int i)
{
    char program[64], object[64];
    struct args command = {0};

    snprintf(program, sizeof program, "%s.%s", name, backend(i));
    snprintf(object, sizeof object, "%s.o", name);
    must(args_append(&command, &config.link) == 0);
    args_add_all(&command, "-fno-lto", "-o", program, object, NULL);
    must(args_append(&command, &config.objects[i]) == 0 &&
         args_append(&command, &config.libs[i]) == 0);
    return run_and_free(name, &command) == 0;
}

void build_selftest(const char *name)
{
    char folder[PATH_SIZE];
    const char *why;
    char *text;

    path_format(folder, "%s/tests/grade", config.kit);
    text = source_read(&why, folder, "selftest.c");
    if (text == NULL)
        no_verdict("cannot read %s/selftest.c: %s", folder, why);
    open_folder(name);
    save(name, "c", text);
    free(text);
    if (!compile(name) || !link_with(name, 0) || !link_with(name, 1))
        no_verdict("the compiler cannot build a correct program: %s",
                   compiler_first_line());
}

/*
 * Whether BUILD, which has failed for NAME, fails again. Before that, this
 * builds a correct program: if that fails too, for example on a full disk, the
 * student is not at fault and there is no verdict.
 */
static bool fails_again(const char *name, bool (*build)(const char *, int),
                        int i)
{
    char selftest[64];

    snprintf(selftest, sizeof selftest, "%s-selftest", name);
    build_selftest(selftest);
    return !build(name, i);
}

static bool compile_again(const char *name, int i)
{
    (void)i;
    return compile(name);
}

static void compile_source(const char *name)
{
    step("The compiler compiles %s.c:", name);
    if (compile(name) || !fails_again(name, compile_again, 0))
        return;
    compiler_show_output(30);
    expected("%s.c compiles", name);
    got("%s", compiler_first_error());
    fail("%s.c does not compile: %s", name, compiler_first_error());
}

/* Fails the check if NAME.c includes a C file of a sender or receiver. */
static void check_includes(const char *name)
{
    static const char *const foreign[] = {"sender.c", "receiver.c", "solution/",
                                          "starter/"};
    char path[PATH_SIZE];
    char own[64], line[4096];
    FILE *list;

    set_file(path, name, "d");
    snprintf(own, sizeof own, "%s.c", name);
    list = fopen(path, "r");
    must(list != NULL);
    while (fscanf(list, "%4095s", line) == 1) {
        for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
            if (strcmp(line, own) == 0 || strstr(line, foreign[i]) == NULL)
                continue;
            fclose(list);
            expected("%s.c includes only headers of the kit and the system",
                     name);
            got("it includes %s", printable(line, strlen(line)));
            fail("%s.c includes a source file. Only %s.c itself is handed in: "
                 "write the code into it.",
                 name, name);
        }
    }
    fclose(list);
}

/*
 * Fails the check if NAME.o is not a correct object file, if it has sections
 * for the linker's plugins, or if it defines or calls sanitizer functions with
 * which a program could hide its errors.
 */
static void check_object(const char *name)
{
    char path[PATH_SIZE], what[OBJECT_NAME];

    set_file(path, name, "o");
    if (!object_has_foreign(what, path))
        return;
    if (what[0] == '\0') {
        expected("an object file as a compiler writes it");
        got("another format");
        fail("%s.c does not become a correct object file: remove assembler "
             "directives from it.",
             name);
    }
    expected("%s.c uses no name that belongs to the compiler", name);
    got("%s", printable(what, strlen(what)));
    fail("%s.c has %s, which belongs to the compiler: remove it.", name,
         printable(what, strlen(what)));
}

static void link_program(const char *name, int i)
{
    step("The linker links it with %s.", backend(i));
    if (link_with(name, i) || !fails_again(name, link_with, i)) {
        install(name, i);
        return;
    }
    compiler_show_output(30);
    link_failure_explain(name, backend(i));
}

void build_program(const char *name)
{
    open_folder(name);
    copy_source(name);
    compile_source(name);
    save(name, "warnings", compiler_output());
    check_includes(name);
    check_object(name);
    for (int i = 0; i < CONFIG_BACKENDS; i++)
        link_program(name, i);
}

/* --- Warnings ------------------------------------------------------------- */

/*
 * The first warning in TEXT with a line number, as in "sender.c:12:5: warning:
 * ...", or NULL. Others are about compiler options or from another program,
 * such as the dynamic linker, so the student cannot fix them.
 */
static const char *find_warning(const char *text)
{
    const char *at = text;

    while ((at = strstr(at, ": warning:")) != NULL) {
        if (at > text && isdigit((unsigned char)at[-1]))
            return at;
        at++;
    }
    return NULL;
}

const char *build_warning(const char *name)
{
    static char text[COMPILER_OUTPUT], first[WARNING];
    char path[PATH_SIZE];
    const char *at;
    FILE *file;
    size_t n = 0, line;
    int more = 0;

    set_file(path, name, "warnings");
    file = fopen(path, "r");
    if (file != NULL) {
        n = fread(text, 1, sizeof text - 1, file);
        fclose(file);
    }
    text[n] = '\0';
    at = find_warning(text);
    if (at == NULL)
        return NULL;
    for (const char *next = at; (next = find_warning(next + 1)) != NULL;)
        more++;
    for (line = (size_t)(at - text); line > 0 && text[line - 1] != '\n';)
        line--;
    n = (size_t)snprintf(first, sizeof first, "%s",
                         printable(text + line, strcspn(text + line, "\n")));
    if (more > 0 && n < sizeof first)
        snprintf(first + n, sizeof first - n, " (and %d more)", more);
    return first;
}
