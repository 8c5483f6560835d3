/* SPDX-License-Identifier: MIT */
/* The check of the machine itself, which no submission can fail. */
#include <string.h>
#include <sys/wait.h>

#include "tests/grade/arbiter.h"
#include "tests/grade/chance.h"
#include "tests/grade/checks.h"
#include "tests/grade/finding.h"
#include "tests/grade/forge.h"
#include "tests/grade/lab.h"
#include "tests/grade/program.h"
#include "tests/grade/transcript.h"

/* Runs the program that is known to be right with the backend number I. */
static struct program *run(int i, const struct arbiter *arbiter,
                           const char *options)
{
    char path[LAB_PATH];
    char *argv[] = {path, (char *)arbiter->url, NULL};
    struct program *p;
    int64_t end = program_deadline();
    enum event event;

    lab_known(path, i);
    step("A program that is known to be right starts: %s.", path);
    p = program_start(path, argv, options);
    program_close_input(p);
    do
        event = program_turn(p, -1, 0, end);
    while (event == EVENT_HEARD);
    if (event == EVENT_LATE)
        no_verdict("a program known to be right, %s, does not end within %d "
                   "seconds",
                   path, PROGRAM_SECONDS);
    return p;
}

/* There is no verdict on this machine where even P failed. */
static void judge(const struct program *p)
{
    program_started(p);
    if (!WIFEXITED(p->status))
        no_verdict("a program known to be right, %s, was ended by signal %d "
                   "(%s): %s",
                   p->role, WTERMSIG(p->status), strsignal(WTERMSIG(p->status)),
                   shown(p->err.bytes, strcspn(p->err.bytes, "\n")));
    if (WEXITSTATUS(p->status) != 0 || strcmp(p->out.bytes, "hello\n") != 0)
        no_verdict("a program known to be right, %s, failed with exit code "
                   "%d: %s",
                   p->role, WEXITSTATUS(p->status),
                   shown(p->err.bytes, strcspn(p->err.bytes, "\n")));
}

void machine_works(void)
{
    struct arbiter arbiter = {0};
    char password[129];

    chance_token(password);
    forge_password_file(password);
    arbiter_open(&arbiter, NULL);
    for (int i = 0; i < LAB_BACKENDS; i++) {
        struct program *p = run(i, &arbiter, "");

        if (lab.sanitized && finding_no_leaks(p->err.bytes)) {
            program_end(p);
            note("no leaks");
            p = run(i, &arbiter, "detect_leaks=0");
        }
        judge(p);
        program_end(p);
    }
}
