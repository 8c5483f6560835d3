/* SPDX-License-Identifier: MIT */
/*
 * The configuration of this run: the command line, and the file grade.conf,
 * with which make passes on the compiler, the libraries and the kit's objects.
 */
#ifndef GRADE_CONFIG_H
#define GRADE_CONFIG_H

#include <stdbool.h>

#include "tests/grade/args.h"

enum { CONFIG_BACKENDS = 2 };

/* Arrays with CONFIG_BACKENDS elements: first CRYPTO, then OTHER_CRYPTO. */
struct config {
    /* from the command line */
    const char *kit;        /* the folder of the kit */
    const char *submission; /* the folder to grade, as the user wrote it */
    const char *trace;      /* a folder for traces of the programs, or NULL */

    /* from grade.conf */
    const char *crypto;                    /* the backend, "libsodium" */
    const char *other_crypto;              /* the other one */
    struct args compile;                   /* cc -std=c11 ..., without -c */
    struct args link;                      /* cc ... */
    struct args objects[CONFIG_BACKENDS];  /* the kit's object files */
    struct args libs[CONFIG_BACKENDS];     /* -lsodium ... */
    const char *server;                    /* the program chat-server */
    const char *selftest[CONFIG_BACKENDS]; /* see selftest.c */
    const char *confine;                   /* the program confine */
    const char *shipped;                   /* the starter's fingerprints */
    bool sanitized; /* programs under test run under sanitizers */

    /* from main and sandbox_choose */
    int seconds;   /* for all checks together; 0: no limit */
    bool own_work; /* the submission is starter/ or solution/ in this kit */
    bool landlock; /* the kernel has Landlock */

    /* from scheduler_test_machine */
    bool no_leak_check; /* LeakSanitizer does not work here */
};

extern struct config config;

/*
 * config_read: reads the file at PATH into config. Each line has a key and one
 * word of its value; the last line is "end". Relative file names are relative
 * to the folder KIT. Returns 0, or -1 with an error.
 */
int config_read(const char *path, const char *kit);

#endif
