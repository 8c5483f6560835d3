/* SPDX-License-Identifier: MIT */
#include "tests/grade/sandbox_command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/grade/sandbox.h"
#include "tests/grade/tool.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"

enum {
    PROCESSES = 64,     /* of one program and its threads */
    COMPILER_MB = 2048, /* of addresses, for each of its processes */
};

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* --- What a sandbox needs to see ------------------------------------------ */

/* Libraries, and files that they read. */
static const char *const libraries[] = {
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libx32",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/share/crypto-policies",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/ssl/openssl.cnf",
    "/etc/ssl/certs",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/pki",
    "/nix/store",
    "/gnu/store",
};

/* What a compiler needs as well. */
static const char *const compilers[] = {
    "/bin", "/sbin", "/usr", "/etc/alternatives", "/etc/clang",
};

/*
 * Appends options to make the folders above PATH. bubblewrap would make them
 * itself, but closed to other users, such as the one without rights.
 */
static void add_parents(struct args *command, const char *path)
{
    char parent[PATH_SIZE];

    for (size_t i = 1; sandbox.kind == SANDBOX_BUBBLEWRAP && path[i] != '\0';
         i++) {
        if (path[i] != '/')
            continue;
        path_format(parent, "%.*s", (int)i, path);
        args_add_all(command, "--dir", parent, NULL);
    }
}

/* Appends an option to read PATH, if it is there. */
static void add_readable(struct args *command, const char *path)
{
    if (access(path, F_OK) != 0)
        return;
    add_parents(command, path);
    if (sandbox.kind == SANDBOX_BUBBLEWRAP)
        args_add_all(command, "--ro-bind", path, path, NULL);
    else
        args_add_all(command, "read", path, NULL);
}

/* The same for the LIST of folders between colons. */
static void add_list(struct args *command, const char *list)
{
    char path[PATH_SIZE];

    while (list != NULL && *list != '\0') {
        size_t len = strcspn(list, ":");

        path_format(path, "%.*s", (int)len, list);
        if (path[0] == '/' && !path_is_below(path, "/usr"))
            add_readable(command, path);
        list += len + (list[len] == ':');
    }
}

static void add_libraries(struct args *command)
{
    for (int i = 0; i < COUNT(libraries); i++)
        add_readable(command, libraries[i]);
    add_list(command, getenv("LD_LIBRARY_PATH"));
}

/*
 * The absolute path in the compiler's argument ARG, such as -I/opt/include, or
 * NULL.
 */
static const char *path_in(const char *arg)
{
    if (arg[0] == '-' && arg[1] != '\0' && strchr("ILB", arg[1]) != NULL)
        arg += 2;
    return arg[0] == '/' ? arg : NULL;
}

/* Appends options to read what the compiler with the arguments ARGV reads. */
static void add_compiler_files(struct args *command, const struct args *argv)
{
    char tool[PATH_SIZE], *real = NULL;

    for (int i = 0; i < COUNT(compilers); i++)
        add_readable(command, compilers[i]);
    for (size_t i = 1; i < argv->count; i++) {
        const char *path = path_in(argv->argv[i]);

        if (path != NULL && !path_is_below(path, "/usr"))
            add_readable(command, path);
    }
    add_list(command, getenv("CPATH"));
    add_list(command, getenv("C_INCLUDE_PATH"));
    add_list(command, getenv("LIBRARY_PATH"));
    /* A compiler outside the system folders, such as /opt/gcc-15/bin/gcc. */
    if (argv->argv[0][0] == '/')
        path_format(tool, "%s", argv->argv[0]);
    else if (!tool_find(tool, argv->argv[0]))
        return;
    if (path_is_below(tool, "/usr") || path_is_below(tool, "/bin"))
        return;
    add_readable(command, tool);
    real = realpath(tool, NULL);
    for (int i = 0; i < 2 && real != NULL && strrchr(real, '/') != NULL; i++)
        *strrchr(real, '/') = '\0';
    if (real != NULL && real[0] != '\0' && !path_is_below(real, "/usr"))
        add_readable(command, real);
    free(real);
}

/* --- Commands that run something inside ----------------------------------- */

/* Appends what runs a command as the separate user, without rights. */
static void add_user(struct args *command)
{
    char user[32], group[32];

    if (!user_is_separate())
        return;
    snprintf(user, sizeof user, "--reuid=%u", (unsigned)user_id());
    snprintf(group, sizeof group, "--regid=%u", (unsigned)user_id());
    args_add_all(command, sandbox.setpriv, user, group, "--clear-groups",
                 "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all",
                 NULL);
}

/* Appends bubblewrap with the inner namespaces. */
static void add_namespaces(struct args *command)
{
    args_add_all(command, sandbox.bwrap, "--unshare-pid", "--unshare-ipc",
                 "--unshare-uts", "--unshare-cgroup-try", "--new-session",
                 "--die-with-parent", "--cap-drop", "ALL", NULL);
    if (user_is_separate())
        args_add_all(command, "--cap-add", "CAP_SETUID", "--cap-add",
                     "CAP_SETGID", "--cap-add", "CAP_SETPCAP", NULL);
    else
        args_add_all(command, "--unshare-user", NULL);
    args_add_all(command, "--proc", "/proc", "--dev", "/dev", NULL);
    add_parents(command, workspace.folder);
    args_add_all(command, "--dir", workspace.folder, NULL);
}

/* Appends options to see setpriv and confine. */
static void add_tools(struct args *command)
{
    char folder[PATH_SIZE];

    path_format(folder, "%s", config.confine);
    *strrchr(folder, '/') = '\0';
    add_readable(command, folder);
    if (user_is_separate())
        add_readable(command, sandbox.setpriv);
}

/*
 * Appends the one folder that can be written, and the devices. Landlock cannot
 * limit how much is written, so there only the compiler, IS_COMPILER, may
 * write.
 */
static void add_folder(struct args *command, const char *folder,
                       bool is_compiler)
{
    if (sandbox.kind == SANDBOX_BUBBLEWRAP)
        args_add_all(command, "--bind", folder, folder, "--bind", folder,
                     "/tmp", NULL);
    else
        args_add_all(command, is_compiler ? "write" : "read", folder, "write",
                     "/dev/null", "write", "/dev/zero", "read", "/dev/random",
                     "read", "/dev/urandom", "read", "/proc", NULL);
}

/* Appends the end of bubblewrap's options, and confine with its first ones. */
static void end_namespaces(struct args *command, const char *folder, int report)
{
    char fd[16];

    snprintf(fd, sizeof fd, "%d", report);
    if (sandbox.kind == SANDBOX_BUBBLEWRAP)
        args_add_all(command, "--remount-ro", "/dev", "--remount-ro", "/", "--",
                     NULL);
    add_user(command);
    args_add_all(command, config.confine, "report", fd, "folder", folder, NULL);
}

void sandbox_command_program(struct args *command, const char *folder,
                             const char *readable, int report)
{
    char processes[16];

    if (sandbox.kind == SANDBOX_NONE)
        return;
    if (sandbox.kind == SANDBOX_BUBBLEWRAP) {
        add_namespaces(command);
        add_libraries(command);
        add_tools(command);
        add_readable(command, readable);
        add_folder(command, folder, false);
    }
    end_namespaces(command, folder, report);
    /* The limit counts all processes of a user. The separate user runs those
       of several checks at the same time. */
    snprintf(processes, sizeof processes, "%d",
             PROCESSES * (user_is_separate() ? 4 : 1));
    args_add_all(command, "processes", processes, "once", "yes", NULL);
    if (sandbox.kind == SANDBOX_SETPRIV && config.landlock) {
        add_libraries(command);
        add_readable(command, readable);
        add_folder(command, folder, false);
        /* A port that this submission holds is missing in other gradings. */
        args_add_all(command, "bind", "0", NULL);
    }
    args_add_all(command, "--", NULL);
}

void sandbox_command_compiler(struct args *command, const char *folder,
                              const char *readable, const struct args *argv,
                              int report)
{
    char memory[16];

    if (sandbox.kind == SANDBOX_NONE)
        return;
    if (sandbox.kind == SANDBOX_BUBBLEWRAP) {
        add_namespaces(command);
        add_libraries(command);
        add_compiler_files(command, argv);
        add_tools(command);
        add_readable(command, readable);
        add_folder(command, folder, true);
    }
    end_namespaces(command, folder, report);
    snprintf(memory, sizeof memory, "%d", COMPILER_MB);
    args_add_all(command, "processes", "256", "memory", memory, NULL);
    if (sandbox.kind == SANDBOX_SETPRIV && config.landlock) {
        add_libraries(command);
        add_compiler_files(command, argv);
        add_readable(command, readable);
        add_folder(command, folder, true);
    }
    args_add_all(command, "--", NULL);
}

void sandbox_command_outer(struct args *command)
{
    args_add_all(command, sandbox.bwrap, "--unshare-net", "--unshare-pid",
                 "--unshare-ipc", "--unshare-uts", "--die-with-parent",
                 "--dev-bind", "/", "/", "--proc", "/proc", NULL);
    if (geteuid() != 0)
        args_add_all(command, "--unshare-user", NULL);
}
