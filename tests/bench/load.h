/* SPDX-License-Identifier: MIT */
/* As many requests as a server takes, over connections that are kept. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stddef.h>

enum { LOAD_CONNECTIONS = 32 };

/* The requests, whole, that are sent in turn; NEXT goes round. */
struct load {
    char **requests;
    size_t count, next;
    long most;    /* answers after which a run ends early */
    long answers; /* of the last run */
    long lost;    /* connections that ended, and were opened again */
};

/*
 * load_run: one request under way on each connection to URL, for SECONDS or
 * until there were LOAD's most answers. Returns how many a second were
 * answered; every answer must be a 200.
 */
double load_run(struct load *load, const char *url, double seconds);

#endif
