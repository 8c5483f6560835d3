/* SPDX-License-Identifier: MIT */
#include "tests/grade/program_failure.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/grade/sandbox.h"
#include "tests/grade/sanitizer_report.h"
#include "tests/grade/transcript.h"
#include "tests/grade/workspace.h"

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
    const char *last = text, *at = text;

    snprintf(text, sizeof text, "%s", program_stderr_tail(p));
    while ((at = strstr(at, " | ")) != NULL)
        last = at += 3;
    return last;
}

/* The cause if the program exits when it must not; NULL: find one. */
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
            "grade without sanitizers (make grade SANITIZE=)",
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

        (void)program_read_all(p, program_deadline());
        start = p->pid == 0 && sanitizer_report_no_start(p->err.bytes) == NULL;
        program_free(p);
    }
    return start;
}

/* Writes the first lines of a sanitizer's report, with the call stack. */
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
       stack. Then they come in every try, although sanitizers start in the
       selftest program. */
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

void program_check_growth(const char *what, int few, long few_kib, int many,
                          long many_kib)
{
    enum { GROWTH_KIB = 8192 };
    long growth = many_kib - few_kib;

    if (growth <= GROWTH_KIB)
        return;
    expected("no more memory for %d %s than for %d", many, what, few);
    got("%ld KiB more", growth);
    fail("After %d more %s, memory grew by %ld MB: each one leaves something "
         "in memory.",
         many - few, what, growth / 1024);
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

/* What a program prints before it exits, and the mistake behind that. */
static const struct {
    const char *words;
    bool alone;       /* only if it has printed nothing else */
    const char *todo; /* as for see_todo; "": no particular one */
    const char *cause;
} mistakes[] = {
    {"kit_ad_message: seq is 0", false, "2",
     "The text is counted too late: increase chat->seq before kit_ad_message. "
     "The first text of a chat has seq 1."},
    {"message 4 was not understood (TODO 1)", true, "",
     "read_chat_response did not return 0, but printed no error: return 0 if "
     "all is well, and otherwise kit_refused(\"WORD\")."},
    {"message 5 was not made (TODO 2, TODO 3)", true, "",
     "seal_text or write_chat_message did not return 0, but printed no error: "
     "return 0 if all is well, and otherwise kit_refused(\"WORD\")."},
    {"Too many open files", false, "",
     "Your receiver has no file descriptors left: close every connection that "
     "has ended."},
};

/* Fails the check because P misused a function of the kit, as MISUSE tells. */
static _Noreturn void fail_misuse(const struct program *p, const char *misuse)
{
    /* Each function that a sender can misuse is for one of its TODOs. */
    if (strcmp(p->role, "Your sender") == 0)
        see_todo(strncmp(misuse, "kit_outbox", 10) == 0 ? "3" : "2");
    fail("A function of the kit was called incorrectly%s. %s", activity,
         printable(misuse, strcspn(misuse, "\n")));
}

/* Fails the check if the last words of P, which has exited, name a mistake. */
static void check_last_words(const struct program *p)
{
    const char *words = p->err.bytes, *misuse = strstr(words, ": kit_");

    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const char *newline = strchr(words, '\n');

        if (strstr(words, mistakes[i].words) == NULL ||
            (mistakes[i].alone && newline != NULL && newline[1] != '\0'))
            continue;
        see_todo(mistakes[i].todo);
        fail("%s", mistakes[i].cause);
    }
    if (misuse != NULL)
        fail_misuse(p, misuse + 2);
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
        fail_as(TIME_OUT, "%s runs, but does not do what was expected%s: %s.",
                p->role, activity, expected_event);
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
