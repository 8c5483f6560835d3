/* SPDX-License-Identifier: MIT */
/* What came of a whole run, and how it is told: to people and to programs. */
#ifndef GRADE_REPORT_H
#define GRADE_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/grade/attempt.h"
#include "tests/grade/group.h"
#include "tests/grade/result.h"

enum { REPORT_NOTES = 4 };

struct report {
    const char *submission; /* the folder */
    const char *crypto;
    const char *only;    /* what ONLY named; NULL: everything was asked for */
    const char *grading; /* "attempt" or "checks" */
    const bool *wanted;  /* the checks that were asked for */
    const struct result *results;
    struct attempt attempt;
    struct group group;
    const char *notes[REPORT_NOTES]; /* about this run; the rest is NULL */
    bool missing; /* sender.c or receiver.c was not handed in */
    bool verbose; /* every transcript */
    int passed, failed, skipped, points; /* of those that were asked for */
    int possible;                        /* points of these */
    int score;                           /* by GRADING, of 100 */
};

/* report_note: adds NOTE, a sentence that lives as long as REPORT. */
void report_note(struct report *report, const char *note);

/* report_count: fills in the sums. */
void report_count(struct report *report);

typedef void report_writer(FILE *out, const struct report *report);

/* report_find: the writer of FORMAT ("text", "json", ...), or NULL. */
report_writer *report_find(const char *format);

report_writer report_text, report_json, report_markdown, report_junit;

/*
 * report_clear: removes the report of an earlier run at PATH, which must not be
 * taken for this one's. A device or a pipe stays, and so does a file that may
 * be someone's program. PATH may be NULL. Returns 0, or -1 with an error if
 * this path cannot be the report.
 */
int report_clear(const char *path);

/*
 * report_save: writes the file at PATH, whole or not at all; to a device or a
 * pipe it writes directly. Returns 0, or -1 with an error.
 */
int report_save(const char *path, report_writer *writer,
                const struct report *report);

/*
 * report_wrap: TEXT and a newline, in lines of at most 78 columns; the first
 * begins at column INDENT, where it is, and the others there too.
 */
void report_wrap(FILE *out, int indent, const char *text);

/* report_again: the command that runs check I again. */
const char *report_again(const struct report *report, int i);

/* report_state: "pass", "fail", "skip" or "-" for check I. */
const char *report_state(const struct report *report, int i);

#endif
