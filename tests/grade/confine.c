/* SPDX-License-Identifier: MIT */
/*
 * confine: the last step before a stranger's code runs. It takes away the
 * rights that bubblewrap and setpriv leave, and then becomes the program:
 *
 *     confine [OPTION VALUE]... -- PROGRAM [ARG]...
 *
 *     processes N   at most N processes and threads of this user
 *     memory N      at most N MiB of addresses; not for sanitized programs
 *     read PATH     Landlock: only these can be read and run ...
 *     write PATH    ... and only these written
 *     bind PORT     ... and only these ports bound; 0: any that is free
 *     folder PATH   the current folder
 *     once yes      the program can start no other program
 *     report FD     the pipe of exec_report.h
 *
 * It runs inside the sandbox, so a failure here is reported through FD and
 * there is no verdict. Linux only.
 */
#define _GNU_SOURCE /* CLONE_NEWUSER, MAP_FIXED_NOREPLACE */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/grade/exec_report.h"

static int report_fd = -1;

static _Noreturn void stop(const char *step)
{
    exec_report_failure(report_fd, step);
}

static _Noreturn void stop_at_option(void)
{
    errno = EINVAL;
    stop("read the options of");
}

static unsigned long number(const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (*text == '\0' || *end != '\0')
        stop_at_option();
    return n;
}

static void limit(int what, rlim_t most)
{
    struct rlimit value = {most, most};

    if (setrlimit(what, &value) != 0)
        stop("set the limits of");
}

/* --- Landlock: which files can be read, run and written ------------------- */

enum {
    READ = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
           LANDLOCK_ACCESS_FS_READ_DIR,
    FILE_RIGHTS = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                  LANDLOCK_ACCESS_FS_WRITE_FILE,
    /* What the first version of Landlock (Linux 5.13) knows: 13 rights. */
    ALL = (1 << 13) - 1,
};

static int ruleset = -1;

/* Landlock has rules for ports since Linux 6.7. Older headers lack these. */
enum { BIND_TCP = 1, RULE_PORT = 2, PORTS_ABI = 4 };

struct ruleset {
    uint64_t files, network;
};

struct port_rule {
    uint64_t rights, port;
};

static long landlock_abi(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0,
                   LANDLOCK_CREATE_RULESET_VERSION);
}

/* From now on, there are rules: what none of them allows is forbidden. */
static void begin_rules(void)
{
    struct ruleset all = {ALL, BIND_TCP};
    size_t size = landlock_abi() >= PORTS_ABI ? sizeof all : sizeof all.files;

    if (ruleset < 0)
        ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
    if (ruleset < 0)
        stop("confine the files of");
}

/* Allows PORT to be bound. 0 is any port that the kernel chooses. */
static void allow_port(unsigned long port)
{
    struct port_rule rule = {BIND_TCP, port};

    begin_rules();
    if (landlock_abi() >= PORTS_ABI &&
        syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0) != 0)
        stop("confine the ports of");
}

/* Allows RIGHTS below PATH. A path that does not exist needs no rule. */
static void allow(const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = rights};
    struct stat st;

    begin_rules();
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0 && errno == ENOENT)
        return;
    if (rule.parent_fd < 0 || fstat(rule.parent_fd, &st) != 0)
        stop("confine the files of");
    if (!S_ISDIR(st.st_mode))
        rule.allowed_access &= FILE_RIGHTS;
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                &rule, 0) != 0)
        stop("confine the files of");
    close(rule.parent_fd);
}

static void enforce_files(void)
{
    if (ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        stop("confine the files of");
}

/*
 * Under bubblewrap Landlock is not needed for files. But it also keeps a
 * program from reading and tracing processes that are not its children, such as
 * bubblewrap's own in the same namespace. Kernels without Landlock skip this.
 */
static void enforce_processes(void)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs =
                                             LANDLOCK_ACCESS_FS_MAKE_BLOCK};

    if (ruleset >= 0)
        return;
    ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    enforce_files();
}

/* --- seccomp: which system calls are allowed ------------------------------ */

#if defined __x86_64__
#define ARCH AUDIT_ARCH_X86_64
#elif defined __i386__
#define ARCH AUDIT_ARCH_I386
#elif defined __aarch64__
#define ARCH AUDIT_ARCH_AARCH64
#elif defined __arm__
#define ARCH AUDIT_ARCH_ARM
#elif defined __riscv && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

#ifdef ARCH

/*
 * Calls that fail with EPERM. They leave something behind when the program has
 * ended, or make new namespaces or unusual files.
 */
static const long forbidden[] = {
#ifdef SYS_ipc
    SYS_ipc,
#endif
#ifdef SYS_shmget
    SYS_shmget,
    SYS_semget,
    SYS_msgget,
#endif
    SYS_mq_open,
    SYS_unshare,
    SYS_setns,
    SYS_mount,
    SYS_add_key,
    SYS_keyctl,
    SYS_request_key,
    SYS_bpf,
    SYS_io_uring_setup,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_memfd_create,
};

enum {
    FORBIDDEN = sizeof forbidden / sizeof forbidden[0],
    STEPS = 40 + 2 * FORBIDDEN,
    NAMESPACES = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS |
                 CLONE_NEWIPC | CLONE_NEWUTS,
};

static struct sock_filter steps[STEPS];
static unsigned short count;

static void add(uint16_t code, uint8_t yes, uint8_t no, uint32_t k)
{
    steps[count++] = (struct sock_filter){code, yes, no, k};
}

static void load(size_t offset)
{
    add(BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void end(uint32_t action)
{
    add(BPF_RET | BPF_K, 0, 0, action);
}

/* Unless the loaded word is K, skips the next N steps. */
static void unless_equal(uint32_t k, uint8_t n)
{
    add(BPF_JMP | BPF_JEQ | BPF_K, 0, n, k);
}

/* The offset of the 32 low bits of argument I, and of the high ones. */
static size_t low(int i)
{
    size_t at = offsetof(struct seccomp_data, args) + (size_t)i * 8;

    return at + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0);
}

static size_t high(int i)
{
    return low(i) + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? -4 : 4);
}

/*
 * execve is allowed only if its first argument is the address PATH. That
 * address is random, and the program cannot find it out: only root may read a
 * filter.
 */
static void make_filter(const char *path)
{
    uint64_t at = (uintptr_t)path;

    load(offsetof(struct seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCH);
    end(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    add(BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000); /* x32 */
    end(SECCOMP_RET_KILL_PROCESS);
#endif
    for (int i = 0; i < FORBIDDEN; i++) {
        unless_equal((uint32_t)forbidden[i], 1);
        end(SECCOMP_RET_ERRNO | EPERM);
    }
    /* A filter cannot see the flags of clone3. Without it, libc uses clone. */
    unless_equal(SYS_clone3, 1);
    end(SECCOMP_RET_ERRNO | ENOSYS);
    unless_equal(SYS_clone, 4);
    load(low(0));
    add(BPF_JMP | BPF_JSET | BPF_K, 0, 1, NAMESPACES);
    end(SECCOMP_RET_ERRNO | EPERM);
    end(SECCOMP_RET_ALLOW);
    unless_equal(SYS_execveat, 1);
    end(SECCOMP_RET_KILL_PROCESS);
    unless_equal(SYS_execve, 5);
    load(low(0));
    unless_equal((uint32_t)at, 2);
    load(high(0));
    add(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, (uint32_t)(at >> 32));
    end(SECCOMP_RET_KILL_PROCESS);
    end(SECCOMP_RET_ALLOW);
}

/* A copy of PATH at a random address. */
static const char *hide(const char *path)
{
    long page = sysconf(_SC_PAGESIZE);
    uintptr_t where = 0;
    char *copy = MAP_FAILED;

    for (int i = 0; i < 100 && copy == MAP_FAILED; i++) {
        if (getrandom(&where, sizeof where, 0) != sizeof where)
            stop("draw a random number for");
        /* Most 64-bit systems have 47 bits of addresses for a program. Some
           have only 38: riscv64 with Sv39, for example. */
        where = sizeof where == 8 ? where >> (i < 50 ? 18 : 26) : where >> 2;
        where &= ~((uintptr_t)page - 1);
        copy = mmap((void *)where, (size_t)page, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    }
    if (copy == MAP_FAILED || strlen(path) >= (size_t)page)
        stop("confine");
    return strcpy(copy, path);
}

static const char *forbid_calls(const char *path)
{
    struct sock_fprog program = {.filter = steps};

    path = hide(path);
    make_filter(path);
    program.len = count;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
        stop("confine the system calls of");
    return path;
}

#else
static const char *forbid_calls(const char *path)
{
    return path;
}
#endif

int main(int argc, char **argv)
{
    extern char **environ;
    bool once = false;
    const char *folder = ".";
    const char *path;
    int i = 1;

    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        const char *option = argv[i], *value = argv[i + 1];

        if (strcmp(option, "report") == 0)
            report_fd = (int)number(value);
        else if (strcmp(option, "processes") == 0)
            limit(RLIMIT_NPROC, number(value));
        else if (strcmp(option, "memory") == 0)
            limit(RLIMIT_AS, (rlim_t)number(value) << 20);
        else if (strcmp(option, "folder") == 0)
            folder = value;
        else if (strcmp(option, "read") == 0)
            allow(value, READ);
        else if (strcmp(option, "write") == 0)
            allow(value, ALL & ~LANDLOCK_ACCESS_FS_EXECUTE);
        else if (strcmp(option, "bind") == 0)
            allow_port(number(value));
        else if (strcmp(option, "once") == 0)
            once = true;
        else
            stop_at_option();
    }
    if (i + 1 >= argc)
        return 64;
    if (report_fd >= 0 && fcntl(report_fd, F_SETFD, FD_CLOEXEC) != 0)
        stop("report on");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        stop("confine");
    enforce_files();
    enforce_processes();
    if (chdir(folder) != 0)
        stop("enter the folder of");
    argv += i + 1;
    path = once ? forbid_calls(argv[0]) : argv[0];
    if (report_fd >= 0)
        exec_report_ready(report_fd);
    if (once)
        execve(path, argv, environ);
    else
        execvp(path, argv);
    stop("run");
}
