/* SPDX-License-Identifier: MIT */
/*
 * Users who are logged in, and a load of their requests for other users. The
 * client is one thread that never sleeps: it must need little time itself, and
 * waking it would cost the server time.
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <stdatomic.h>

#include "tests/bench/bench.h"
#include "tests/support/target.h"

enum {
    LOAD_CONNECTIONS = 32,
    LOAD_REQUEST = 512,
};

struct load {
    struct target target;
    int users;
    char (*requests)[LOAD_REQUEST]; /* whole, one of each user */
    size_t next;                    /* the request to send next */
    atomic_int next_login;          /* the user to log in next */
    long lost; /* connections that ended and were opened again */
};

/*
 * load_open: makes the database of TARGET with USERS p0, p1 and so on, all
 * logged in, whose passwords are hashed at cost LN; and starts the server.
 * load_close: stops it.
 */
void load_open(struct load *load, int users, unsigned ln);
void load_close(struct load *load);

/*
 * load_login: writes a login of the next user to OUT, and returns its path, as
 * a storm_writer does. Several threads may call it.
 */
const char *load_login(struct load *load, char *out, size_t out_size);

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
