/* SPDX-License-Identifier: MIT */
/*
 * Three processes separate a student's program from the report. The scheduler
 * decides what runs next, and it alone writes the report. It forks a keeper for
 * each check. The keeper calls Check, a library, which forks again, runs the
 * check in that third process and kills it after CHECK_SECONDS. However that
 * process ends, the keeper then kills all programs that it has left behind. The
 * check writes into memory that it shares with the keeper only, and the keeper
 * copies that to the scheduler's results.
 */
#include "tests/grade/scheduler.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/say.h"
#include "tests/grade/checks.h"
#include "tests/grade/clock_watch.h"
#include "tests/grade/config.h"
#include "tests/grade/keeper.h"
#include "tests/grade/ladder.h"
#include "tests/grade/memory_limit.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/spawn.h"
#include "tests/grade/user.h"

enum { TRIES = 4 }; /* of a check during which this machine failed */

/* After the reason for no verdict. */
static const char what_to_do[] =
    "fix this and grade again, or report this message if you cannot";

/* --- All checks ----------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

/*
 * Makes SIGINT, SIGTERM and SIGHUP stop the run: they set `stopped` and
 * interrupt waitpid. If SIGHUP is ignored, as under nohup, it stays ignored.
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
    int64_t *started_at; /* on the clock of kit_ticks */
    int64_t end;         /* on that clock: no check runs after it */
    int jobs, running;
    scheduler_observer *observer; /* may be NULL */
    void *arg;                    /* for the observer */
    bool *done;                   /* for it, too: has check i ended? */
    int retry;                    /* a check to run again, alone, or -1 */
    bool alone;                   /* that check is running */
    bool gave_up;
};

/*
 * Whether check I can start: 0 if it can, 1 if a check that it needs is not
 * done, -1 if one did not pass. Then FIX_FIRST is the check to fix.
 */
static int check_needs(char fix_first[8], const struct plan *p, int i)
{
    const char *at = ladder[i].needs;

    while (*at != '\0') {
        int len = (int)strcspn(at, " ");
        int below = ladder_find(at, len);
        const struct result *r = &p->results[below];

        if (p->state[below] != DONE)
            return 1;
        if (r->verdict == FAILED || r->verdict == SKIPPED) {
            snprintf(fix_first, 8, "%s",
                     r->verdict == SKIPPED ? r->fix_first : ladder[below].id);
            return -1;
        }
        at += len + strspn(at + len, " ");
    }
    return 0;
}

/* Schedules check I to run again; nothing else starts until then. */
static void schedule_retry(struct plan *p, int i)
{
    p->alone = false;
    p->retry = i;
    p->gave_up = p->tries[i] == TRIES;
    if (!p->gave_up)
        p->state[i] = WAITING;
}

static void start(struct plan *p, int i)
{
    struct result *r = &p->results[i];

    memset(r, 0, sizeof *r);
    p->tries[i]++;
    p->started_at[i] = kit_ticks();
    r->last_try = p->tries[i] == TRIES;
    p->keeper[i] = fork();
    if (p->keeper[i] == 0)
        keeper_run(&ladder[i], r);
    if (p->keeper[i] > 0) {
        p->state[i] = STARTED;
        p->running++;
        return;
    }
    r->verdict = BROKEN;
    snprintf(r->cause, sizeof r->cause, "cannot fork: %s", strerror(errno));
    schedule_retry(p, i);
}

/* Starts checks that can start. Returns whether one was skipped instead. */
static bool start_some(struct plan *p)
{
    bool skipped = false;

    for (int i = 0; i < ladder_size && p->retry < 0 && !p->alone; i++) {
        int needs;

        if (!p->needed[i] || p->state[i] != WAITING)
            continue;
        needs = check_needs(p->results[i].fix_first, p, i);
        if (needs < 0) {
            p->results[i].verdict = SKIPPED;
            p->state[i] = DONE;
            skipped = true;
        } else if (needs == 0 && p->running < p->jobs) {
            start(p, i);
        }
    }
    return skipped;
}

/* Starts the check to retry when nothing else runs. Returns whether that
 * failed. */
static bool start_retry(struct plan *p)
{
    int i = p->retry;

    if (i < 0 || p->running > 0 || p->gave_up)
        return false;
    p->retry = -1;
    p->alone = true;
    start(p, i);
    return p->retry >= 0;
}

/* The load of this machine if it is far too high to grade; otherwise 0. */
static double overload(void)
{
    enum { WAITING_PER_CORE = 8 };
    double load;

    return getloadavg(&load, 1) == 1 &&
                   load > WAITING_PER_CORE * sysconf(_SC_NPROCESSORS_ONLN)
               ? load
               : 0;
}

/* Adds to the cause of R, a time-out, that the machine may be the cause. */
static void add_load(struct result *r, double load)
{
    size_t n = strlen(r->cause);

    snprintf(r->cause + n, sizeof r->cause - n,
             " But this machine is overloaded (load %.0f): grade again when it "
             "is not.",
             load);
}

/* Stores the result of check I: its keeper has ended with STATUS. */
static void finish(struct plan *p, int i, int status)
{
    struct result *r = &p->results[i];
    double load;

    p->state[i] = DONE;
    p->running--;
    p->alone = false;
    /* A keeper sets a verdict before it exits. But Check prints an error and
       exits if it cannot fork, for example. */
    if (r->verdict == RUNNING && WIFEXITED(status) &&
        WEXITSTATUS(status) != 0) {
        r->verdict = BROKEN;
        snprintf(r->cause, sizeof r->cause,
                 "the library Check could not run it (see its error above)");
    }
    /* If the keeper was killed, the verdict is not set. */
    keeper_settle(r, r->milliseconds);
    if (r->verdict == FAILED && clock_watch_jumped(p->started_at[i])) {
        r->verdict = BROKEN;
        snprintf(r->cause, sizeof r->cause,
                 "while the check ran, the machine was suspended or "
                 "overloaded, or its clock was set");
    }
    /* A program that waits for a processor may also miss one of the shorter
       time limits in a check. That counts as WRONG, not as TIME_OUT. */
    load = r->verdict == FAILED && (r->reason == TIME_OUT || r->reason == WRONG)
               ? overload()
               : 0;
    if (load > 0 && r->reason == TIME_OUT)
        add_load(r, load);
    if (r->verdict == BROKEN || (load > 0 && p->tries[i] == 1))
        schedule_retry(p, i);
}

/* Waits for one keeper. */
static void finish_one(struct plan *p)
{
    int status;
    pid_t pid = waitpid(-1, &status, WUNTRACED);

    clock_watch_check();
    memory_limit_enforce();
    /* A submission can stop a keeper, so continue it. (Ctrl-Z stops us all.) */
    if (pid > 0 && WIFSTOPPED(status)) {
        kill(pid, SIGCONT);
        return;
    }
    for (int i = 0; pid > 0 && i < ladder_size; i++) {
        if (p->state[i] == STARTED && p->keeper[i] == pid)
            finish(p, i, status);
    }
}

/* Fails all checks that are not done: the time for all of them is over. */
static void fail_rest(struct plan *p)
{
    for (int i = 0; i < ladder_size; i++) {
        struct result *r = &p->results[i];

        if (!p->needed[i] || p->state[i] == DONE)
            continue;
        if (p->state[i] == STARTED)
            kill(p->keeper[i], SIGKILL);
        r->verdict = FAILED;
        r->reason = TIME_OUT;
        snprintf(r->cause, sizeof r->cause,
                 "There was no time left for this check: a grading ends after "
                 "%d seconds. Fix the other failed checks first: a program "
                 "that does not answer uses up the time.",
                 config.seconds);
    }
}

/* Calls the observer if checks have finished since its last call. */
static void observe(struct plan *p)
{
    bool news = false;

    for (int i = 0; i < ladder_size; i++) {
        news |= !p->done[i] && p->state[i] == DONE;
        p->done[i] = p->state[i] == DONE;
    }
    if (news && p->observer != NULL)
        p->observer(p->arg, p->results, p->done);
}

static void run_plan(struct plan *p)
{
    catch_stop();
    spawn_become_subreaper();
    clock_watch_start();
    p->end = config.seconds > 0 ? kit_ticks() + config.seconds * INT64_C(1000)
                                : INT64_MAX;
    while (!stopped && !p->gave_up && kit_ticks() < p->end) {
        while (start_some(p) || start_retry(p))
            ;
        observe(p);
        if (p->running == 0)
            break;
        finish_one(p);
    }
    clock_watch_stop();
    if (kit_ticks() >= p->end)
        fail_rest(p);
    /* Children of a killed keeper are now ours (subreaper). */
    spawn_kill_all(NULL, 0);
    /* Processes in a sandbox end with this one. */
    if (sandbox_folder() == NULL)
        user_end_all();
}

/* Returns the exit code of the plan, with an error unless it is EX_OK. */
static int end_plan(const struct plan *p)
{
    if (stopped) {
        kit_error("stopped: there are no results");
        return EX_TEMPFAIL;
    }
    if (!p->gave_up)
        return EX_OK;
    kit_error("no verdict: this machine cannot run check %s: %s; %s",
              ladder[p->retry].id, p->results[p->retry].cause, what_to_do);
    return EX_OSERR;
}

int scheduler_run(struct result **results, const bool *needed, int jobs,
                  scheduler_observer *observer, void *arg)
{
    struct plan p = {.needed = needed,
                     .jobs = jobs,
                     .retry = -1,
                     .observer = observer,
                     .arg = arg};
    int rc = EX_OSERR;

    p.results = keeper_share(ladder_size);
    p.state = calloc((size_t)ladder_size, sizeof *p.state);
    p.keeper = calloc((size_t)ladder_size, sizeof *p.keeper);
    p.done = calloc((size_t)ladder_size, sizeof *p.done);
    p.tries = calloc((size_t)ladder_size, sizeof *p.tries);
    p.started_at = calloc((size_t)ladder_size, sizeof *p.started_at);
    if (p.results == NULL || p.state == NULL || p.keeper == NULL ||
        p.done == NULL || p.tries == NULL || p.started_at == NULL) {
        kit_error("no verdict: out of memory for the results: end other "
                  "programs and grade again");
    } else {
        run_plan(&p);
        rc = end_plan(&p);
    }
    *results = p.results;
    free(p.state);
    free(p.keeper);
    free(p.done);
    free(p.tries);
    free(p.started_at);
    return rc;
}

/* --- This machine --------------------------------------------------------- */

/*
 * Runs CHECK, which every machine should pass, until it passes, but at most
 * MOST times. R is its result; NULL: it cannot run. Returns an exit code, with
 * an error unless it is EX_OK.
 */
static int test_machine(struct result *r, const struct check *check, int most)
{
    bool works = false;

    catch_stop();
    spawn_become_subreaper();
    for (int i = 0; r != NULL && i < most && !works && !stopped; i++) {
        pid_t pid;

        memset(r, 0, sizeof *r);
        pid = fork();
        if (pid == 0)
            keeper_run(check, r);
        while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        works = r->verdict == PASSED;
    }
    if (stopped) {
        kit_error("stopped: there are no results");
        return EX_TEMPFAIL;
    }
    if (!works) {
        kit_error("no verdict: this machine cannot grade: %s; %s",
                  r == NULL ? "out of memory: end other programs"
                  : r->cause[0] != '\0'
                      ? r->cause
                      : "a process of the grader cannot be started or was "
                        "killed: end other programs",
                  what_to_do);
        return EX_OSERR;
    }
    return EX_OK;
}

int scheduler_test_machine(void)
{
    const struct check check = {.id = "machine", .run = machine_works};
    struct result *r = keeper_share(1);
    int rc = test_machine(r, &check, TRIES);

    if (rc == EX_OK)
        config.no_leak_check |= r->note[0] != '\0';
    return rc;
}

int scheduler_test_compiler(void)
{
    const struct check check = {.id = "compiler", .run = compiler_works};

    return test_machine(keeper_share(1), &check, 1);
}
