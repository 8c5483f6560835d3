/* SPDX-License-Identifier: MIT */
/*
 * The ladder: one table (ladder.c) of all checks, with the points of each and
 * the checks that must pass before it. `make rubric` prints it. To change
 * points, edit the table; the grader does not run unless they sum to 100.
 */
#ifndef GRADE_LADDER_H
#define GRADE_LADDER_H

#include <stdbool.h>

/* One row of the table. */
struct check {
    const char *id; /* "M4-01" */
    int points;
    const char *needs;   /* ids of checks that must pass first: "M4-01 B-01" */
    const char *todo;    /* TODOs that it tests, the likeliest first: "75" */
    const char *section; /* of handout/protocol.md; "": none */
    void (*run)(void);
    const char *title;
};

extern const struct check ladder[];
extern const int ladder_size;

/* ladder_find: the index of the check whose id is LEN bytes at ID, or -1. */
int ladder_find(const char *id, int len);

/*
 * ladder_heading: the heading above check I, or NULL if it is the same as for
 * the check before. ladder_heading_of: the heading that check I belongs to.
 */
const char *ladder_heading(int i);
const char *ladder_heading_of(int i);

/* ladder_no_points: why check I is worth 0 points; NULL if it is worth some. */
const char *ladder_no_points(int i);

/*
 * ladder_select: marks in SELECTED the checks that ONLY lists, and in NEEDED
 * those and all that they need. ONLY has ids and prefixes ("A"), separated by
 * commas; NULL selects all. Returns 0, or -1 with an error.
 */
int ladder_select(bool *selected, bool *needed, const char *only);

/*
 * ladder_check: checks that ids are unique, that needed checks exist and that
 * the points sum to 100. Returns 0, or -1 with an error.
 */
int ladder_check(void);

/* ladder_print: prints the table for people. */
void ladder_print(void);

#endif
