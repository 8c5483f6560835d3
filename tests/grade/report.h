/* SPDX-License-Identifier: MIT */
/* The report of a run, in formats for people and for programs. */
#ifndef GRADE_REPORT_H
#define GRADE_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/grade/attempt.h"
#include "tests/grade/group.h"
#include "tests/grade/result.h"

enum { REPORT_NOTES = 6 };

struct report {
    const char *submission; /* the folder; to print it: report_path */
    const char *crypto;
    const char *sandbox;  /* its kind: "bubblewrap", "setpriv" or "none" */
    const char *only;     /* the value of ONLY; NULL: all checks */
    const char *grading;  /* "attempt" or "checks" */
    const bool *selected; /* for each check, whether ONLY selects it */
    const struct result *results;
    struct attempt attempt;
    struct group group;
    const char *notes[REPORT_NOTES]; /* about this run; unused ones are NULL */
    int unfinished; /* selected checks that have not run yet: see --partial */
    bool missing;   /* sender.c or receiver.c was not handed in */
    bool verbose;   /* print every transcript */

    /* Set by report_count, over the selected checks. */
    int passed, failed, skipped;
    int points, possible; /* points scored, and points in all */
    int score;            /* of 100, by the rule in grading */
};

/* report_note: adds NOTE, a sentence that must live as long as REPORT. */
void report_note(struct report *report, const char *note);

/* report_count: fills in the sums and the score. */
void report_count(struct report *report);

typedef void report_writer(FILE *out, const struct report *report);

/* report_writer_find: the writer of FORMAT ("text", "json", ...), or NULL. */
report_writer *report_writer_find(const char *format);

report_writer report_text, report_json, report_markdown, report_junit;

/*
 * report_remove_old: removes the report of an earlier run at PATH, so that it
 * is not mistaken for the new one. Devices and pipes stay. PATH may be NULL.
 * Returns 0, or -1 with an error if no report can be written there, or if PATH
 * has the name of a student's file (*.c, *.h, GROUP).
 */
int report_remove_old(const char *path);

/*
 * report_save: writes the report to PATH, completely or not at all. A device or
 * a pipe is written to directly. Returns 0, or -1 with an error.
 */
int report_save(const char *path, report_writer *writer,
                const struct report *report);

/*
 * report_wrap: prints TEXT and a newline in lines of at most 78 columns. The
 * cursor is at column INDENT; later lines are indented to it.
 */
void report_wrap(FILE *out, int indent, const char *text);

/*
 * report_summary: the grade in one line, the same in every format:
 *
 *     Attempt: yes, 100 of 100. Checks: 78 of 81 pass.
 *     Checks: 78 of 81 pass, 94 of 100 points. Attempt: yes.
 *
 * The second is for GRADING=checks. The reason for a "no" follows in
 * parentheses. The text is static.
 */
const char *report_summary(const struct report *report);

/* report_next: the failed check to look at first, or -1 if none has failed. */
int report_next(const struct report *report);

/*
 * report_path: PATH itself; or, if it has control characters or is not UTF-8, a
 * copy with those escaped (lib/show.h), which is valid until the next call.
 */
const char *report_path(const char *path);

/* report_rerun_command: the command that runs check I again. */
const char *report_rerun_command(const struct report *report, int i);

/* report_state: "pass", "fail" or "skip" for check I. */
const char *report_state(const struct report *report, int i);

#endif
