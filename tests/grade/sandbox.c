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
#include "tests/grade/sandbox_command.h"
#include "tests/grade/tool.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"

#ifdef __linux__
#include <sys/mount.h>
#include <sys/syscall.h>
#endif

struct sandbox sandbox;

static const char *const names[] = {
    [SANDBOX_NONE] = "none",
    [SANDBOX_SETPRIV] = "setpriv",
    [SANDBOX_BUBBLEWRAP] = "bubblewrap",
};

enum {
    FOLDER_MB = 1024,  /* of the grader's own files in memory */
    HOME_MB = 16,      /* of files that the programs of a check write */
    HOME_FILES = 1000, /* how many */
    WHY = 200,         /* bytes of a reason that a command prints */
};

static const char *inside; /* the folder in memory, see sandbox_inside */

const char *sandbox_name(void)
{
    return names[sandbox.kind];
}

const char *sandbox_folder(void)
{
    return inside;
}

bool sandbox_is_used(void)
{
    return sandbox.kind != SANDBOX_NONE;
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

    if (sandbox.kind != SANDBOX_BUBBLEWRAP)
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

    /* On Linux, N is the status of a process that signal N has ended. */
    return sandbox.kind == SANDBOX_BUBBLEWRAP && code > 128 && code < 128 + 65
               ? code - 128
               : status;
}

/* --- Which kinds work here? ----------------------------------------------- */

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

    if (pipe(out) != 0) {
        snprintf(why, WHY, "cannot make a pipe: %s", strerror(errno));
        return false;
    }
    pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);

        if (dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(out[1], 2) == 2)
            execv(command->argv[0], command->argv);
        dprintf(out[1], "%s", strerror(errno));
        _exit(127);
    }
    if (pid < 0)
        snprintf(text, sizeof text, "cannot fork: %s", strerror(errno));
    close(out[1]);
    while (pid > 0 && len < sizeof text - 1 &&
           (n = read(out[0], text + len, sizeof text - 1 - len)) > 0)
        len += (size_t)n;
    close(out[0]);
    if (pid > 0)
        waitpid(pid, &status, 0);
    if (text[0] == '\0' || text[0] == '\n')
        snprintf(text, sizeof text, "%s fails and prints no reason",
                 command->argv[0]);
    kit_show(why, WHY, text, strcspn(text, "\n"));
    args_free(command);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Why there is no bwrap. */
#ifdef __linux__
static const char no_bubblewrap[] =
    "bubblewrap (bwrap) is not installed: type make deps-sandbox";
#else
static const char no_bubblewrap[] = "bubblewrap works only on Linux";
#endif

static bool bubblewrap_works(char why[WHY])
{
    struct args command = {0};

    if (!tool_find(sandbox.bwrap, "bwrap")) {
        snprintf(why, WHY, "%s", no_bubblewrap);
        return false;
    }
    if (geteuid() == 0 && !tool_find(sandbox.setpriv, "setpriv")) {
        snprintf(why, WHY, "setpriv is not installed: install util-linux");
        return false;
    }
    sandbox_command_outer(&command);
    args_add_all(&command, "--", sandbox.bwrap, "--unshare-pid",
                 "--unshare-ipc", "--ro-bind", "/", "/", "--proc", "/proc",
                 "--dev", "/dev", NULL);
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
    if (!tool_find(sandbox.setpriv, "setpriv")) {
        snprintf(why, WHY, "setpriv is not installed: install util-linux");
        return false;
    }
    args_add_all(&command, sandbox.setpriv, "--reuid=61234", "--regid=61234",
                 "--clear-groups", "--no-new-privs", "--inh-caps=-all",
                 "--bounding-set=-all", NULL);
    config.landlock = has_landlock();
    /* Without Landlock, only file modes keep others from the solution. */
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

/*
 * Prints why the kind ASKED does not work, or, if that is NULL, why none does.
 * Returns an exit code.
 */
static int refuse(const char *asked, const char *why, const char *why_setpriv)
{
    bool root = geteuid() == 0;

    if (asked == NULL) {
        kit_error("SUBMISSION=%s: not graded: a stranger's code needs a "
                  "sandbox, and none works here: %s%s%s. If you trust this "
                  "code, add SANDBOX=none",
                  config.submission, why, root ? "; " : "",
                  root ? why_setpriv : "");
        return EX_UNAVAILABLE;
    }
    if (strcmp(asked, "bubblewrap") != 0 && strcmp(asked, "setpriv") != 0) {
        kit_error("SANDBOX=%s: choose bubblewrap, setpriv or none", asked);
        return EX_USAGE;
    }
    kit_error("SANDBOX=%s does not work here: %s", asked,
              why[0] != '\0' ? why : why_setpriv);
    return EX_UNAVAILABLE;
}

int sandbox_choose(const char *asked, bool own_work)
{
    char why[WHY] = "", why_setpriv[WHY] = "";
    bool any = asked == NULL;

    sandbox.kind = SANDBOX_NONE;
    if (any ? own_work : strcmp(asked, "none") == 0)
        return EX_OK;
    if ((any || strcmp(asked, "bubblewrap") == 0) && bubblewrap_works(why))
        sandbox.kind = SANDBOX_BUBBLEWRAP;
    else if ((any || strcmp(asked, "setpriv") == 0) &&
             setpriv_works(why_setpriv))
        sandbox.kind = SANDBOX_SETPRIV;
    else
        return refuse(asked, why, why_setpriv);
    return EX_OK;
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
    const int many = sizeof folders / sizeof folders[0];
    struct args command = {0};
    char self[PATH_SIZE];
    ssize_t n;
    int i = 0;

    if (sandbox.kind != SANDBOX_BUBBLEWRAP)
        return EX_OK;
    n = readlink("/proc/self/exe", self, sizeof self - 1);
    while (i < many && !can_hide(folders[i], avoid, count))
        i++;
    if (n <= 0 || i == many) {
        kit_error("no verdict: bubblewrap needs one of the folders /dev/shm, "
                  "/mnt, /media, /srv and /opt, without the kit or the "
                  "submission in it: create /mnt, and keep both out of it");
        return EX_OSERR;
    }
    self[n] = '\0';
    sandbox_command_outer(&command);
    if (geteuid() != 0) /* to mount a folder in memory for each check */
        args_add_all(&command, "--cap-add", "CAP_SYS_ADMIN", NULL);
    args_add_all(&command, "--tmpfs", folders[i], "--", self, "--inside",
                 folders[i], NULL);
    for (int k = 1; argv[k] != NULL; k++)
        args_add_all(&command, argv[k], NULL);
    execv(sandbox.bwrap, command.argv);
    kit_error("no verdict: cannot run %s: %s", sandbox.bwrap, strerror(errno));
    return EX_OSERR;
}

#ifdef __linux__

int sandbox_inside(const char *folder)
{
    char size[64];

    inside = folder;
    sandbox.kind = SANDBOX_BUBBLEWRAP;
    (void)tool_find(sandbox.bwrap, "bwrap");
    (void)tool_find(sandbox.setpriv, "setpriv");
    snprintf(size, sizeof size, "size=%dm,nr_inodes=%d", FOLDER_MB,
             100 * HOME_FILES);
    if (mount(NULL, folder, NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, size) == 0)
        return EX_OK;
    kit_error("no verdict: cannot limit the size of %s, where bubblewrap keeps "
              "the grader's files: %s: choose another SANDBOX",
              folder, strerror(errno));
    return EX_OSERR;
}

void sandbox_open_home(const char *home)
{
    char size[64];

    if (sandbox.kind != SANDBOX_BUBBLEWRAP)
        return;
    snprintf(size, sizeof size, "size=%dm,nr_inodes=%d,mode=0700", HOME_MB,
             HOME_FILES);
    must(mount("tmpfs", home, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
               size) == 0);
}

void sandbox_close_home(const char *home)
{
    if (sandbox.kind == SANDBOX_BUBBLEWRAP)
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
