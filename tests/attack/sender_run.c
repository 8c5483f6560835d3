/* SPDX-License-Identifier: MIT */
#include "tests/attack/sender_run.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/figure.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/target.h"

enum { TEXT = 4000, GIVE_UP_MS = 120000 };

/* Writes LINES lines to a new file, and its path to OUT. */
static void write_file(char out[PATH_SIZE], const char *name, const char *line,
                       int lines)
{
    static int number;
    FILE *file;

    snprintf(out, PATH_SIZE, "%s/%ld-%d-%s", run_dir, (long)getpid(), ++number,
             name);
    file = fopen(out, "w");
    ck_assert_ptr_nonnull(file);
    while (lines-- > 0)
        fprintf(file, "%s\n", line);
    ck_assert_int_eq(fclose(file), 0);
}

void sender_run_begin(struct sender_run *run, const char *build,
                      const char *url, int texts)
{
    char password[PATH_SIZE], input[PATH_SIZE], program[PATH_SIZE];
    char log[PATH_SIZE], text[TEXT + 1] = "";
    const struct process_way way = {.log = log};

    memset(text, 'x', TEXT);
    write_file(password, "password", target_password("alice"), 1);
    write_file(input, "input", text, texts);
    snprintf(program, sizeof program, "%s/solution/sender", build);
    snprintf(log, sizeof log, "%s/logs/%ld-sender.log", run_dir,
             (long)getpid());
    memset(run, 0, sizeof *run);
    run->began = stopwatch_now();
    run->sender = process_words(
        &way, "sh", "-c", "input=$1; shift; exec \"$@\" <\"$input\"", "sh",
        input, program, "--server", url, "--user", "alice", "--password-file",
        password, "bob", NULL);
}

void sender_run_end(struct sender_run *run)
{
    struct process *p = run->sender;

    proc_ended(p->pid, run->began + GIVE_UP_MS);
    run->ms = stopwatch_now() - run->began;
    run->code = process_kill(p, SIGKILL);
    run->said = p->out.len;
    process_end(p);
}

long sender_run_peak(void)
{
    struct rusage all;

    ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &all), 0);
    return all.ru_maxrss;
}
