/* SPDX-License-Identifier: MIT */
#include "tests/grade/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/show.h"
#include "tests/grade/config.h"
#include "tests/grade/tool.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"

#ifdef __linux__
#include <sys/mount.h>
#include <sys/syscall.h>
#endif

enum layer { NONE, SETPRIV, BUBBLEWRAP };

static const char *const names[] = {"none", "setpriv", "bubblewrap"};

enum {
    PROCESSES = 64,     /* of one program and its threads */
    COMPILER_MB = 2048, /* of addresses, for each of its processes */
    FOLDER_MB = 1024,   /* of the grader's own files in memory */
    HOME_MB = 16,       /* of files that the programs of a check write */
    HOME_FILES = 1000,  /* how many */
    WHY = 200,          /* bytes of a reason that a command prints */
};

static enum layer layer;
static const char *inside; /* the folder in memory, see sandbox_inside */

/* The tools, with their folders. */
static char bwrap[PATH_SIZE], setpriv[PATH_SIZE];

const char *sandbox_name(void)
{
    return names[layer];
}

const char *sandbox_folder(void)
{
    return inside;
}

bool sandbox_is_used(void)
{
    return layer != NONE;
}

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

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/*
 * Appends options to make the folders above PATH. Those that bubblewrap makes
 * itself are closed to other users, such as the one without rights.
 */
static void add_parents(struct args *command, const char *path)
{
    char parent[PATH_SIZE];

    for (size_t i = 1; layer == BUBBLEWRAP && path[i] != '\0'; i++) {
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
    if (layer == BUBBLEWRAP)
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
    args_add_all(command, setpriv, user, group, "--clear-groups",
                 "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all",
                 NULL);
}

/* Appends bubblewrap with the inner namespaces. */
static void add_namespaces(struct args *command)
{
    args_add_all(command, bwrap, "--unshare-pid", "--unshare-ipc",
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
        add_readable(command, setpriv);
}

/*
 * Appends the one folder that can be written, and the devices. Landlock cannot
 * limit how much is written, so there only the compiler, IS_COMPILER, may
 * write.
 */
static void add_folder(struct args *command, const char *folder,
                       bool is_compiler)
{
    if (layer == BUBBLEWRAP)
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
    if (layer == BUBBLEWRAP)
        args_add_all(command, "--remount-ro", "/dev", "--remount-ro", "/", "--",
                     NULL);
    add_user(command);
    args_add_all(command, config.confine, "report", fd, "folder", folder, NULL);
}

void sandbox_add_program(struct args *command, const char *folder,
                         const char *readable, int report)
{
    char processes[16];

    if (layer == NONE)
        return;
    if (layer == BUBBLEWRAP) {
        add_namespaces(command);
        add_libraries(command);
        add_tools(command);
        add_readable(command, readable);
        add_folder(command, folder, false);
    }
    end_namespaces(command, folder, report);
    /* As one user, the programs of all checks that run now are counted. */
    snprintf(processes, sizeof processes, "%d",
             PROCESSES * (user_is_separate() ? 4 : 1));
    args_add_all(command, "processes", processes, "once", "yes", NULL);
    if (layer == SETPRIV && config.landlock) {
        add_libraries(command);
        add_readable(command, readable);
        add_folder(command, folder, false);
        /* A port that this submission holds is missing in other gradings. */
        args_add_all(command, "bind", "0", NULL);
    }
    args_add_all(command, "--", NULL);
}

void sandbox_add_compiler(struct args *command, const char *folder,
                          const char *readable, const struct args *argv,
                          int report)
{
    char memory[16];

    if (layer == NONE)
        return;
    if (layer == BUBBLEWRAP) {
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
    if (layer == SETPRIV && config.landlock) {
        add_libraries(command);
        add_compiler_files(command, argv);
        add_readable(command, readable);
        add_folder(command, folder, true);
    }
    args_add_all(command, "--", NULL);
}

/* --- The process inside bubblewrap ---------------------------------------- */

/* The first child of PID, or 0. */
static pid_t child_of(pid_t pid)
{
    char path[64];
    FILE *list;
    int child = 0;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid,
             (int)pid);
    list = fopen(path, "r");
    if (list == NULL || fscanf(list, "%d", &child) != 1)
        child = 0;
    if (list != NULL)
        fclose(list);
    return child;
}

pid_t sandbox_find_process(pid_t pid)
{
    pid_t init, program;

    if (layer != BUBBLEWRAP)
        return pid;
    /* bubblewrap waits for the first process of the namespace, which waits for
       the program. */
    init = child_of(pid);
    program = init > 0 ? child_of(init) : 0;
    return program > 0 ? program : pid;
}

int sandbox_status(int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;

    /* On Linux, and in every C library of it, this is the status of a process
       that a signal ended. */
    return layer == BUBBLEWRAP && code > 128 && code < 128 + 65 ? code - 128
                                                                : status;
}

/* --- Does a layer work here? ---------------------------------------------- */

/*
 * Runs COMMAND. Returns whether it exits with 0; if not, WHY is the first line
 * that it prints on standard error.
 */
static bool try_command(char why[WHY], struct args *command)
{
    char text[WHY] = "";
    int out[2], status = 1;
    size_t len = 0;
    ssize_t n;
    pid_t pid;

    if (pipe(out) != 0)
        return false;
    pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);

        if (dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(out[1], 2) == 2)
            execv(command->argv[0], command->argv);
        _exit(127);
    }
    close(out[1]);
    while (len < sizeof text - 1 &&
           (n = read(out[0], text + len, sizeof text - 1 - len)) > 0)
        len += (size_t)n;
    close(out[0]);
    waitpid(pid, &status, 0);
    kit_show(why, WHY, text, strcspn(text, "\n"));
    args_free(command);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Appends bubblewrap with the outer namespaces. */
static void add_outer(struct args *command)
{
    args_add_all(command, bwrap, "--unshare-net", "--unshare-pid",
                 "--unshare-ipc", "--unshare-uts", "--die-with-parent",
                 "--dev-bind", "/", "/", "--proc", "/proc", NULL);
    if (geteuid() != 0)
        args_add_all(command, "--unshare-user", NULL);
}

static bool bubblewrap_works(char why[WHY])
{
    struct args command = {0};

    if (!tool_find(bwrap, "bwrap")) {
        snprintf(why, WHY, "bubblewrap (bwrap) is not installed");
        return false;
    }
    if (geteuid() == 0 && !tool_find(setpriv, "setpriv")) {
        snprintf(why, WHY, "setpriv (util-linux) is not installed");
        return false;
    }
    add_outer(&command);
    args_add_all(&command, "--", bwrap, "--unshare-pid", "--unshare-ipc",
                 "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev",
                 NULL);
    if (geteuid() != 0)
        args_add_all(&command, "--unshare-user", NULL);
    args_add_all(&command, "--", "/bin/sh", "-c", "exit 0", NULL);
    return try_command(why, &command);
}

#ifdef __linux__
/* Whether the kernel has Landlock. */
static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 1;
}
#else
static bool has_landlock(void)
{
    return false;
}
#endif

static bool setpriv_works(char why[WHY])
{
    struct args command = {0};

    if (geteuid() != 0) {
        snprintf(why, WHY, "only root can use setpriv");
        return false;
    }
    if (!tool_find(setpriv, "setpriv")) {
        snprintf(why, WHY, "setpriv (util-linux) is not installed");
        return false;
    }
    args_add_all(&command, setpriv, "--reuid=61234", "--regid=61234",
                 "--clear-groups", "--no-new-privs", "--inh-caps=-all",
                 "--bounding-set=-all", NULL);
    config.landlock = has_landlock();
    /* Without Landlock, only their modes keep the answers from other users. */
    if (config.landlock)
        args_add_all(&command, "/bin/sh", "-c", "exit 0", NULL);
    else
        args_add_all(
            &command, "/bin/sh", "-c",
            "! test -r \"$0/solution/sender.c\" || {"
            "echo \"this kernel has no Landlock, and every user can read the "
            "kit: type chmod 700 $0\" >&2; exit 1; }",
            config.kit, NULL);
    return try_command(why, &command);
}

int sandbox_choose(const char *asked, bool own_work)
{
    char why[WHY] = "", why_setpriv[WHY] = "";

    layer = NONE;
    if (asked != NULL && strcmp(asked, "none") == 0)
        return EX_OK;
    if (asked == NULL && own_work)
        return EX_OK;
    if (asked == NULL || strcmp(asked, "bubblewrap") == 0) {
        if (bubblewrap_works(why)) {
            layer = BUBBLEWRAP;
            return EX_OK;
        }
    }
    if (asked == NULL || strcmp(asked, "setpriv") == 0) {
        if (setpriv_works(why_setpriv)) {
            layer = SETPRIV;
            return EX_OK;
        }
    }
    if (asked != NULL && strcmp(asked, "bubblewrap") != 0 &&
        strcmp(asked, "setpriv") != 0) {
        kit_error("SANDBOX=%s: choose bubblewrap, setpriv or none", asked);
        return EX_USAGE;
    }
    if (asked != NULL)
        kit_error("SANDBOX=%s does not work here: %s", asked,
                  why[0] != '\0' ? why : why_setpriv);
    else
        kit_error("SUBMISSION=%s: not graded: a stranger's code needs a "
                  "sandbox, and none works here: %s%s%s. Install bubblewrap "
                  "(make deps), or trust this code and type SANDBOX=none",
                  config.submission, why, geteuid() == 0 ? "; " : "",
                  geteuid() == 0 ? why_setpriv : "");
    return EX_UNAVAILABLE;
}

/* --- Inside bubblewrap ---------------------------------------------------- */

/* Whether FOLDER is there, and none of COUNT paths in AVOID is below it. */
static bool can_hide(const char *folder, const char *const *avoid, int count)
{
    struct stat st;

    for (int i = 0; i < count; i++) {
        char *real = realpath(avoid[i], NULL);
        bool below = real != NULL && path_is_below(real, folder);

        free(real);
        if (below)
            return false;
    }
    return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode);
}

int sandbox_enter(char **argv, const char *const *avoid, int count)
{
    /* Folders of every Linux that hold nothing that a grading needs. */
    static const char *const folders[] = {"/dev/shm", "/mnt", "/media", "/srv",
                                          "/opt"};
    struct args command = {0};
    char self[PATH_SIZE];
    ssize_t n;
    int i = 0;

    if (layer != BUBBLEWRAP)
        return EX_OK;
    n = readlink("/proc/self/exe", self, sizeof self - 1);
    while (i < COUNT(folders) && !can_hide(folders[i], avoid, count))
        i++;
    if (n <= 0 || i == COUNT(folders)) {
        kit_error("no verdict: bubblewrap needs an empty folder, like /mnt");
        return EX_OSERR;
    }
    self[n] = '\0';
    add_outer(&command);
    if (geteuid() != 0) /* to mount a folder in memory for each check */
        args_add_all(&command, "--cap-add", "CAP_SYS_ADMIN", NULL);
    args_add_all(&command, "--tmpfs", folders[i], "--", self, "--inside",
                 folders[i], NULL);
    for (int k = 1; argv[k] != NULL; k++)
        args_add_all(&command, argv[k], NULL);
    execv(bwrap, command.argv);
    kit_error("no verdict: cannot run %s: %s", bwrap, strerror(errno));
    return EX_OSERR;
}

#ifdef __linux__

int sandbox_inside(const char *folder)
{
    char size[64];

    inside = folder;
    layer = BUBBLEWRAP;
    (void)tool_find(bwrap, "bwrap");
    (void)tool_find(setpriv, "setpriv");
    snprintf(size, sizeof size, "size=%dm,nr_inodes=%d", FOLDER_MB,
             100 * HOME_FILES);
    if (mount(NULL, folder, NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, size) == 0)
        return EX_OK;
    kit_error("no verdict: cannot limit %s: %s", folder, strerror(errno));
    return EX_OSERR;
}

void sandbox_open_home(const char *home)
{
    char size[64];

    if (layer != BUBBLEWRAP)
        return;
    snprintf(size, sizeof size, "size=%dm,nr_inodes=%d,mode=0700", HOME_MB,
             HOME_FILES);
    must(mount("tmpfs", home, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
               size) == 0);
}

void sandbox_close_home(const char *home)
{
    if (layer == BUBBLEWRAP)
        (void)umount2(home, MNT_DETACH);
}

#else

int sandbox_inside(const char *folder)
{
    (void)folder;
    return EX_UNAVAILABLE;
}

void sandbox_open_home(const char *home)
{
    (void)home;
}

void sandbox_close_home(const char *home)
{
    (void)home;
}

#endif
