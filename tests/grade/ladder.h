/* SPDX-License-Identifier: MIT */
/*
 * The ladder: every check with its points and what it stands on, in one
 * table (ladder.c). `make rubric` prints it. To give a check other points,
 * change the table; the grader refuses to run unless they sum to 100.
 */
#ifndef GRADE_LADDER_H
#define GRADE_LADDER_H

#include <stdbool.h>

/* One rung. */
struct check {
    const char *id; /* "M4-01" */
    int points;
    const char *needs;   /* ids of checks that must have passed: "M4-01 B-01" */
    const char *todo;    /* the TODOs that this tests first: "4567", or "" */
    const char *section; /* of handout/protocol.md */
    void (*run)(void);
    const char *title;
};

extern const struct check ladder[];
extern const int ladder_size;

/* ladder_find: the index of the check called ID of LEN characters, or -1. */
int ladder_find(const char *id, int len);

/* ladder_group: the title of the group that check I begins, or NULL. */
const char *ladder_group(int i);

/* ladder_group_of: the title of the group of check I. */
const char *ladder_group_of(int i);

/*
 * ladder_select: marks in WANTED the checks that ONLY names, ids and groups
 * ("A") with commas between, NULL for all; and in NEEDED these and all that
 * they stand on. Returns 0, or -1 with an error that says what there is.
 */
int ladder_select(bool *wanted, bool *needed, const char *only);

/* ladder_check: 0 if points, needs and ids are in order, or -1 and says so. */
int ladder_check(void);

/* ladder_print: the table for people. */
void ladder_print(void);

#endif
