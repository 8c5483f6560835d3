/* SPDX-License-Identifier: MIT */
#include "tests/grade/program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/config.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/sanitizer_report.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"
#include "tests/grade/workspace.h"

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
        fail_as(FLOOD, "%s has written more than %d bytes on standard %s.",
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
                "%s waits for something that does not happen%s. (A receiver "
                "never answers.)",
                p->role, program_activity());
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
            fail_as(TIME_OUT, "%s stopped reading its standard input.",
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
    int64_t end = program_deadline();
    enum event event;

    program_close_input(p);
    do
        event = program_poll_one(p, -1, 0, end);
    while (event == EVENT_OUTPUT);
    if (event == EVENT_TIMEOUT && p->ours)
        no_verdict("%s does not end", p->role);
    if (event == EVENT_TIMEOUT) {
        expected("%s exits", p->role);
        got("it still runs after %d seconds", PROGRAM_SECONDS);
        fail_as(TIME_OUT, "%s does not exit when it should%s.", p->role,
                program_activity());
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

/* --- How it ended, and what it printed before ----------------------------- */

const char *program_stderr_tail(const struct program *p)
{
    enum { LINES = 3, STDERR_LINE = 150 };
    static char text[800];
    const char *end = p->err.bytes + p->err.len, *at = end;
    size_t n = 0;

    /* Find the beginning of the last few lines. */
    for (int lines = 0; at > p->err.bytes; at--) {
        lines += at[-1] == '\n' && at != end;
        if (lines == LINES)
            break;
    }
    while (at < end && n < sizeof text - 200) {
        size_t len = strcspn(at, "\n");

        n += (size_t)snprintf(
            text + n, sizeof text - n, "%s%s", n > 0 ? " | " : "",
            printable(at, len < STDERR_LINE ? len : STDERR_LINE));
        at += len + 1;
    }
    return n == 0 ? "(nothing)" : text;
}

const char *program_last_words(const struct program *p)
{
    static char text[800];
    const char *last;

    snprintf(text, sizeof text, "%s", program_stderr_tail(p));
    last = strrchr(text, '|');
    return last != NULL ? last + 2 : text;
}

/* The cause if the program exits on its own; NULL: that it was too early. */
static const char *exit_cause;

void program_set_exit_cause(const char *cause)
{
    exit_cause = cause;
}

/* "", or " when message 4 has no \"secret\"". */
static char activity[256];

void program_set_activity(const char *format, ...)
{
    va_list args;

    snprintf(activity, sizeof activity, " when ");
    va_start(args, format);
    vsnprintf(activity + 6, sizeof activity - 6, format, args);
    va_end(args);
}

void program_clear_activity(void)
{
    activity[0] = '\0';
}

const char *program_activity(void)
{
    return activity;
}

void program_require_sanitizer(const struct program *p)
{
    const char *line = sanitizer_report_no_start(p->err.bytes);

    if (line != NULL)
        no_verdict(
            "a sanitizer cannot start here (%s). Type: ulimit -v unlimited; or "
            "grade without sanitizers: make grade SANITIZE=",
            line);
}

/*
 * Whether a sanitizer can start in the selftest program, every time. Without an
 * argument that program exits immediately.
 */
static bool sanitizers_start(void)
{
    enum { STARTS = 20 };
    char path[PATH_SIZE];
    char *argv[] = {path, NULL};
    bool start = true;

    workspace_selftest(path, 0);
    for (int i = 0; i < STARTS && start; i++) {
        struct program *p = program_start(path, argv, "");
        int64_t end = program_deadline();

        while (program_poll_one(p, -1, 0, end) == EVENT_OUTPUT)
            ;
        start = p->pid == 0 && sanitizer_report_no_start(p->err.bytes) == NULL;
        program_free(p);
    }
    return start;
}

/* Writes the beginning of a sanitizer's report, and how the calls were. */
static void show_sanitizer_report(const char *text)
{
    enum { LINES = 10 };

    for (int i = 0; i < LINES && *text != '\0';) {
        size_t len = strcspn(text, "\n");

        if (len > 0 && text[0] != '=') {
            detail("%s", printable(text, len));
            i++;
        }
        text += len + (text[len] == '\n');
    }
}

void program_check_sanitizer(struct program *p)
{
    char cause[512];
    bool found;

    /* A submission can print these messages itself, or cause them by a broken
       stack. Then they come in each try, but in no correct program. */
    if (sanitizer_report_no_start(p->err.bytes) != NULL &&
        !(transcript->last_try && sanitizers_start()))
        program_require_sanitizer(p);
    found = sanitizer_report_summary(cause, sizeof cause, p->err.bytes);

    if (!found && p->pid == 0 && WIFEXITED(p->status) &&
        WEXITSTATUS(p->status) == PROGRAM_SANITIZER_EXIT) {
        snprintf(cause, sizeof cause, "a sanitizer has ended it");
        found = true;
    }
    if (found) {
        show_sanitizer_report(p->err.bytes);
        expected("no sanitizer report");
        got("%s", cause);
        if (strncmp(cause, "memory leak", 11) == 0)
            fail_as(SANITIZER,
                    "%s%s: free what is allocated there on every path; JSON "
                    "with kit_json_free.",
                    cause, activity);
        if (strstr(cause, "9223372036854775807 + ") != NULL)
            fail_as(SANITIZER,
                    "%s%s. This is KIT_NEVER: add nothing to good_until, which "
                    "includes KIT_CLOCK_SKEW.",
                    cause, activity);
        fail_as(SANITIZER, "Crash%s: %s.", activity, cause);
    }
}

void program_check_todo(const struct program *p)
{
    static const char refused[] = "refused: TODO ";
    const char *at = strstr(p->err.bytes, refused);
    char todo[2] = "";

    if (at == NULL || at[sizeof refused - 1] == '\0')
        return;
    todo[0] = at[sizeof refused - 1];
    see_todo(todo);
    fail_as(UNWRITTEN, "TODO %s is not written yet, so %s.", printable(todo, 1),
            strcmp(p->role, "Your sender") == 0
                ? "your sender sends nothing"
                : "your receiver refuses every line");
}

/* What a program that exits prints, and the mistake that makes it do so. */
static const struct {
    const char *words;
    bool alone; /* only if it has printed nothing else */
    const char *cause;
} mistakes[] = {
    {"kit_ad_message: seq is 0", false,
     "The text is counted too late: increase chat->seq before kit_ad_message. "
     "The first text of a chat has seq 1."},
    {"message 4 was not understood (TODO 1)", true,
     "read_chat_response has not returned 0, but has printed no error: return "
     "0 if all is well, and otherwise kit_refused(\"WORD\")."},
    {"message 5 was not made (TODO 2, TODO 3)", true,
     "seal_text or write_chat_message has not returned 0, but has printed no "
     "error: return 0 if all is well, and otherwise kit_refused(\"WORD\")."},
    {"Too many open files", false,
     "Your receiver has no file descriptors left: close every connection that "
     "has ended."},
};

/* Fails the check if the last words of P, which has exited, name a mistake. */
static void check_last_words(const struct program *p)
{
    const char *words = p->err.bytes, *misuse = strstr(words, ": kit_");

    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const char *newline = strchr(words, '\n');

        if (strstr(words, mistakes[i].words) != NULL &&
            (!mistakes[i].alone || newline == NULL || newline[1] == '\0'))
            fail("%s", mistakes[i].cause);
    }
    if (misuse != NULL)
        fail("A function of the kit was called in a wrong way%s. %s", activity,
             printable(misuse + 2, strcspn(misuse + 2, "\n")));
}

_Noreturn void program_fail(struct program *p, const char *expected_event)
{
    detail("%s printed on standard error: %s", p->role, program_stderr_tail(p));
    program_check_sanitizer(p);
    if (p->ours)
        no_verdict("%s does not work: %s", p->role, program_stderr_tail(p));
    expected("%s", expected_event);
    if (p->pid != 0) {
        got("nothing, although the program runs; its last words: %s",
            program_stderr_tail(p));
        fail_as(TIME_OUT, "%s runs, but does not do that%s.", p->role,
                activity);
    }
    if (WIFSIGNALED(p->status)) {
        int number = WTERMSIG(p->status);

        got("it was killed by signal %d (%s)", number, strsignal(number));
        if (number == SIGSYS && sandbox_is_used())
            fail_as(SIGNALLED,
                    "%s tries to start another program%s, or makes a system "
                    "call that no sender or receiver needs.",
                    p->role, activity);
        fail_as(SIGNALLED, "%s was killed by signal %d (%s)%s.", p->role,
                number, strsignal(number), activity);
    }
    got("it exited with code %d; its last words: %s", WEXITSTATUS(p->status),
        program_stderr_tail(p));
    program_check_todo(p);
    if (exit_cause != NULL)
        fail("%s", exit_cause);
    check_last_words(p);
    fail_as(EXITED, "%s exited too early%s, with code %d. Its last words: %s",
            p->role, activity, WEXITSTATUS(p->status), program_stderr_tail(p));
}
