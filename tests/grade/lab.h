/* SPDX-License-Identifier: MIT */
/* What this run of the grader was told, and where it works. */
#ifndef GRADE_LAB_H
#define GRADE_LAB_H

#include <stdbool.h>

#include "tests/grade/words.h"

enum { LAB_PATH = 1024, LAB_BACKENDS = 2 };

struct lab {
    const char *kit;                    /* the folder of the kit */
    const char *submission;             /* the folder that was named */
    const char *crypto;                 /* the backend, "libsodium" */
    const char *other;                  /* the other one */
    struct words compile;               /* gcc -std=c11 ..., for -c */
    struct words link;                  /* gcc ..., for programs */
    struct words objects[LAB_BACKENDS]; /* the kit's, for each backend */
    struct words libs[LAB_BACKENDS];    /* -lsodium ..., for each backend */
    bool sanitized;                     /* programs run under sanitizers */
    bool no_leaks;                      /* ... which cannot look for leaks */
    bool last_try;                   /* the machine broke this check before */
    const char *server;              /* the program chat-server */
    const char *known[LAB_BACKENDS]; /* programs known to be right */
    const char *shipped;             /* fingerprints of the starter */
    char source[LAB_PATH];           /* where sender.c and receiver.c are */
    char work[LAB_PATH];             /* a folder of this run alone */
};

extern struct lab lab;

/* lab_path: writes the text to OUT, room for LAB_PATH; too long ends it. */
void lab_path(char out[LAB_PATH], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * lab_open: makes the folder of this run, to grade the programs in SOURCE.
 * Returns 0, or -1 with an error. lab_close takes the folder away.
 */
int lab_open(const char *source);
void lab_close(void);

/* lab_known: the path of the copy of known program I, for these folders. */
void lab_known(char out[LAB_PATH], int i);

/*
 * lab_give: the file at PATH belongs to the programs under test. Where the
 * grader is root they run as another user, who may not look into other files.
 * Returns 0, or -1 with errno.
 */
int lab_give(const char *path);

/*
 * lab_drop: changes to the user of the programs under test, if this is root.
 * Returns 0, or -1 with errno.
 */
int lab_drop(void);

/* lab_drops: whether there is such a user, for this run alone. */
bool lab_drops(void);

#endif
