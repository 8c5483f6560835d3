/* SPDX-License-Identifier: MIT */
#include "tests/grade/keeper.h"

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
#include <unistd.h>

#include "lib/clock.h"
#include "lib/say.h"
#include "tests/grade/config.h"
#include "tests/grade/program.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/spawn.h"
#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/watchdog.h"
#include "tests/grade/workspace.h"

enum { CHECK_SECONDS = 40 }; /* the time limits in a check are shorter */

static void (*check_function_to_run)(void);

/* The results of all checks, which the process of one check must not have. */
static struct result *shared;
static size_t shared_size;

/* Allocates COUNT results in memory shared with forked processes, or NULL. */
static struct result *map_results(int count)
{
    void *all = mmap(NULL, (size_t)count * sizeof(struct result),
                     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return all != MAP_FAILED ? all : NULL;
}

struct result *keeper_share(int count)
{
    shared = map_results(count);
    shared_size = (size_t)count * sizeof *shared;
    return shared;
}

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

void keeper_settle(struct result *r, int64_t milliseconds)
{
    r->milliseconds = (int)milliseconds;
    if (r->verdict != RUNNING)
        return;
    r->verdict = FAILED;
    if (milliseconds >= CHECK_SECONDS * 1000) {
        r->reason = TIME_OUT;
        snprintf(r->cause, sizeof r->cause,
                 "The check did not end within %d seconds. See its last step: "
                 "does your program sleep, do the same work again for every "
                 "line, or take long to compile?",
                 CHECK_SECONDS);
    } else {
        r->reason = VANISHED;
        snprintf(r->cause, sizeof r->cause,
                 "The process of the check was killed. Does your program kill "
                 "other processes?");
    }
}

/*
 * If --trace names a folder, copies the traces in the current folder to it: the
 * programs under test may run as another user, who cannot write there.
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

_Noreturn void keeper_run(const struct check *check, struct result *out)
{
    int64_t start = kit_ticks();
    char home[PATH_SIZE];
    struct result *r;

    spawn_die_with_parent();
    watchdog_leave();
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    spawn_become_subreaper();
    out->verdict = RUNNING;
    transcript = out; /* for must(); the check has another one */
    r = map_results(1);
    must(r != NULL);
    /* A program must not learn from its name which check this is. */
    path_format(home, "%s/home-XXXXXX", workspace.folder);
    must(mkdtemp(home) != NULL);
    sandbox_open_home(home);
    must(chdir(home) == 0 && user_own(home) == 0);
    r->last_try = out->last_try;
    r->verdict = RUNNING;
    transcript = r;
    run_check(check);
    spawn_kill_all(r->groups, r->group_count);
    save_traces(check);
    sandbox_close_home(home);
    keeper_settle(r, kit_ticks() - start);
    *out = *r;
    /* Not exit: it would flush stdio buffers copied from the parent. */
    _exit(0);
}
