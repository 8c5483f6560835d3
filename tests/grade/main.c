/* SPDX-License-Identifier: MIT */
/*
 * grade: runs the ladder of checks against one submission. `make grade` calls
 * it with the compiler and the libraries that the Makefile knows.
 *
 * Exit codes: 0 all checks that were asked for pass, 1 some do not, 2 and up
 * the grader itself could not run.
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
#include "tests/grade/conf.h"
#include "tests/grade/handin.h"
#include "tests/grade/lab.h"
#include "tests/grade/ladder.h"
#include "tests/grade/limits.h"
#include "tests/grade/report.h"
#include "tests/grade/run.h"
#include "tests/grade/spawn.h"

/* What the command line says beyond what is in lab. */
static struct {
    const char *only, *format, *report, *grading, *jobs, *list, *look, *conf,
        *names;
    bool rubric, verbose;
    char found[LAB_PATH]; /* the folder that has the programs */
} ask = {.format = "text", .grading = "attempt"};

static const struct kit_option options[] = {
    {"submission", "DIR", "the folder to grade", &lab.submission, NULL},
    {"only", "IDS", "these checks alone: M5-03,A", &ask.only, NULL},
    {"format", "NAME", "text, json, markdown or junit", &ask.format, NULL},
    {"report", "FILE", "write the report there too", &ask.report, NULL},
    {"grading", "RULE", "the score: attempt or checks", &ask.grading, NULL},
    {"jobs", "N", "checks at once", &ask.jobs, NULL},
    {"verbose", NULL, "every transcript", NULL, &ask.verbose},
    {"rubric", NULL, "print the ladder and exit", NULL, &ask.rubric},
    {"fingerprints", "DIR", "print those of DIR and exit", &ask.list, NULL},
    {"names", "DIR", "print the names in DIR/GROUP and exit", &ask.names, NULL},
    {"look", "DIR", "check that DIR can be graded and exit", &ask.look, NULL},
    {"kit", "DIR", "the folder of the kit", &lab.kit, NULL},
    {"conf", "FILE", "compiler and libraries, from make", &ask.conf, NULL},
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

/* What must be known before anything is run. Returns an exit code. */
static int check_request(void)
{
    struct kit_digest digest;
    int rc;

    if (strcmp(ask.grading, "attempt") != 0 &&
        strcmp(ask.grading, "checks") != 0) {
        kit_error("GRADING=%s: choose attempt or checks", ask.grading);
        return EX_USAGE;
    }
    if (report_find(ask.format) == NULL) {
        kit_error("FORMAT=%s: choose text, json, markdown or junit",
                  ask.format);
        return EX_USAGE;
    }
    if (lab.submission == NULL || lab.kit == NULL || ask.conf == NULL) {
        kit_error("name a folder with --submission, or type make grade; only "
                  "grade.sh calls this program");
        return EX_USAGE;
    }
    if (!can_read_folder(lab.submission)) {
        kit_error("SUBMISSION=%s: %s; name a folder with sender.c and "
                  "receiver.c",
                  lab.submission, strerror(errno));
        return EX_NOINPUT;
    }
    rc = handin_find(ask.found, lab.submission);
    if (rc != EX_OK)
        return rc;
    lab.kit = realpath(lab.kit, NULL); /* checks run in other folders */
    if (kit_sha256(&digest, "", 0) != 0) {
        kit_error("no verdict: %s cannot compute SHA-256", kit_crypto_name());
        return EX_OSERR;
    }
    return lab.kit != NULL && conf_read(ask.conf, lab.kit) == 0 ? EX_OK
                                                                : EX_CONFIG;
}

/* Tells what came of it. Returns an exit code. */
static int tell(struct report *report)
{
    report_writer *writer = report_find(ask.format);

    if (ask.report == NULL) {
        writer(stdout, report);
    } else {
        report_text(stdout, report);
        if (report_save(ask.report, writer, report) != 0)
            return EX_CANTCREAT;
    }
    if (fflush(stdout) != 0) {
        if (errno != EPIPE) /* head and less may stop reading */
            kit_error(
                "cannot print the report: %s: print it to another place, or "
                "name a file with --report",
                strerror(errno));
        return EX_IOERR;
    }
    return report->failed + report->skipped == 0 ? 0 : 1;
}

/* Notes where the programs were found, and which one was not. */
static void note_place(struct report *report)
{
    static char where[LAB_PATH + 100], lacks[LAB_PATH + 1200];
    const char *missing = handin_missing(ask.found);

    if (strcmp(ask.found, lab.submission) != 0) {
        snprintf(where, sizeof where,
                 "The programs are in %s/, one folder below the one that was "
                 "named.",
                 ask.found);
        report_note(report, where);
    }
    if (missing != NULL) {
        const char *similar = handin_similar(ask.found, missing);

        report->missing = true;
        snprintf(lacks, sizeof lacks, "There is no %s in %s/: %s%s%s.", missing,
                 ask.found,
                 similar != NULL ? "was it handed in as "
                                 : "it was not handed in",
                 similar != NULL ? similar : "",
                 similar != NULL ? "? Rename it and grade again" : "");
        report_note(report, lacks);
    }
}

static int grade(const bool *wanted, const bool *needed)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long jobs =
        kit_option_number("jobs", ask.jobs, 1, 64, cores > 0 ? cores + 2 : 4);
    struct report report = {.submission = ask.found,
                            .crypto = lab.crypto,
                            .only = ask.only,
                            .grading = ask.grading,
                            .wanted = wanted,
                            .verbose = ask.verbose};
    struct result *results;
    int rc;

    if (attempt_look(&report.attempt, ask.found, lab.shipped) != 0)
        return EX_NOINPUT;
    group_read(&report.group, ask.found);
    if (report.group.count == 0)
        group_read(&report.group, lab.submission);
    note_place(&report);
    if (!lab.sanitized)
        report_note(&report, "Graded without sanitizers: memory errors that "
                             "do no visible harm were not found.");
    rc = run_machine();
    if (lab.no_leaks)
        report_note(&report, "Memory leaks were not looked for: LeakSanitizer "
                             "cannot look into a process here (strace, gdb or "
                             "a seccomp filter).");
    if (rc == EX_OK)
        rc = run_ladder(&results, needed, (int)jobs);
    if (rc != EX_OK)
        return rc;
    report.results = results;
    report_count(&report);
    /* A fault of the machine in the middle of it would be seen now. */
    if (report.failed > 0 && (rc = run_machine()) != EX_OK)
        return rc;
    return tell(&report);
}

int main(int argc, char **argv)
{
    bool *wanted = calloc((size_t)ladder_size, sizeof *wanted);
    bool *needed = calloc((size_t)ladder_size, sizeof *needed);
    int rc = EX_OSERR;

    limits_clear();
    signal(SIGPIPE, SIG_IGN); /* our folder must be removed even then */
    kit_options(argc, argv, &command);
    if (wanted == NULL || needed == NULL || ladder_check() != 0) {
        rc = EX_SOFTWARE;
    } else if (ask.rubric) {
        ladder_print();
        rc = EX_OK;
    } else if (ask.names != NULL) {
        group_list(ask.names);
        rc = fflush(stdout) == 0 ? EX_OK : EX_IOERR;
    } else if (ask.list != NULL) {
        rc = attempt_list(ask.list) == 0 ? EX_OK : EX_NOINPUT;
    } else if (ask.look != NULL) {
        rc = handin_look(ask.look);
    } else if (report_clear(ask.report) != 0) {
        rc = EX_CANTCREAT;
    } else if (ladder_select(wanted, needed, ask.only) != 0) {
        rc = EX_USAGE;
    } else if ((rc = check_request()) == EX_OK) {
        spawn_hide();
        rc = limits_check() != 0        ? EX_OSERR
             : lab_open(ask.found) == 0 ? grade(wanted, needed)
                                        : EX_CANTCREAT;
        lab_close();
    }
    free(wanted);
    free(needed);
    return rc;
}
