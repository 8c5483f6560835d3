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

#include <check.h>
#undef fail /* what Check 0.9 called ck_abort_msg */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/say.h"
#include "tests/grade/checks.h"
#include "tests/grade/ladder.h"
#include "tests/grade/memory_limit.h"
#include "tests/grade/program.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/watchdog.h"
#include "tests/grade/workspace.h"

enum {
    CHECK_SECONDS = 40, /* for one check; its own time limits are shorter */
    TRIES = 4,          /* of a check during which this machine failed */
};

/* --- One check ------------------------------------------------------------ */

static void (*check_function_to_run)(void);

/* The results of all checks, which the process of one check must not have. */
static struct result *shared;
static size_t shared_size;

START_TEST(one)
{
    if (shared != NULL)
        munmap(shared, shared_size);
    spawn_die_with_parent();
    check_function_to_run();
    transcript->verdict = PASSED;
    /* No cleanup: the system frees everything, as after fail(). */
    _exit(0);
}
END_TEST

/* Lets Check run the check in another process. */
static void run_check(const struct check *check)
{
    Suite *suite = suite_create(check->id);
    TCase *tcase = tcase_create(check->id);
    SRunner *runner = srunner_create(suite);

    check_function_to_run = check->run;
    tcase_set_timeout(tcase, CHECK_SECONDS);
    tcase_add_test(tcase, one);
    suite_add_tcase(suite, tcase);
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
}

/* Sets the verdict of a check that has not set it itself. */
static void settle(struct result *r, int64_t milliseconds)
{
    r->milliseconds = (int)milliseconds;
    if (r->verdict != RUNNING)
        return;
    r->verdict = FAILED;
    if (milliseconds >= CHECK_SECONDS * 1000) {
        r->reason = TIME_OUT;
        snprintf(r->cause, sizeof r->cause,
                 "The check did not end within %d seconds.", CHECK_SECONDS);
    } else {
        r->reason = VANISHED;
        snprintf(r->cause, sizeof r->cause,
                 "The process of the check was killed. Does your program kill "
                 "other processes?");
    }
}

/* Allocates COUNT results in memory shared with forked processes, or NULL. */
static struct result *share_results(int count)
{
    void *all = mmap(NULL, (size_t)count * sizeof(struct result),
                     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return all != MAP_FAILED ? all : NULL;
}

/*
 * Copies the traces in the current folder to the user's folder, if the user
 * wants them: the programs under test may be another user, who cannot write
 * there.
 */
static void save_traces(const struct check *check)
{
    DIR *all = config.trace != NULL ? opendir(".") : NULL;
    char to[PATH_SIZE];
    struct dirent *entry;

    if (all == NULL)
        return;
    path_format(to, "%s/%s", config.trace, check->id);
    (void)!mkdir(to, 0700); /* if this fails, copying fails, too */
    while ((entry = readdir(all)) != NULL) {
        if (strstr(entry->d_name, PROGRAM_TRACE) == NULL)
            continue;
        path_format(to, "%s/%s/%s", config.trace, check->id, entry->d_name);
        if (workspace_copy(to, entry->d_name, 0600) != 0)
            kit_note("cannot save a trace of %s: %s", check->id,
                     strerror(errno));
    }
    closedir(all);
}

/* The keeper process of one check. */
static _Noreturn void run_keeper(const struct check *check, struct result *out)
{
    struct result *r = share_results(1);
    int64_t start = kit_ticks();
    char home[PATH_SIZE];

    spawn_die_with_parent();
    watchdog_leave();
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    if (r == NULL)
        _exit(1); /* as if the check could not run */
    r->last_try = out->last_try;
    transcript = r;
    r->verdict = out->verdict = RUNNING;
    spawn_become_subreaper();
    /* A program must not learn from its name which check this is. */
    path_format(home, "%s/home-XXXXXX", workspace.folder);
    must(mkdtemp(home) != NULL);
    sandbox_open_home(home);
    must(chdir(home) == 0 && user_own(home) == 0);
    run_check(check);
    spawn_kill_all(r->groups, r->group_count);
    save_traces(check);
    sandbox_close_home(home);
    settle(r, kit_ticks() - start);
    *out = *r;
    /* Not exit: it would flush stdio buffers copied from the parent. */
    _exit(0);
}

/* --- Was this machine suspended, or its clock set? -------------------------
 */

enum {
    TICK_MS = 250,
    GAP_MS = 4000,  /* checks wait up to 10 seconds for a program */
    JUMP_MS = 2000, /* of the wall clock, from which tickets get their exp */
};

static int64_t last_ticks, last_wall;
static int64_t last_jump; /* when it was noticed, as kit_ticks; 0: never */

static int64_t wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_alarm(int number)
{
    (void)number; /* the signal only has to interrupt waitpid */
}

/*
 * Until stop_clock_watch, a signal interrupts blocking calls of this process,
 * such as waitpid, every TICK_MS. Forked children do not get that signal.
 */
static void start_clock_watch(void)
{
    struct itimerval tick = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}};
    struct sigaction action = {.sa_handler = on_alarm};
    sigset_t alarm_alone;

    sigaction(SIGALRM, &action, NULL);
    sigemptyset(&alarm_alone);
    sigaddset(&alarm_alone, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarm_alone, NULL);
    setitimer(ITIMER_REAL, &tick, NULL);
    last_ticks = kit_ticks();
    last_wall = wall_ms();
}

static void stop_clock_watch(void)
{
    struct itimerval never = {{0, 0}, {0, 0}};

    setitimer(ITIMER_REAL, &never, NULL);
}

/*
 * Compares the clocks after such a call. Notices a gap that is longer than a
 * running machine needs, and a jump of the clock.
 */
static void check_clocks(void)
{
    int64_t ticks = kit_ticks(), wall = wall_ms();
    int64_t gap = ticks - last_ticks, jump = wall - last_wall - gap;

    if (gap > GAP_MS || jump > JUMP_MS || jump < -JUMP_MS)
        last_jump = ticks;
    last_ticks = ticks;
    last_wall = wall;
}

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
    int64_t end;         /* on it, too: no check runs any longer */
    int jobs, running;
    scheduler_observer *observer; /* may be NULL */
    void *arg;                    /* for the observer */
    bool *done;                   /* for it, too */
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
        run_keeper(&ladder[i], r);
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
    /* A keeper exits with 0 or is killed, but Check exits if it cannot fork. */
    if (r->verdict == RUNNING && WIFEXITED(status) &&
        WEXITSTATUS(status) != 0) {
        r->verdict = BROKEN;
        snprintf(r->cause, sizeof r->cause,
                 "the library Check could not run the check");
    }
    /* If the keeper was killed, the verdict is not set. */
    settle(r, r->milliseconds);
    if (r->verdict == FAILED && last_jump > p->started_at[i]) {
        r->verdict = BROKEN;
        snprintf(r->cause, sizeof r->cause,
                 "while the check ran, the machine was suspended or "
                 "overloaded, or its clock was set");
    }
    /* Programs that get too little time also miss the shorter time limits of
       checks, which do not count as TIME_OUT. */
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

    check_clocks();
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
                 "%d seconds. Other checks took too long.",
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
    start_clock_watch();
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
    stop_clock_watch();
    if (kit_ticks() >= p->end)
        fail_rest(p);
    /* Children of a killed keeper are now ours (subreaper). */
    spawn_kill_all(NULL, 0);
    if (sandbox_folder() == NULL) /* else they end with this process */
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
    kit_error("no verdict: this machine cannot run check %s: %s; remove the "
              "cause and grade again",
              ladder[p->retry].id, p->results[p->retry].cause);
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

    shared_size = (size_t)ladder_size * sizeof(struct result);
    shared = p.results = share_results(ladder_size);
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
 * Runs CHECK, which every machine passes, until it passes or has run TRIES
 * times. R is its result; NULL: it cannot run. Returns an exit code, with an
 * error unless it is EX_OK.
 */
static int test_machine(struct result *r, const struct check *check, int tries)
{
    bool works = false;

    catch_stop();
    spawn_become_subreaper();
    for (int i = 0; r != NULL && i < tries && !works && !stopped; i++) {
        pid_t pid;

        memset(r, 0, sizeof *r);
        pid = fork();
        if (pid == 0)
            run_keeper(check, r);
        while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        works = r->verdict == PASSED;
    }
    if (stopped) {
        kit_error("stopped: there are no results");
        return EX_TEMPFAIL;
    }
    if (!works) {
        kit_error(
            "no verdict: this machine cannot grade: %s",
            r == NULL ? "out of memory"
            : r->cause[0] != '\0'
                ? r->cause
                : "a process of the grader cannot be started or was killed");
        return EX_OSERR;
    }
    return EX_OK;
}

int scheduler_test_machine(void)
{
    const struct check check = {.id = "machine", .run = machine_works};
    struct result *r = share_results(1);
    int rc = test_machine(r, &check, TRIES);

    if (rc == EX_OK)
        config.no_leak_check |= r->note[0] != '\0';
    return rc;
}

int scheduler_test_compiler(void)
{
    const struct check check = {.id = "compiler", .run = compiler_works};

    return test_machine(share_results(1), &check, 1);
}
