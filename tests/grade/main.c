/* SPDX-License-Identifier: MIT */
/*
 * grade: runs the ladder of checks on one submission. `make grade` calls it
 * through grade.sh, with the compiler and libraries from the Makefile.
 *
 * Exit codes: 0 if all selected checks pass, 1 if one does not. Other codes, as
 * in sysexits.h, mean that the grader itself could not run.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/options.h"
#include "lib/say.h"
#include "tests/grade/build.h"
#include "tests/grade/config.h"
#include "tests/grade/handin.h"
#include "tests/grade/ladder.h"
#include "tests/grade/limits.h"
#include "tests/grade/report.h"
#include "tests/grade/sandbox.h"
#include "tests/grade/scheduler.h"
#include "tests/grade/spawn.h"
#include "tests/grade/workspace.h"

/* Options that are not in config. */
static struct {
    const char *only, *format, *report, *grading, *jobs, *fingerprints, *look,
        *conf, *names, *sandbox, *inside, *seconds;
    bool partial, rubric, verbose;
    char found[PATH_SIZE]; /* the folder that has sender.c and receiver.c */
} ask = {.format = "text", .grading = "attempt"};

static const struct kit_option options[] = {
    {"submission", "DIR", "the folder to grade", &config.submission, NULL},
    {"only", "IDS", "only these checks: M5-03,A; empty: all", &ask.only, NULL},
    {"format", "NAME", "text, json, markdown or junit", &ask.format, NULL},
    {"report", "FILE", "also write the report to FILE", &ask.report, NULL},
    {"partial", NULL,
     "write that file after each check, with the results so far", NULL,
     &ask.partial},
    {"grading", "RULE", "what the score is: attempt or checks", &ask.grading,
     NULL},
    {"sandbox", "KIND", "bubblewrap, setpriv or none", &ask.sandbox, NULL},
    {"seconds", "N", "end after N seconds (120; for your own work: never)",
     &ask.seconds, NULL},
    {"trace", "DIR", "let sender and receiver write traces to DIR/CHECK",
     &config.trace, NULL},
    {"jobs", "N", "how many checks run at the same time", &ask.jobs, NULL},
    {"verbose", NULL, "print everything sent and received", NULL, &ask.verbose},
    {"rubric", NULL, "print all checks and exit", NULL, &ask.rubric},
    {"fingerprints", "DIR", "print hashes of the code in DIR and exit",
     &ask.fingerprints, NULL},
    {"names", "DIR", "print the names in DIR/GROUP and exit", &ask.names, NULL},
    {"look", "DIR", "check that DIR can be graded and exit", &ask.look, NULL},
    {"kit", "DIR", "the folder of the kit", &config.kit, NULL},
    {"conf", "FILE", "grade.conf, written by make", &ask.conf, NULL},
    {"inside", "DIR", "only the grader uses this: bubblewrap has made DIR",
     &ask.inside, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "grade",
    .operands = "",
    .about = "Grades one submission of the chat lab; make grade calls it.",
    .options = options,
};

/* Whether PATH is a folder that can be read; if not, errno has the reason. */
static bool can_read_folder(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0 || S_ISDIR(st.st_mode))
        return access(path, R_OK | X_OK) == 0;
    errno = ENOTDIR;
    return false;
}

/* Checks the options and reads grade.conf. Returns an exit code. */
static int check_request(void)
{
    struct kit_digest digest;
    int rc;

    if (strcmp(ask.grading, "attempt") != 0 &&
        strcmp(ask.grading, "checks") != 0) {
        kit_error("GRADING=%s: choose attempt or checks", ask.grading);
        return EX_USAGE;
    }
    if (report_writer_find(ask.format) == NULL) {
        kit_error("FORMAT=%s: choose text, json, markdown or junit",
                  ask.format);
        return EX_USAGE;
    }
    if (ask.partial && ask.report == NULL) {
        kit_error("--partial needs a file: name it with --report");
        return EX_USAGE;
    }
    if (config.submission == NULL || config.kit == NULL || ask.conf == NULL) {
        kit_error("--submission, --kit or --conf is missing: type make grade, "
                  "or call grade.sh with --submission DIR");
        return EX_USAGE;
    }
    if (!can_read_folder(config.submission)) {
        kit_error(
            "SUBMISSION=%s: %s: name a folder that has sender.c and receiver.c",
            config.submission, strerror(errno));
        return EX_NOINPUT;
    }
    rc = handin_find(ask.found, config.submission);
    if (rc != EX_OK)
        return rc;
    config.kit = realpath(config.kit, NULL); /* checks change the folder */
    if (config.kit == NULL) {
        kit_error("--kit: %s: name the folder of the kit", strerror(errno));
        return EX_CONFIG;
    }
    if (kit_sha256(&digest, "", 0) != 0) {
        kit_error("no verdict: %s cannot compute SHA-256", kit_crypto_name());
        return EX_OSERR;
    }
    return config_read(ask.conf, config.kit) == 0 ? EX_OK : EX_CONFIG;
}

/* Prints and saves the report. Returns an exit code. */
static int publish(struct report *report)
{
    report_writer *writer = report_writer_find(ask.format);

    if (ask.report == NULL) {
        writer(stdout, report);
    } else {
        report_text(stdout, report);
        if (report_save(ask.report, writer, report) != 0)
            return EX_CANTCREAT;
    }
    if (fflush(stdout) != 0) {
        if (errno != EPIPE) /* head or less has stopped reading */
            kit_error("cannot print the report: %s: redirect it elsewhere, or "
                      "name a file with --report",
                      strerror(errno));
        return EX_IOERR;
    }
    return report->failed + report->skipped == 0 ? 0 : 1;
}

/*
 * With --partial, saves the report of the checks that are DONE: if the grading
 * is killed, this is what remains of it. REPORT has everything but the results.
 */
static void publish_partial(void *report, const struct result *results,
                            const bool *done)
{
    struct report so_far = *(const struct report *)report;
    bool *selected = calloc((size_t)ladder_size, sizeof *selected);
    char note[100];

    if (selected == NULL)
        return;
    for (int i = 0; i < ladder_size; i++) {
        selected[i] = so_far.selected[i] && done[i];
        so_far.unfinished += so_far.selected[i] && !done[i];
    }
    so_far.selected = selected;
    so_far.results = results;
    report_count(&so_far);
    snprintf(note, sizeof note,
             "The grading has not ended: %d checks are not in this report.",
             so_far.unfinished);
    if (so_far.unfinished > 0)
        report_note(&so_far, note);
    /* After an error, do not repeat it: publish will. */
    ask.partial &=
        report_save(ask.report, report_writer_find(ask.format), &so_far) == 0;
    free(selected);
}

/* Notes where the programs are, if not in DIR, and which one is missing. */
static void note_location(struct report *report)
{
    static char where[PATH_SIZE + 100], absent[PATH_SIZE + 1200];
    const char *missing = handin_missing(ask.found);

    if (strcmp(ask.found, config.submission) != 0) {
        snprintf(where, sizeof where, "%s found one folder down, in %s/.",
                 missing == NULL ? "sender.c and receiver.c were"
                 : strcmp(missing, "sender.c") == 0 ? "receiver.c was"
                                                    : "sender.c was",
                 report_path(ask.found));
        report_note(report, where);
    }
    if (missing != NULL) {
        const char *similar = handin_similar(ask.found, missing);

        report->missing = true;
        snprintf(absent, sizeof absent, "There is no %s in %s/: %s%s%s.",
                 missing, report_path(ask.found),
                 similar != NULL ? "was it handed in as "
                                 : "it was not handed in",
                 similar != NULL ? similar : "",
                 similar != NULL ? "? Rename it and grade again" : "");
        report_note(report, absent);
    }
}

/* Whether the submission is FOLDER of the kit. */
static bool is_own(const char *folder)
{
    char path[PATH_SIZE];
    struct stat one, two;

    path_format(path, "%s/%s", config.kit, folder);
    return stat(path, &one) == 0 && stat(ask.found, &two) == 0 &&
           one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/*
 * Makes config.trace an absolute path. In a sandbox, programs could not write
 * there. Returns an exit code.
 */
static int check_trace(void)
{
    if (config.trace == NULL)
        return EX_OK;
    if (strcmp(sandbox_name(), "none") != 0) {
        kit_error("there are no traces from a sandbox: leave TRACE (--trace) "
                  "out, or, if you trust this code, add SANDBOX=none");
        return EX_USAGE;
    }
    config.trace = realpath(config.trace, NULL); /* checks change the folder */
    if (config.trace != NULL)
        return EX_OK;
    kit_error("--trace: %s: name a folder that exists", strerror(errno));
    return EX_CANTCREAT;
}

/*
 * Chooses the sandbox and enters it: then this program runs again from its
 * start, with --inside. Returns an exit code.
 */
static int enter_sandbox(char **argv)
{
    const char *const avoid[] = {config.kit, config.submission, ask.conf,
                                 ask.report != NULL ? ask.report : "."};
    int rc;

    config.own_work = is_own("starter") || is_own("solution");
    config.seconds = (int)kit_option_number("seconds", ask.seconds, 1, 86400,
                                            config.own_work ? 0 : 120);
    if (ask.inside != NULL)
        return sandbox_inside(ask.inside);
    if (ask.sandbox == NULL)
        ask.sandbox = getenv("SANDBOX");
    if (ask.sandbox != NULL && ask.sandbox[0] == '\0')
        ask.sandbox = NULL;
    rc = sandbox_choose(ask.sandbox, config.own_work);
    if (rc == EX_OK)
        rc = check_trace();
    return rc == EX_OK ? sandbox_enter(argv, avoid, 4) : rc;
}

/*
 * With ONLY, a student would not see the warnings, which often name the
 * mistake: B-03 has them, and few select it.
 */
static void note_warnings(struct report *report)
{
    static const char *const names[] = {"sender", "receiver"};
    static char notes[2][1000];
    int quiet = ladder_find("B-03", 4);

    if (quiet >= 0 && report->selected[quiet])
        return;
    for (int i = 0; i < 2; i++) {
        const char *warning = build_warning(names[i]);

        if (warning == NULL)
            continue;
        snprintf(notes[i], sizeof notes[i], "The compiler warns: %s", warning);
        report_note(report, notes[i]);
    }
}

/*
 * There is no verdict: returns the exit code RC. A partial report stays if a
 * signal has stopped the grading, but not if the machine has failed.
 */
static int withdraw(int rc)
{
    if (ask.partial && rc != EX_TEMPFAIL)
        (void)report_remove_old(ask.report);
    return rc;
}

static bool ran_out_of_time(const struct report *report, const char *id)
{
    const struct result *r = &report->results[ladder_find(id, (int)strlen(id))];

    return r->verdict == FAILED && r->reason == TIME_OUT;
}

/* Did this machine fail while the checks ran? Returns an exit code. */
static int test_machine_again(const struct report *report)
{
    int rc = report->failed > 0 ? scheduler_test_machine() : EX_OK;

    /* Other failures of the compiler are tried again in build.c. */
    if (rc == EX_OK &&
        (ran_out_of_time(report, "B-01") || ran_out_of_time(report, "B-02")))
        rc = scheduler_test_compiler();
    return rc;
}

static int grade(const bool *selected, const bool *needed)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long jobs =
        kit_option_number("jobs", ask.jobs, 1, 64, cores > 0 ? cores + 2 : 4);
    struct report report = {.submission = ask.found,
                            .crypto = config.crypto,
                            .sandbox = sandbox_name(),
                            .only = ask.only,
                            .grading = ask.grading,
                            .selected = selected,
                            .verbose = ask.verbose};
    struct result *results;
    int rc;

    if (attempt_check(&report.attempt, ask.found, config.shipped) != 0)
        return EX_NOINPUT;
    group_read(&report.group, ask.found);
    if (report.group.count == 0)
        group_read(&report.group, config.submission);
    note_location(&report);
    if (!config.sanitized)
        report_note(&report, "Graded without sanitizers: memory errors without "
                             "a visible effect are not found.");
    rc = scheduler_test_machine();
    if (config.no_leak_check)
        report_note(
            &report,
            "Memory leaks are not found: LeakSanitizer cannot examine a "
            "process here, because of strace, gdb or a seccomp filter.");
    if (rc == EX_OK)
        rc = scheduler_run(&results, needed, (int)jobs,
                           ask.partial ? publish_partial : NULL, &report);
    if (rc != EX_OK)
        return withdraw(rc);
    report.results = results;
    report_count(&report);
    rc = test_machine_again(&report);
    if (rc != EX_OK)
        return withdraw(rc);
    note_warnings(&report);
    return publish(&report);
}

int main(int argc, char **argv)
{
    bool *selected = calloc((size_t)ladder_size, sizeof *selected);
    bool *needed = calloc((size_t)ladder_size, sizeof *needed);
    int rc = EX_OSERR;

    limits_reset_environment();
    signal(SIGPIPE, SIG_IGN); /* we must live to remove the workspace */
    kit_options(argc, argv, &command);
    if (ask.only != NULL && ask.only[0] == '\0')
        ask.only = NULL;
    if (selected == NULL || needed == NULL || ladder_check() != 0) {
        rc = EX_SOFTWARE;
    } else if (ask.rubric) {
        ladder_print();
        rc = EX_OK;
    } else if (ask.names != NULL) {
        group_list(ask.names);
        rc = fflush(stdout) == 0 ? EX_OK : EX_IOERR;
    } else if (ask.fingerprints != NULL) {
        rc = attempt_print_fingerprints(ask.fingerprints) == 0 ? EX_OK
                                                               : EX_NOINPUT;
    } else if (ask.look != NULL) {
        rc = handin_check(ask.look);
    } else if (report_remove_old(ask.report) != 0) {
        rc = EX_CANTCREAT;
    } else if (ladder_select(selected, needed, ask.only) != 0) {
        rc = EX_USAGE;
    } else if ((rc = check_request()) == EX_OK &&
               (rc = enter_sandbox(argv)) == EX_OK) {
        spawn_set_undumpable();
        rc = limits_check() != 0              ? EX_OSERR
             : workspace_open(ask.found) == 0 ? grade(selected, needed)
                                              : EX_CANTCREAT;
        workspace_close();
    }
    free(selected);
    free(needed);
    return rc;
}
