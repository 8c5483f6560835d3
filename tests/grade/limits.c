/* SPDX-License-Identifier: MIT */
#include "tests/grade/limits.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "lib/say.h"
#include "tests/grade/workspace.h"

extern char **environ;

/* The minimum for the compiler, the checks and the programs under test. */
static const struct {
    int what;
    rlim_t minimum;
    const char *command;
    bool sanitized; /* also applies if programs run under sanitizers */
} limits[] = {
    {RLIMIT_NOFILE, 256, "ulimit -n 256", true},
    {RLIMIT_FSIZE, 128 << 20, "ulimit -f unlimited", true},
    {RLIMIT_CPU, 600, "ulimit -t unlimited", true},
    {RLIMIT_NPROC, 64, "ulimit -u 512", true},
#ifdef RLIMIT_SIGPENDING /* Check uses a timer, which needs one */
    {RLIMIT_SIGPENDING, 64, "ulimit -i 512", true},
#endif
    {RLIMIT_STACK, 1 << 20, "ulimit -s 8192", true},
    {RLIMIT_DATA, 1 << 30, "ulimit -d unlimited", true},
    /* Sanitizers need far more; running selftest.c shows if they can start. */
    {RLIMIT_AS, 1 << 30, "ulimit -v unlimited", false},
};

/* Variables of libraries, the dynamic linker and compilers, to be unset. */
static const char *const foreign[] = {
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_DEBUG",
    "LD_DEBUG_OUTPUT",
    "DYLD_INSERT_LIBRARIES",
    "COMPILER_PATH",
    "GCC_EXEC_PREFIX",
    "GCC_COMPARE_DEBUG",
    "GCC_EXTRA_DIAGNOSTIC_OUTPUT",
    "DEPENDENCIES_OUTPUT",
    "SUNPRO_DEPENDENCIES",
};

void limits_reset_environment(void)
{
    char name[256];
    char **at = environ;
    sigset_t none;

    while (at != NULL && *at != NULL) {
        size_t len = strcspn(*at, "=");

        if (strncmp(*at, "CK_", 3) != 0 || len >= sizeof name) {
            at++;
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)len, *at);
        unsetenv(name);
        at = environ;
    }
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        unsetenv(foreign[i]);
    /* The shell has a default for PATH, but does not export it. */
    if (getenv("PATH") == NULL)
        setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    signal(SIGXFSZ, SIG_IGN);
    /* Inherited, too. We need SIGCHLD, and files with the usual modes. */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(022);
}

int limits_check(void)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct rlimit value;

        if (getrlimit(limits[i].what, &value) != 0 ||
            value.rlim_cur == RLIM_INFINITY ||
            value.rlim_cur >= limits[i].minimum ||
            (config.sanitized && !limits[i].sanitized))
            continue;
        if (value.rlim_max == RLIM_INFINITY ||
            value.rlim_max >= limits[i].minimum)
            value.rlim_cur = limits[i].minimum;
        if (value.rlim_cur >= limits[i].minimum &&
            setrlimit(limits[i].what, &value) == 0)
            continue;
        kit_error("no verdict: a limit of this shell is too low to grade. "
                  "Type: %s; if the shell refuses that, open a new terminal",
                  limits[i].command);
        return -1;
    }
    return 0;
}
