/* SPDX-License-Identifier: MIT */
#include "tests/grade/program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/config.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"

int64_t program_deadline(void)
{
    return kit_ticks() + PROGRAM_SECONDS * 1000;
}

static struct program *start(const char *role, char *const argv[],
                             const char *options, bool ours)
{
    struct spawn_ends ends;
    struct program *p = calloc(1, sizeof *p);
    struct stream *streams[] = {&p->out, &p->err};

    must(p != NULL);
    p->role = role;
    p->ours = ours;
    for (int i = 0; i < 2; i++) {
        streams[i]->bytes = malloc(PROGRAM_OUTPUT + 1);
        must(streams[i]->bytes != NULL);
        streams[i]->bytes[0] = '\0';
    }
    p->pid = spawn(&ends, argv, options, !ours);
    p->process = ours ? p->pid : sandbox_find_process(p->pid);
    p->in = ends.in;
    p->out.fd = ends.out;
    p->err.fd = ends.err;
    must(transcript->group_count < RESULT_GROUPS);
    transcript->groups[transcript->group_count++] = p->pid;
    return p;
}

struct program *program_start(const char *role, char *const argv[],
                              const char *options)
{
    return start(role, argv, options, false);
}

struct program *program_start_client(const char *role, char *const argv[],
                                     const char *options)
{
    enum { MOST = 20, MORE = 3 }; /* arguments of a client; those added here */
    char file[64];
    char *traced[MOST + MORE + 1] = {argv[0], "--trace", file, "--trace-keys"};
    int count = 1;

    if (config.trace == NULL)
        return program_start(role, argv, options);
    /* A check can start several programs, and run again. */
    snprintf(file, sizeof file, "%d-%d" PROGRAM_TRACE, (int)getpid(),
             transcript->group_count);
    for (; argv[count] != NULL && count < MOST; count++)
        traced[count + MORE] = argv[count];
    return program_start(role, traced, options);
}

struct program *program_start_ours(const char *role, char *const argv[],
                                   const char *options)
{
    return start(role, argv, options, true);
}

/* Reads once from STREAM, which is readable. */
static void read_output(struct program *p, struct stream *stream)
{
    size_t room = PROGRAM_OUTPUT - stream->len;
    ssize_t n = read(stream->fd, stream->bytes + stream->len, room);

    if (room == 0)
        fail_as(FLOOD,
                "%s has written more than %d bytes on standard %s: does it "
                "print in an endless loop?",
                p->role, PROGRAM_OUTPUT,
                stream == &p->out ? "output" : "error");
    if (n > 0) {
        stream->len += (size_t)n;
        stream->bytes[stream->len] = '\0';
    } else if (n == 0 || errno != EINTR) {
        close(stream->fd);
        stream->fd = -1;
    }
}

/* Whether the process has ended; records how. */
static bool has_ended(struct program *p)
{
    struct rusage usage;

    if (p->pid > 0 && wait4(p->pid, &p->status, WNOHANG, &usage) == p->pid) {
        p->rss = usage.ru_maxrss;
        if (!p->ours)
            p->status = sandbox_status(p->status);
        p->pid = 0;
    }
    return p->pid == 0;
}

/*
 * Reads what an ended program has left in the pipes. A child of the program may
 * hold them open, so this does not wait for their end.
 */
static enum event drain_output(struct program *p)
{
    struct stream *streams[] = {&p->out, &p->err};

    for (int i = 0; i < 2; i++) {
        struct pollfd one = {.fd = streams[i]->fd, .events = POLLIN};

        while (one.fd >= 0 && poll(&one, 1, 0) == 1) {
            read_output(p, streams[i]);
            one.fd = streams[i]->fd;
        }
    }
    return EVENT_EXITED;
}

enum event program_poll(struct program *p, struct pollfd *fds, int count,
                        int64_t end)
{
    struct pollfd all[PROGRAM_POLLED + 3] = {
        {.fd = p != NULL ? p->out.fd : -1, .events = POLLIN},
        {.fd = p != NULL ? p->err.fd : -1, .events = POLLIN},
        {.fd = spawn_sigchld_fd(), .events = POLLIN},
    };

    memcpy(all + 3, fds, (size_t)count * sizeof *fds);
    for (;;) {
        int64_t left = end - kit_ticks();
        bool now = left <= 0 || (p != NULL && has_ended(p));
        int n = poll(all, 3 + (nfds_t)count, now ? 0 : (int)left);

        memcpy(fds, all + 3, (size_t)count * sizeof *fds);
        for (int i = 0; n > 0 && i < count; i++) {
            if (fds[i].revents != 0)
                return EVENT_READY;
        }
        /* Its last output is still in the pipes. */
        if (p != NULL && p->pid == 0)
            return drain_output(p);
        if (n == 0)
            return EVENT_TIMEOUT;
        if (n < 0)
            continue;
        if (all[0].revents != 0)
            read_output(p, &p->out);
        if (all[1].revents != 0)
            read_output(p, &p->err);
        if (all[0].revents != 0 || all[1].revents != 0)
            return EVENT_OUTPUT;
        spawn_sigchld_clear();
    }
}

enum event program_poll_one(struct program *p, int fd, short events,
                            int64_t end)
{
    struct pollfd one = {.fd = fd, .events = events};

    return program_poll(p, &one, 1, end);
}

enum event program_read_all(struct program *p, int64_t end)
{
    enum event event;

    do
        event = program_poll_one(p, -1, 0, end);
    while (event == EVENT_OUTPUT);
    return event;
}

void program_terminate(struct program *p, int64_t end)
{
    if (p->pid > 0)
        kill(p->process, SIGTERM);
    (void)program_read_all(p, end);
}

void program_await(struct program *p, int fd, short events, const char *what)
{
    int64_t end = program_deadline();
    enum event event;

    do
        event = program_poll_one(p, fd, events, end);
    while (event == EVENT_OUTPUT);
    if (event == EVENT_EXITED)
        program_fail(p, what);
    if (event == EVENT_TIMEOUT) {
        expected("%s", what);
        got("nothing for %d seconds", PROGRAM_SECONDS);
        fail_as(TIME_OUT,
                "%s has done nothing for %d seconds%s. Does it wait for an "
                "answer? A receiver never answers.",
                p->role, PROGRAM_SECONDS, program_activity());
    }
}

void program_write(struct program *p, const void *bytes, size_t len)
{
    const char *at = bytes;
    int64_t end = program_deadline();

    while (len > 0) {
        ssize_t n = write(p->in, at, len);

        if (n > 0) {
            at += n;
            len -= (size_t)n;
        } else if (errno != EAGAIN && errno != EINTR) {
            return; /* closed: the caller sees later how it ended */
        } else if (program_poll_one(p, p->in, POLLOUT, end) == EVENT_TIMEOUT) {
            expected("it reads its standard input");
            got("it does not, for %d seconds", PROGRAM_SECONDS);
            fail_as(TIME_OUT,
                    "%s stopped reading its standard input: read it to its "
                    "end.",
                    p->role);
        }
    }
}

void program_close_input(struct program *p)
{
    if (p->in >= 0)
        close(p->in);
    p->in = -1;
}

const char *program_read_line(struct program *p, struct stream *stream,
                              int64_t end)
{
    static char line[65536];
    char *start, *newline;
    size_t len;

    for (;;) {
        start = stream->bytes + stream->taken;
        newline = memchr(start, '\n', stream->len - stream->taken);
        if (newline != NULL)
            break;
        switch (program_poll_one(p, -1, 0, end)) {
        case EVENT_EXITED:
            if (memchr(start, '\n', stream->len - stream->taken) != NULL)
                continue;
            return NULL;
        case EVENT_TIMEOUT:
            return NULL;
        default:
            break;
        }
    }
    len = (size_t)(newline - start);
    stream->taken += len + 1;
    snprintf(line, sizeof line, "%.*s", (int)len, start);
    return line;
}

int program_wait_exit(struct program *p)
{
    enum event event;

    program_close_input(p);
    event = program_read_all(p, program_deadline());
    if (event == EVENT_TIMEOUT && p->ours)
        no_verdict("%s does not end: end other programs", p->role);
    if (event == EVENT_TIMEOUT) {
        expected("%s exits", p->role);
        got("it still runs after %d seconds", PROGRAM_SECONDS);
        fail_as(TIME_OUT,
                "%s does not exit%s: it must exit after an error, and a sender "
                "also when its input has ended and every text was sent.",
                p->role, program_activity());
    }
    program_check_sanitizer(p);
    if (WIFSIGNALED(p->status))
        program_fail(p, "it exits");
    return WEXITSTATUS(p->status);
}

/* The last number in the list AT, "12 345"; 0 if the list is empty. */
static long last_number(const char *at)
{
    long number = 0, next;
    char *end;

    for (;; at = end) {
        next = strtol(at, &end, 10);
        if (end == at)
            return number;
        number = next;
    }
}

/* The last number in the line NAME of /proc/PID/status of P, or 0. */
static long status_of(const struct program *p, const char *name)
{
    char path[64], line[256];
    long number = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", (int)p->process);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            number = last_number(line + strlen(name));
    }
    if (file != NULL)
        fclose(file);
    return number;
}

pid_t program_own_pid(const struct program *p)
{
    /* One id for each process namespace; the program is in the last one. */
    long pid = status_of(p, "NSpid:");

    return pid > 0 ? (pid_t)pid : p->pid;
}

long program_memory(const struct program *p)
{
    return p->pid != 0 ? status_of(p, "VmHWM:") : 0;
}

void program_free(struct program *p)
{
    if (p == NULL)
        return;
    if (p->pid > 0) {
        kill(-p->pid, SIGKILL);
        kill(p->pid, SIGKILL);
        waitpid(p->pid, &p->status, 0);
    }
    program_close_input(p);
    if (p->out.fd >= 0)
        close(p->out.fd);
    if (p->err.fd >= 0)
        close(p->err.fd);
    free(p->out.bytes);
    free(p->err.bytes);
    free(p);
}
