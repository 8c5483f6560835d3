/* SPDX-License-Identifier: MIT */
/*
 * Users who are logged in, and send requests to /userinfo. The client is one
 * thread that never sleeps, because waking it would cost the server time.
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <poll.h>
#include <stdatomic.h>

#include "tests/bench/bench.h"
#include "tests/support/target.h"

enum {
    LOAD_CONNECTIONS = 32,
    LOAD_REQUEST = 512,
    LOAD_SLICES = 10, /* of each round */
};

struct load {
    struct target target;
    int users;
    char (*requests)[LOAD_REQUEST]; /* of HTTP, one of each user */
    size_t next;                    /* counts the requests sent */
    atomic_int next_login;          /* the user to log in next */
    long lost; /* connections that the server closed: they were opened again */
};

/*
 * load_open: makes a database with USERS accounts, p0, p1 and so on, whose
 * passwords are hashed at cost LN. All of them are logged in. Then starts the
 * server. load_close: stops it.
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
    struct pollfd all[LOAD_CONNECTIONS];
};

/*
 * load_run: a slice of a side whose context is a struct load_server. For a
 * tenth of a second it sends requests over all connections. Each waits for an
 * answer before its next request. It ends earlier if all users have sent as
 * many requests as their limit permits in a slice.
 */
void load_run(struct bench_result *result, const struct bench_side *side);

/* load_side: the side NAME, on which SERVER answers these requests. */
struct bench_side load_side(const char *name, struct load_server *server);

#endif
