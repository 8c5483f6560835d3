/* SPDX-License-Identifier: MIT */
/*
 * Users who are logged in, and a load of their requests for other users. The
 * client is one thread that never sleeps: it must need little time itself, and
 * waking it would cost the server time.
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include "tests/bench/bench.h"
#include "tests/support/target.h"

enum {
    LOAD_CONNECTIONS = 32,
    LOAD_REQUEST = 512,
    LOAD_PASSWORD_LN = 14, /* the cost of the users' passwords, as by default */
};

struct load {
    struct target target;
    int users;
    char (*requests)[LOAD_REQUEST]; /* whole, one of each user */
    size_t next;                    /* the request to send next */
    long lost; /* connections that ended and were opened again */
};

/*
 * load_open: makes the database of TARGET with users p0, p1 and so on, all
 * logged in, and starts the server. load_close: stops it.
 */
void load_open(struct load *load, int users);
void load_close(struct load *load);

/* load_password: the password of all these users. */
const char *load_password(void);

/* A server to send the load to: the context of a side. */
struct load_server {
    struct load *load;
    struct process *process;
};

/*
 * load_run: the function of a side whose context is a struct load_server. Asks
 * for a second over LOAD_CONNECTIONS connections, with one request under way on
 * each; but not so often that users reach their limit.
 */
void load_run(struct bench_result *result, const struct bench_side *side);

#endif
