/* SPDX-License-Identifier: MIT */
#include "tests/grade/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/grade/exec_report.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/sandbox_command.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"
#include "tests/grade/workspace.h"

extern char **environ;

enum {
    COMPILER_SECONDS = 60,    /* of processor time */
    COMPILER_FILE = 64 << 20, /* bytes of one file that it writes */
};

/* The output of the last command. */
static char output[COMPILER_OUTPUT];

/* Lowers the limit WHAT to MOST. */
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

/*
 * Unsets the variables that no compiler reads: the assembler can put them into
 * the program or into its errors, and one may be the password of a CI system.
 */
static void hide_environment(void)
{
    static const char *const kept[] = {
        "PATH=",         "LD_LIBRARY_PATH=",   "CPATH=", "C_INCLUDE_PATH=",
        "LIBRARY_PATH=", "SOURCE_DATE_EPOCH=", "NIX_", /* a wrapper of cc */
    };
    char **to = environ;

    for (char **at = environ; at != NULL && *at != NULL; at++) {
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
            if (strncmp(*at, kept[i], strlen(kept[i])) == 0) {
                *to++ = *at;
                break;
            }
        }
    }
    if (to != NULL)
        *to = NULL;
}

/* In the child: runs the command ARGV in the folder HERE. */
static _Noreturn void become(char *const argv[], const char *here, int out,
                             int report)
{
    int nothing = open("/dev/null", O_RDONLY);

    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    limit(RLIMIT_CPU, COMPILER_SECONDS);
    limit(RLIMIT_FSIZE, COMPILER_FILE);
    limit(RLIMIT_CORE, 0);
    if (sandbox_is_used())
        hide_environment();
    if (chdir(here) == 0 && dup2(nothing, 0) == 0 && dup2(out, 1) == 1 &&
        dup2(out, 2) == 2 && setenv("TMPDIR", here, 1) == 0 &&
        setenv("HOME", here, 1) == 0 && setenv("LC_ALL", "C", 1) == 0)
        spawn_exec(argv, NULL, report, true);
    exec_report_failure(report, "run");
}

/* Reads FD to its end and keeps the beginning in output. */
static void read_output(int fd)
{
    char rest[4096];
    size_t len = 0;
    ssize_t n;

    do {
        bool room = len < sizeof output - 1;

        n = room ? read(fd, output + len, sizeof output - 1 - len)
                 : read(fd, rest, sizeof rest);
        len += room && n > 0 ? (size_t)n : 0;
    } while (n > 0 || (n < 0 && errno == EINTR));
    output[len] = '\0';
}

int compiler_run(const struct args *args, const char *here)
{
    int out[2], report[2], status = -1;
    struct args command = {0};
    char kit[PATH_SIZE];
    pid_t pid;

    must(args->argv != NULL && pipe(out) == 0);
    path_format(kit, "%s/kit", workspace.folder);
    spawn_pipe(report);
    sandbox_command_compiler(&command, here, kit, args, report[1]);
    must(args_append(&command, args) == 0);
    pid = fork();
    must(pid >= 0);
    if (pid == 0)
        become(command.argv, here, out[1], report[1]);
    close(out[1]);
    spawn_confirm(report, args->argv[0], out[0]);
    read_output(out[0]);
    close(out[0]);
    must(waitpid(pid, &status, 0) == pid);
    args_free(&command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

const char *compiler_output(void)
{
    return output;
}

void compiler_show_output(int most)
{
    char *line = output;

    for (int i = 0; *line != '\0' && i < most; i++) {
        size_t len = strcspn(line, "\n");

        detail("%s", printable(line, len));
        line += len + (line[len] == '\n');
    }
    if (*line != '\0')
        detail("...");
}

const char *compiler_first_line(void)
{
    const char *line = output;
    size_t len = strcspn(line, "\n");

    while (len > 0 && strchr(":,", line[len - 1]) != NULL &&
           line[len] == '\n') {
        line += len + 1;
        len = strcspn(line, "\n");
    }
    return printable(line, len);
}

const char *compiler_first_error(void)
{
    const char *line = strstr(output, "error:");

    if (line == NULL)
        return compiler_first_line();
    while (line > output && line[-1] != '\n')
        line--;
    return printable(line, strcspn(line, "\n"));
}
