/* SPDX-License-Identifier: MIT */
/* How a program under test ended, and what it printed before. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/grade/program.h"
#include "tests/grade/sanitizer_report.h"
#include "tests/grade/transcript.h"
#include "tests/grade/workspace.h"

const char *program_stderr_tail(const struct program *p)
{
    enum { LINES = 3 };
    static char text[600];
    const char *end = p->err.bytes + p->err.len, *at = end;
    size_t n = 0;

    /* Find the beginning of the last few lines. */
    for (int lines = 0; at > p->err.bytes; at--) {
        lines += at[-1] == '\n' && at != end;
        if (lines == LINES)
            break;
    }
    while (at < end && n < sizeof text - 100) {
        size_t len = strcspn(at, "\n");

        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s",
                              n > 0 ? " | " : "",
                              printable(at, len < 80 ? len : 80));
        at += len + 1;
    }
    return n == 0 ? "(nothing)" : text;
}

/* The cause if the program exits by itself; NULL: that it exited too early. */
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
        detail_text("stderr", p->err.bytes, p->err.len);
        expected("no sanitizer report");
        got("%s", cause);
        if (strncmp(cause, "memory leak", 11) == 0)
            fail_as(SANITIZER, "%s%s.", cause, activity);
        fail_as(SANITIZER, "Crash%s: %s.", activity, cause);
    }
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
        fail("%s runs, but does not do that%s.", p->role, activity);
    }
    if (WIFSIGNALED(p->status)) {
        int number = WTERMSIG(p->status);

        got("it was killed by signal %d (%s)", number, strsignal(number));
        fail_as(SIGNALLED, "%s was killed by signal %d (%s)%s.", p->role,
                number, strsignal(number), activity);
    }
    got("it exited with code %d; its last words: %s", WEXITSTATUS(p->status),
        program_stderr_tail(p));
    if (exit_cause != NULL)
        fail("%s", exit_cause);
    fail("%s exited too early%s, with code %d. Its last words: %s", p->role,
         activity, WEXITSTATUS(p->status), program_stderr_tail(p));
}
