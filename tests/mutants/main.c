/* SPDX-License-Identifier: MIT */
/*
 * check-grader: grades programs whose grade is known.
 *
 *     check-grader build/libsodium/grade.sh tests/mutants S01 sender-login
 *
 * The last words are mutants or files of mutants; without them it grades all.
 * With --repeat N it grades each N times, and all N verdicts must be the same.
 * --busy keeps every core busy meanwhile.
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
#include "tests/mutants/trial.h"
#include "tests/support/tree.h"

static const char *ask_jobs, *ask_repeat;
static bool ask_busy, ask_named;
static int jobs, repeat;

static const struct kit_option options[] = {
    {"jobs", "N", "graders at once", &ask_jobs, NULL},
    {"repeat", "N", "grade each N times", &ask_repeat, NULL},
    {"busy", NULL, "keep every core busy", NULL, &ask_busy},
    {"named", NULL, "run only the checks that must fail", NULL, &ask_named},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "check-grader",
    .operands = "GRADE.SH FOLDER [NAME...]",
    .about = "Grades programs whose grade is known: all mutants of FOLDER, or\n"
             "only those called NAME, and those of the file NAME.mutants.",
    .min = 2,
    .max = 1000,
    .options = options,
};

/* --- Load ----------------------------------------------------------------- */

enum { CORES_MAX = 64 };

static pid_t busy[CORES_MAX];
static volatile unsigned spun; /* volatile, so that the loop stays */

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
           t->good ? "ok" : "WRONG", t->mutant.name, t->milliseconds / 1000.0,
           t->mutant.title, t->why);
    fflush(stdout);
}

/* Waits until one trial ends. */
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

/* Makes the programs of trial number I, which is of mutant M. */
static int prepare(struct trial *t, const struct mutant *m,
                   const struct mutant_list *list, const char *grader,
                   const char *work, int i)
{
    snprintf(t->folder, sizeof t->folder, "%s/%d", work, i);
    snprintf(t->report, sizeof t->report, "%s/%d.json", work, i);
    snprintf(t->tmp, sizeof t->tmp, "%s/%d.tmp", work, i);
    t->grader = grader;
    t->named = ask_named;
    t->mutant = *m;
    return mutant_make(&t->mutant, list, t->folder);
}

/*
 * The mutants of LIST that NAMES ask for, COUNT of them: an array for the
 * caller to free. Without names all but the parts. NULL after an error.
 */
static const struct mutant **choose(const struct mutant_list *list,
                                    char **names, int *count)
{
    const struct mutant **chosen = calloc(list->count + 1, sizeof(void *));

    *count = 0;
    for (char **name = names; *name != NULL; name++) {
        bool found = false;

        for (size_t i = 0; i < list->count && !found; i++)
            found = mutant_is(&list->all[i], *name);
        if (found)
            continue;
        kit_error("there is no mutant and no file of mutants called %s", *name);
        free(chosen);
        return NULL;
    }
    for (size_t i = 0; i < list->count && chosen != NULL; i++) {
        const struct mutant *m = &list->all[i];
        bool wanted = names[0] == NULL && m->title[0] != '\0';

        for (char **name = names; *name != NULL && !wanted; name++)
            wanted = mutant_is(m, *name);
        if (wanted)
            chosen[(*count)++] = m;
    }
    return chosen;
}

static int run_all(struct trial *trials, int count)
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

/* How many trials have other verdicts than the first of the same mutant. */
static int count_different(const struct trial *trials, int count, int kinds)
{
    int different = 0;

    for (int i = kinds; i < count; i++) {
        if (strcmp(trials[i].verdicts, trials[i % kinds].verdicts) == 0)
            continue;
        different++;
        printf("%s differs:\n  %s\n  %s\n", trials[i].mutant.name,
               trials[i % kinds].verdicts, trials[i].verdicts);
    }
    return different;
}

/* Grades the COUNT mutants CHOSEN from LIST. Returns an exit code. */
static int check_grader(const struct mutant **chosen, int count,
                        const struct mutant_list *list, const char *grader,
                        const char *work)
{
    int all = count * repeat, failed, different, rc = 0;
    struct trial *trials = calloc((size_t)all, sizeof *trials);
    int64_t start = kit_ticks();

    if (trials == NULL)
        return EX_OSERR;
    for (int i = 0; i < all && rc == 0; i++) {
        if (prepare(&trials[i], chosen[i % count], list, grader, work, i) != 0)
            rc = EX_DATAERR;
    }
    if (rc == 0) {
        if (ask_busy)
            start_work();
        failed = run_all(trials, all);
        stop_work();
        different = count_different(trials, all, count);
        printf("%d of %d as they should be, %d verdicts differ, %.1f s\n",
               all - failed, all, different,
               (double)(kit_ticks() - start) / 1000.0);
        rc = failed + different == 0 ? 0 : 1;
    }
    free(trials);
    return rc;
}

int main(int argc, char **argv)
{
    int first = kit_options(argc, argv, &command), count, rc;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct mutant_list list = {0};
    const struct mutant **chosen = NULL;
    char work[] = "/tmp/mutants-XXXXXX";

    jobs = (int)kit_option_number("jobs", ask_jobs, 1, 64,
                                  cores > 0 ? cores + 2 : 4);
    repeat = (int)kit_option_number("repeat", ask_repeat, 1, 10000, 1);
    if (mutants_read(&list, argv[first + 1]) == 0)
        chosen = choose(&list, argv + first + 2, &count);
    if (chosen == NULL) {
        mutants_free(&list);
        return EX_DATAERR;
    }
    if (mkdtemp(work) == NULL || chmod(work, 0711) != 0) {
        kit_error("cannot make a folder in /tmp");
        rc = EX_CANTCREAT;
    } else {
        rc = check_grader(chosen, count, &list, argv[first], work);
    }
    if (tree_remove(work) != 0)
        perror(work);
    free(chosen);
    mutants_free(&list);
    return rc;
}
