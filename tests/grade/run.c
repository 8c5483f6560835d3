/* SPDX-License-Identifier: MIT */
/*
 * Three processes stand between a student's program and its points. This one
 * plans, and is the only one that writes results anywhere. It forks a keeper
 * for every check. The keeper lets Check run the check, which forks again and
 * watches the clock; when that one is gone, whatever way, the keeper ends
 * what it left behind. The verdict lies in memory that all three share and
 * that begins as "not run".
 */
#include "tests/grade/run.h"

#include <check.h>
#undef fail /* what Check 0.9 called ck_abort_msg */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/say.h"
#include "tests/grade/checks.h"
#include "tests/grade/lab.h"
#include "tests/grade/ladder.h"
#include "tests/grade/pulse.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"

enum {
    CHECK_SECONDS = 40, /* for one check: its waits end long before */
    TRIES = 4,          /* of a check that the machine has broken */
};

/* --- One check ------------------------------------------------------------ */

static void (*the_check)(void);

START_TEST(one)
{
    the_check();
    transcript->verdict = PASSED;
    /* As after a failure: the system takes back what the check had. */
    _exit(0);
}
END_TEST

/* Lets Check run the check in a process of its own. */
static void run_check(const struct check *check)
{
    Suite *suite = suite_create(check->id);
    TCase *tcase = tcase_create(check->id);
    SRunner *runner = srunner_create(suite);

    the_check = check->run;
    tcase_set_timeout(tcase, CHECK_SECONDS);
    tcase_add_test(tcase, one);
    suite_add_tcase(suite, tcase);
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
}

/* Says what happened to a check that has not said it itself. */
static void settle(struct result *r, int64_t milliseconds)
{
    r->milliseconds = (int)milliseconds;
    if (r->verdict != RUNNING)
        return;
    r->verdict = FAILED;
    if (milliseconds >= CHECK_SECONDS * 1000) {
        r->reason = TIME_OUT;
        snprintf(r->cause, sizeof r->cause,
                 "The check was not over after %d seconds.", CHECK_SECONDS);
    } else {
        r->reason = VANISHED;
        snprintf(r->cause, sizeof r->cause,
                 "The check was ended from outside: does your program kill "
                 "other processes?");
    }
}

/* The keeper of one check. */
static _Noreturn void keep(const struct check *check, struct result *r)
{
    int64_t start = kit_ticks();
    char home[LAB_PATH];

    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    transcript = r;
    r->verdict = RUNNING;
    spawn_adopt();
    /* Its name tells nobody which check this is. */
    lab_path(home, "%s/home-XXXXXX", lab.work);
    must(mkdtemp(home) != NULL && chdir(home) == 0 && lab_give(home) == 0);
    run_check(check);
    spawn_reap(r->groups, r->group_count);
    settle(r, kit_ticks() - start);
    /* Not exit: what stands in stdio's buffers is the parent's. */
    _exit(0);
}

/* --- All of them ---------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

/*
 * Lets SIGINT, SIGTERM and SIGHUP end the run, and waitpid with it. Under nohup
 * SIGHUP is ignored, and stays so.
 */
static void catch_stop(void)
{
    struct sigaction action = {.sa_handler = on_stop}, old;

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

enum state { WAITING, STARTED, DONE };

struct plan {
    const bool *needed;
    struct result *results;
    enum state *state;
    pid_t *keeper;
    int *tries;
    int64_t *begun; /* on the clock of kit_ticks */
    int jobs, started;
    int broken; /* a check that is to be tried again, alone; or -1 */
    bool alone; /* ... and it runs now */
    bool gave_up;
};

/*
 * What check I waits for: 1 if something that is not done, -1 if something
 * that did not pass (then BLAME is what to mend), 0 if nothing.
 */
static int look_below(char blame[8], const struct plan *p, int i)
{
    const char *at = ladder[i].needs;

    while (*at != '\0') {
        int len = (int)strcspn(at, " ");
        int below = ladder_find(at, len);
        const struct result *r = &p->results[below];

        if (p->state[below] != DONE)
            return 1;
        if (r->verdict == FAILED || r->verdict == SKIPPED) {
            snprintf(blame, 8, "%s",
                     r->verdict == SKIPPED ? r->blame : ladder[below].id);
            return -1;
        }
        at += len + strspn(at + len, " ");
    }
    return 0;
}

/* Nothing else starts until check I has been tried again. */
static void break_off(struct plan *p, int i)
{
    p->alone = false;
    p->broken = i;
    p->gave_up = p->tries[i] == TRIES;
    if (!p->gave_up)
        p->state[i] = WAITING;
}

static void start(struct plan *p, int i)
{
    struct result *r = &p->results[i];

    memset(r, 0, sizeof *r);
    p->tries[i]++;
    p->begun[i] = kit_ticks();
    lab.last_try = p->tries[i] == TRIES;
    p->keeper[i] = fork();
    if (p->keeper[i] == 0)
        keep(&ladder[i], r);
    if (p->keeper[i] > 0) {
        p->state[i] = STARTED;
        p->started++;
        return;
    }
    r->verdict = BROKEN;
    snprintf(r->cause, sizeof r->cause, "cannot fork: %s", strerror(errno));
    break_off(p, i);
}

/* Starts what can start now. Returns whether something was settled by it. */
static bool start_some(struct plan *p)
{
    bool settled = false;

    for (int i = 0; i < ladder_size && p->broken < 0 && !p->alone; i++) {
        int below;

        if (!p->needed[i] || p->state[i] != WAITING)
            continue;
        below = look_below(p->results[i].blame, p, i);
        if (below < 0) {
            p->results[i].verdict = SKIPPED;
            p->state[i] = DONE;
            settled = true;
        } else if (below == 0 && p->started < p->jobs) {
            start(p, i);
        }
    }
    return settled;
}

/* Starts a broken check again when no other one runs. */
static bool start_broken(struct plan *p)
{
    int i = p->broken;

    if (i < 0 || p->started > 0 || p->gave_up)
        return false;
    p->broken = -1;
    p->alone = true;
    start(p, i);
    return p->broken >= 0;
}

/* Stores the result of check I: its keeper has ended with STATUS. */
static void finish(struct plan *p, int i, int status)
{
    struct result *r = &p->results[i];

    p->state[i] = DONE;
    p->started--;
    p->alone = false;
    /* A keeper ends with 0 or is killed; Check exits when it cannot go on. */
    if (r->verdict == RUNNING && WIFEXITED(status) &&
        WEXITSTATUS(status) != 0) {
        r->verdict = BROKEN;
        snprintf(r->cause, sizeof r->cause,
                 "the process that runs the check could not go on");
    }
    /* A keeper that was killed has settled nothing. */
    settle(r, r->milliseconds);
    if (r->verdict == FAILED && pulse_missed() > p->begun[i]) {
        r->verdict = BROKEN;
        snprintf(r->cause, sizeof r->cause,
                 "the machine was suspended or overloaded, or its clock was "
                 "set, while the check ran");
    }
    if (r->verdict == BROKEN)
        break_off(p, i);
}

/* Waits for one keeper. */
static void finish_one(struct plan *p)
{
    int status;
    pid_t pid = waitpid(-1, &status, WUNTRACED);

    pulse_look();
    /* A submission can stop a keeper, but so does Ctrl-Z, with all of us. */
    if (pid > 0 && WIFSTOPPED(status)) {
        kill(pid, SIGCONT);
        return;
    }
    for (int i = 0; pid > 0 && i < ladder_size; i++) {
        if (p->state[i] == STARTED && p->keeper[i] == pid)
            finish(p, i, status);
    }
}

/* Memory for COUNT results that keepers share with this process, or NULL. */
static struct result *share_results(int count)
{
    void *all = mmap(NULL, (size_t)count * sizeof(struct result),
                     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return all != MAP_FAILED ? all : NULL;
}

static void run_plan(struct plan *p)
{
    catch_stop();
    spawn_adopt();
    pulse_begin();
    while (!stopped) {
        while (start_some(p) || start_broken(p))
            ;
        if (p->started == 0)
            break;
        finish_one(p);
    }
    pulse_end();
    /* What a killed keeper left is ours. */
    spawn_reap(NULL, 0);
}

/* What the plan came to, as an exit code, with an error if it is one. */
static int end_plan(const struct plan *p)
{
    if (stopped) {
        kit_error("stopped: there are no results");
        return EX_TEMPFAIL;
    }
    if (!p->gave_up)
        return EX_OK;
    kit_error("no verdict: this machine cannot run check %s: %s; remove the "
              "cause and grade again",
              ladder[p->broken].id, p->results[p->broken].cause);
    return EX_OSERR;
}

int run_ladder(struct result **results, const bool *needed, int jobs)
{
    struct plan p = {.needed = needed, .jobs = jobs, .broken = -1};
    int rc = EX_OSERR;

    p.results = share_results(ladder_size);
    p.state = calloc((size_t)ladder_size, sizeof *p.state);
    p.keeper = calloc((size_t)ladder_size, sizeof *p.keeper);
    p.tries = calloc((size_t)ladder_size, sizeof *p.tries);
    p.begun = calloc((size_t)ladder_size, sizeof *p.begun);
    if (p.results == NULL || p.state == NULL || p.keeper == NULL ||
        p.tries == NULL || p.begun == NULL) {
        kit_error("no verdict: there is no memory for the results");
    } else {
        run_plan(&p);
        rc = end_plan(&p);
    }
    *results = p.results;
    free(p.state);
    free(p.keeper);
    free(p.tries);
    free(p.begun);
    return rc;
}

/* --- The machine ---------------------------------------------------------- */

int run_machine(void)
{
    const struct check check = {.id = "machine", .run = machine_works};
    struct result *r = share_results(1);
    bool works = false;

    catch_stop();
    spawn_adopt();
    for (int i = 0; r != NULL && i < TRIES && !works && !stopped; i++) {
        pid_t pid;

        memset(r, 0, sizeof *r);
        pid = fork();
        if (pid == 0)
            keep(&check, r);
        while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        works = r->verdict == PASSED;
    }
    if (stopped) {
        kit_error("stopped: there are no results");
        return EX_TEMPFAIL;
    }
    if (!works) {
        kit_error("no verdict: this machine cannot grade: %s",
                  r == NULL             ? "there is no memory"
                  : r->cause[0] != '\0' ? r->cause
                                        : "no process can be started, or it "
                                          "was ended from outside");
        return EX_OSERR;
    }
    lab.no_leaks |= r->note[0] != '\0';
    return EX_OK;
}
