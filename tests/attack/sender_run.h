/* SPDX-License-Identifier: MIT */
/* A run of the solution's sender under attack. */
#ifndef TESTS_ATTACK_SENDER_RUN_H
#define TESTS_ATTACK_SENDER_RUN_H

#include "tests/support/process.h"

struct sender_run {
    struct process *sender;
    double began, ms; /* when it started; how long it took */
    int code;         /* its exit code, or minus the signal that ended it */
    size_t said;      /* bytes on its standard output, which must be empty */
};

/*
 * sender_run_begin: starts the solution's sender of BUILD, from alice to bob,
 * with the server at URL. Its input is TEXTS texts of 4,000 bytes. Its standard
 * error goes to a log of this run.
 */
void sender_run_begin(struct sender_run *run, const char *build,
                      const char *url, int texts);

/*
 * sender_run_end: waits for its end. If it runs for two minutes, kills it, and
 * its exit code is -SIGKILL.
 */
void sender_run_end(struct sender_run *run);

/* sender_run_peak: the most memory that any of these senders used, in KiB. */
long sender_run_peak(void);

#endif
