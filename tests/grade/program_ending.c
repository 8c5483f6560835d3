/* SPDX-License-Identifier: MIT */
/* How a program under test ended, in words that its author can use. */
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
    static char words[600];
    const char *end = p->err.bytes + p->err.len, *at = end;
    size_t n = 0;

    /* Back to behind the newline in front of the last few lines. */
    for (int lines = 0; at > p->err.bytes; at--) {
        lines += at[-1] == '\n' && at != end;
        if (lines == LINES)
            break;
    }
    while (at < end && n < sizeof words - 100) {
        size_t len = strcspn(at, "\n");

        n += (size_t)snprintf(words + n, sizeof words - n, "%s%s",
                              n > 0 ? " | " : "",
                              printable(at, len < 80 ? len : 80));
        at += len + 1;
    }
    return n == 0 ? "(nothing)" : words;
}

/* What it means when it leaves by itself; NULL: that it left too early. */
static const char *leaving;

void program_set_exit_cause(const char *cause)
{
    leaving = cause;
}

/* "", or " when M4 has no \"secret\"". */
static char going_on[256];

void program_set_activity(const char *format, ...)
{
    va_list args;

    snprintf(going_on, sizeof going_on, " when ");
    va_start(args, format);
    vsnprintf(going_on + 6, sizeof going_on - 6, format, args);
    va_end(args);
}

const char *program_activity(void)
{
    return going_on;
}

void program_require_sanitizer(const struct program *p)
{
    const char *line = sanitizer_report_no_start(p->err.bytes);

    if (line != NULL)
        no_verdict("a sanitizer cannot work here (%s); type: ulimit -v "
                   "unlimited, or grade without: make grade SANITIZE=",
                   line);
}

/*
 * Whether a sanitizer starts here every time, in a program known to be right.
 * Without an argument it ends at once.
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

    /* A submission can print these words, or cause them with a broken stack.
       Then they come in each try, and in no other program. */
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
        expected("no report of a sanitizer");
        got("%s", cause);
        if (strncmp(cause, "memory leak", 11) == 0)
            fail_as(SANITIZER, "%s%s.", cause, going_on);
        fail_as(SANITIZER, "Crash%s: %s.", going_on, cause);
    }
}

_Noreturn void program_fail(struct program *p, const char *what)
{
    detail("%s said on standard error: %s", p->role, program_stderr_tail(p));
    program_check_sanitizer(p);
    if (p->ours)
        no_verdict("%s does not work: %s", p->role, program_stderr_tail(p));
    expected("%s", what);
    if (p->pid != 0) {
        got("nothing of it, though the program runs; its last words: %s",
            program_stderr_tail(p));
        fail("%s does something else%s, or nothing.", p->role, going_on);
    }
    if (WIFSIGNALED(p->status)) {
        int number = WTERMSIG(p->status);

        got("it was killed by signal %d (%s)", number, strsignal(number));
        fail_as(SIGNALLED, "%s was killed by signal %d (%s)%s.", p->role,
                number, strsignal(number), going_on);
    }
    got("it ended with exit code %d; its last words: %s",
        WEXITSTATUS(p->status), program_stderr_tail(p));
    if (leaving != NULL)
        fail("%s", leaving);
    fail("%s left too early%s, with exit code %d.", p->role, going_on,
         WEXITSTATUS(p->status));
}
