/* SPDX-License-Identifier: MIT */
/*
 * check-grader: grades programs whose grade is known.
 *
 *     check-grader build/libsodium/grade.sh tests/mutants/S01.mutant ...
 *
 * With --repeat N every one is graded N times, and all verdicts must be the
 * same; --busy keeps every core at work meanwhile.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/options.h"
#include "lib/say.h"
#include "tests/e2e/tree.h"
#include "tests/mutants/trial.h"

static const char *ask_jobs, *ask_repeat;
static bool ask_busy, ask_named;

static const struct kit_option options[] = {
    {"jobs", "N", "graders at once", &ask_jobs, NULL},
    {"repeat", "N", "grade each N times", &ask_repeat, NULL},
    {"busy", NULL, "keep every core at work", NULL, &ask_busy},
    {"named", NULL, "run only the checks that must fail", NULL, &ask_named},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "check-grader",
    .operands = "GRADE.SH MUTANT...",
    .about = "Grades programs whose grade is known.",
    .min = 2,
    .max = 1000,
    .options = options,
};

/* --- Other work ----------------------------------------------------------- */

enum { CORES_MAX = 64 };

static pid_t busy[CORES_MAX];
static volatile unsigned spun; /* volatile: the loop must stay a loop */

static void start_work(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    for (long i = 0; i < cores && i < CORES_MAX; i++) {
        busy[i] = fork();
        while (busy[i] == 0)
            spun++;
    }
}

static void stop_work(void)
{
    for (int i = 0; i < CORES_MAX && busy[i] > 0; i++) {
        kill(busy[i], SIGKILL);
        waitpid(busy[i], NULL, 0);
    }
}

/* --- The trials ----------------------------------------------------------- */

static void print_trial(const struct trial *t)
{
    printf("  %-6s %-14s %5.1f s  %s\n                         %s\n",
           t->good ? "ok" : "WRONG", t->mutant.id, t->milliseconds / 1000.0,
           t->mutant.title, t->why);
    fflush(stdout);
}

/* Waits for one of them. */
static void finish_one(struct trial *trials, int count)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);

    for (int i = 0; i < count; i++) {
        if (pid <= 0 || trials[i].pid != pid)
            continue;
        trial_finish(&trials[i], status);
        print_trial(&trials[i]);
    }
}

/* Prepares trial number I of REPEAT rounds over COUNT files. */
static int prepare(struct trial *t, const char *grader, const char *file,
                   const char *work, int i)
{
    snprintf(t->folder, sizeof t->folder, "%s/%d", work, i);
    snprintf(t->report, sizeof t->report, "%s/%d.json", work, i);
    snprintf(t->tmp, sizeof t->tmp, "%s/%d.tmp", work, i);
    t->grader = grader;
    t->named = ask_named;
    return mutant_make(&t->mutant, file, t->folder);
}

static int run_all(struct trial *trials, int count, int jobs)
{
    int running = 0, failed = 0;

    for (int i = 0; i < count; i++) {
        if (running == jobs) {
            finish_one(trials, i);
            running--;
        }
        if (trial_start(&trials[i]) != 0)
            return EX_OSERR;
        running++;
    }
    for (; running > 0; running--)
        finish_one(trials, count);
    for (int i = 0; i < count; i++)
        failed += !trials[i].good;
    return failed;
}

/* How many of the trials got another verdict than the first of their kind. */
static int count_different(const struct trial *trials, int count, int kinds)
{
    int different = 0;

    for (int i = kinds; i < count; i++) {
        if (strcmp(trials[i].verdicts, trials[i % kinds].verdicts) == 0)
            continue;
        different++;
        printf("%s differs:\n  %s\n  %s\n", trials[i].mutant.id,
               trials[i % kinds].verdicts, trials[i].verdicts);
    }
    return different;
}

int main(int argc, char **argv)
{
    int first = kit_options(argc, argv, &command), kinds = argc - first - 1;
    long repeat = kit_option_number("repeat", ask_repeat, 1, 10000, 1);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long jobs =
        kit_option_number("jobs", ask_jobs, 1, 64, cores > 0 ? cores + 2 : 4);
    int count = kinds * (int)repeat, failed, different;
    struct trial *trials = calloc((size_t)count, sizeof *trials);
    char work[] = "/tmp/mutants-XXXXXX";
    int64_t start = kit_ticks();

    if (trials == NULL || mkdtemp(work) == NULL || chmod(work, 0711) != 0) {
        kit_error("cannot make a folder in /tmp");
        return EX_CANTCREAT;
    }
    for (int i = 0; i < count; i++) {
        if (prepare(&trials[i], argv[first], argv[first + 1 + i % kinds], work,
                    i) != 0)
            return EX_DATAERR;
    }
    if (ask_busy)
        start_work();
    failed = run_all(trials, count, (int)jobs);
    stop_work();
    different = count_different(trials, count, kinds);
    printf("%d of %d as they should be, %d verdicts differ, %.1f s\n",
           count - failed, count, different,
           (double)(kit_ticks() - start) / 1000.0);
    free(trials);
    if (tree_remove(work) != 0)
        perror(work);
    return failed + different == 0 ? 0 : 1;
}
