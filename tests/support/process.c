/* SPDX-License-Identifier: MIT */
#include "tests/support/process.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/support/stopwatch.h"

enum { DESCRIPTORS = 1024 }; /* of a test, at most */

extern char **environ;

/* Fails the test with WHY and the output of P. */
static void give_up(struct process *p, const char *why)
{
    ck_abort_msg("%s: %s\n--- standard output\n%.*s--- standard error\n%.*s",
                 p->name, why, (int)p->out.len, p->out.bytes, (int)p->err.len,
                 p->err.bytes);
}

/* The whole environment of a program under test, with SETTINGS. */
static char **environment_with(const char *const *settings)
{
    static char path[4096], asan[64], ubsan[64], tsan[64];
    static char *environment[5 + PROCESS_SETTINGS] = {path, asan, ubsan, tsan};
    const char *ours = getenv("PATH");

    snprintf(path, sizeof path, "PATH=%s", ours != NULL ? ours : "");
    snprintf(asan, sizeof asan, "ASAN_OPTIONS=exitcode=%d:detect_leaks=1",
             PROCESS_FINDING);
    snprintf(ubsan, sizeof ubsan,
             "UBSAN_OPTIONS=print_stacktrace=1:exitcode=%d", PROCESS_FINDING);
    snprintf(tsan, sizeof tsan, "TSAN_OPTIONS=exitcode=%d", PROCESS_FINDING);
    for (int i = 0; i < PROCESS_SETTINGS; i++)
        environment[4 + i] = (char *)settings[i];
    return environment;
}

/*
 * In the child: three pipes, a clean environment, the program. It stays in the
 * process group of the test, which Check kills when the test is over.
 */
static void become(char *const argv[], const struct process_way *way, int in,
                   int out, int err)
{
    char **environment = environment_with(way->settings);

    if (way->log != NULL)
        err = open(way->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    /* nohup and "&" in a script start the tests with some signals ignored. */
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    if (dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(err, 2) >= 0) {
        /* All other descriptors belong to the test. With a copy of the one that
           the test writes to, the program would never see its input end. */
        for (int fd = 3; fd < DESCRIPTORS; fd++)
            close(fd);
        if (way->before != NULL)
            way->before();
        environ = environment;
        execvp(argv[0], argv);
        fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
    }
    _exit(127);
}

struct process *process_start(char *const argv[])
{
    return process_start_in(argv, NULL);
}

struct process *process_start_in(char *const argv[],
                                 const struct process_way *way)
{
    static const struct process_way usual;
    struct process *p = calloc(1, sizeof *p);
    int in[2], out[2], err[2];

    ck_assert(p != NULL && pipe(in) == 0 && pipe(out) == 0 && pipe(err) == 0);
    snprintf(p->name, sizeof p->name, "%s", argv[0]);
    p->pid = fork();
    /* The child must not call Check: a thread of ours may hold its lock. */
    if (p->pid == 0)
        become(argv, way != NULL ? way : &usual, in[0], out[1], err[1]);
    ck_assert_int_gt(p->pid, 0);
    close(in[0]);
    close(out[1]);
    close(err[1]);
    p->in = in[1];
    p->out.fd = out[0];
    p->err.fd = err[0];
    /* Writing to it must neither block for ever nor kill the test. */
    signal(SIGPIPE, SIG_IGN);
    fcntl(p->in, F_SETFL, O_NONBLOCK);
    fcntl(p->in, F_SETFD, FD_CLOEXEC);
    fcntl(p->out.fd, F_SETFD, FD_CLOEXEC);
    fcntl(p->err.fd, F_SETFD, FD_CLOEXEC);
    return p;
}

void process_add_words(char *argv[PROCESS_WORDS], int count, va_list words)
{
    do
        ck_assert_int_lt(count, PROCESS_WORDS);
    while ((argv[count++] = va_arg(words, char *)) != NULL);
}

struct process *process_words(const struct process_way *way, ...)
{
    char *argv[PROCESS_WORDS];
    va_list words;

    va_start(words, way);
    process_add_words(argv, 0, words);
    va_end(words);
    return process_start_in(argv, way);
}

/* Reads once from STREAM, which poll has reported. */
static void read_stream(struct process *p, struct stream *stream)
{
    size_t room = sizeof stream->bytes - stream->len;
    ssize_t n = read(stream->fd, stream->bytes + stream->len, room);

    if (room == 0)
        give_up(p, "prints more than PROCESS_OUTPUT bytes");
    if (n > 0) {
        stream->len += (size_t)n;
    } else if (n == 0 || errno != EINTR) {
        close(stream->fd);
        stream->fd = -1;
    }
}

/* Waits until END for output, or, if WRITES, for room in its input. */
static bool pump(struct process *p, int64_t end, bool writes)
{
    struct pollfd all[] = {
        {.fd = p->out.fd, .events = POLLIN},
        {.fd = p->err.fd, .events = POLLIN},
        {.fd = writes ? p->in : -1, .events = POLLOUT},
    };
    int64_t left = end - kit_ticks();
    int n = left > 0 ? poll(all, 3, (int)left) : 0;

    if (n == 0)
        give_up(p, "does not print the line, read its input or end in time: on "
                   "a slow machine, set CK_TIMEOUT_MULTIPLIER=10");
    if (all[0].revents != 0)
        read_stream(p, &p->out);
    if (all[1].revents != 0)
        read_stream(p, &p->err);
    return all[2].revents != 0;
}

static int64_t deadline(void)
{
    return kit_ticks() + stopwatch_patience();
}

void process_write(struct process *p, const void *bytes, size_t len)
{
    const char *at = bytes;
    int64_t end = deadline();

    while (len > 0) {
        ssize_t n = write(p->in, at, len);

        if (n > 0) {
            at += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN) {
            pump(p, end, true);
        } else if (errno != EINTR) {
            return; /* it has closed its input; its exit code tells why */
        }
    }
}

void process_close_input(struct process *p)
{
    if (p->in >= 0)
        close(p->in);
    p->in = -1;
}

const char *process_line(struct process *p, struct stream *stream)
{
    static char line[65536];
    int64_t end = deadline();
    char *start, *newline;
    size_t len;

    for (;;) {
        start = stream->bytes + stream->taken;
        newline = memchr(start, '\n', stream->len - stream->taken);
        if (newline != NULL || stream->fd < 0)
            break;
        pump(p, end, false);
    }
    len = newline != NULL ? (size_t)(newline - start)
                          : stream->len - stream->taken;
    if (newline == NULL && len == 0)
        return NULL;
    ck_assert_uint_lt(len, sizeof line);
    memcpy(line, start, len);
    line[len] = '\0';
    stream->taken += len + (newline != NULL);
    return line;
}

const char *process_find(struct process *p, struct stream *stream,
                         const char *part)
{
    const char *line;

    do
        line = process_line(p, stream);
    while (line != NULL && strstr(line, part) == NULL);
    return line;
}

const char *process_ready(struct process *p, struct stream *stream)
{
    const char *line = process_find(p, stream, "listening on ");

    if (line == NULL)
        give_up(p, "ends without a line \"listening on \"");
    else
        snprintf(p->where, sizeof p->where, "%s", strrchr(line, ' ') + 1);
    return p->where;
}

int process_wait(struct process *p)
{
    int64_t end = deadline();
    int status;

    process_close_input(p);
    while (p->out.fd >= 0 || p->err.fd >= 0)
        pump(p, end, false);
    ck_assert_int_eq(waitpid(p->pid, &status, 0), p->pid);
    p->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void process_exits(struct process *p, int code)
{
    char why[64];
    int got = process_wait(p);

    snprintf(why, sizeof why, "exits with %d instead of %d", got, code);
    if (got != code)
        give_up(p, why);
}

void process_fails(struct process *p, int code, const char *part)
{
    char why[256];

    process_exits(p, code);
    if (p->out.len > 0)
        give_up(p, "prints something on standard output");
    snprintf(why, sizeof why, "does not print an error with \"%s\"", part);
    if (p->err.len == 0 || strstr(p->err.bytes, part) == NULL)
        give_up(p, why);
    process_end(p);
}

void process_succeeds(struct process *p)
{
    process_exits(p, 0);
    process_end(p);
}

bool process_has(const char *name)
{
    const char *folder = getenv("PATH");
    char file[4096];

    while (folder != NULL && *folder != '\0') {
        size_t len = strcspn(folder, ":");

        snprintf(file, sizeof file, "%.*s/%s", (int)len, folder, name);
        if (access(file, X_OK) == 0)
            return true;
        folder += len + (folder[len] == ':');
    }
    return false;
}

int process_kill(struct process *p, int number)
{
    kill(p->pid, number);
    return process_wait(p);
}

void process_end(struct process *p)
{
    if (p == NULL)
        return;
    if (p->pid > 0) {
        kill(p->pid, SIGKILL);
        (void)process_wait(p);
    }
    free(p);
}
