/* SPDX-License-Identifier: MIT */
/* What this run of the grader was told, and where it works. */
#ifndef GRADE_LAB_H
#define GRADE_LAB_H

enum { LAB_PATH = 512, LAB_BACKENDS = 2, LAB_COMMAND = 64000 };

struct lab {
    const char *submission;            /* the folder that is graded */
    const char *crypto;                /* the backend, "libsodium" */
    const char *other;                 /* the other one */
    const char *compile;               /* "gcc -std=c11 ...", for -c */
    const char *link;                  /* "gcc ...", for programs */
    const char *objects[LAB_BACKENDS]; /* the kit's, for each backend */
    const char *libs[LAB_BACKENDS];    /* "-lsodium ...", for each backend */
    const char *server;                /* the program chat-server */
    const char *shipped;               /* fingerprints of the starter */
    char kit[LAB_PATH];                /* where the kit's headers are */
    char source[LAB_PATH];             /* where the submission is */
    char work[LAB_PATH];               /* a folder of this run alone */
};

extern struct lab lab;

/* lab_path: writes the text to OUT, room for LAB_PATH; too long ends it. */
void lab_path(char out[LAB_PATH], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* lab_open: makes the folder of this run; lab_close takes it away. */
int lab_open(void);
void lab_close(void);

/*
 * lab_give: the file at PATH belongs to the programs under test. Where the
 * grader is root they run as somebody else, who may not look into it.
 */
void lab_give(const char *path);

/* lab_drop: from here on this process is that somebody, if it was root. */
void lab_drop(void);

/* lab_remove: takes away PATH and all that is in it. */
void lab_remove(const char *path);

#endif
