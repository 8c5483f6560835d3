/* SPDX-License-Identifier: MIT */
/* The same service in the languages that many would choose for it. */
#include <stdio.h>

#include "server/store/password_hash.h"
#include "tests/bench/answers.h"
#include "tests/bench/load.h"
#include "tests/bench/peers.h"
#include "tests/support/suites.h"

enum { SESSIONS = 10000 };

static struct load load;

/* Node has a module for SQLite from version 22 on; others need a package. */
#define NODE_SQLITE                                                            \
    "try { new (require('better-sqlite3'))(':memory:') }"                      \
    " catch { require('node:sqlite') } "
#define NODE "console.log('Node ' + process.versions.node + ', "
#define PYTHON                                                                 \
    "import cryptography, platform; print('Python', "                          \
    "platform.python_version() + ', "

/* The servers in tests/bench/peers/, and what they need. */
static const struct {
    const char *server;
    const char *(*program)(char version[PEERS_VERSION], const char *script);
    const char *script; /* runs if everything is there, and prints versions */
    const char *absent; /* what to print otherwise */
} servers[] = {
    {"tests/bench/peers/node_http.js", peers_node, NODE_SQLITE NODE "http')",
     "Node, http (to install it, type: make deps-bench)"},
    {"tests/bench/peers/fastify.js", peers_node,
     NODE_SQLITE NODE "Fastify ' + require('fastify/package.json').version)",
     "Node, Fastify (to install it, type: make deps-bench)"},
    {"tests/bench/peers/fastapi_server.py", peers_python,
     "import fastapi, uvicorn, uvloop, httptools; " PYTHON
     "FastAPI', fastapi.__version__)",
     "Python, FastAPI (to install it, type: make deps-bench)"},
    {"tests/bench/peers/flask_server.py", peers_python,
     "import flask, waitress; from importlib.metadata import version; " PYTHON
     "Flask', version('flask'))",
     "Python, Flask (to install it, type: make deps-bench)"},
};

/* Starts SERVER with PROGRAM, and waits until it listens. */
static struct process *start(const char *program, const char *server)
{
    const struct process_way way = {
        .log = load.target.log,
        .settings = {PEERS_NODE, "PYTHONDONTWRITEBYTECODE=1"}};
    struct process *p =
        process_words(&way, program, server, load.target.fixture.db, NULL);

    process_ready(p, &p->out);
    return p;
}

/* Checks each side of BENCH, and lets its JIT compiler see the load. */
static void warm_up(const struct bench *bench)
{
    for (int i = 0; bench->sides[i].name != NULL; i++) {
        const struct bench_side *side = &bench->sides[i];
        const struct load_server *server = side->context;
        struct bench_result unused = {.cpu = 0};

        answers_check(&load, server->process->where);
        side->open(side);
        for (int slice = 0; slice < LOAD_SLICES; slice++)
            side->run(&unused, side);
        side->close(side);
    }
}

START_TEST(userinfo_peers)
{
    struct load_server all[1 + COUNT(servers)];
    char versions[COUNT(servers)][PEERS_VERSION];
    int count = 0, missing = 0;
    struct bench bench = {
        .work = "/userinfo, the same service in other languages",
        .unit = "request",
        .client_spins = true,
        .slices = LOAD_SLICES,
        .goals = {{.what = "CPU, times the best of the others",
                   .figure = BENCH_CPU,
                   .reference = BENCH_BEST,
                   .first = 1,
                   .goal = ROUND_AT_MOST,
                   .limit = 1.0 / 3},
                  {.what = "requests a second, times the best",
                   .figure = BENCH_RATE,
                   .reference = BENCH_BEST,
                   .first = 1,
                   .goal = ROUND_AT_LEAST,
                   .limit = 2.5}},
    };

    load_open(&load, SESSIONS, PASSWORD_HASH_LN_MIN);
    target_log_in(&load.target);
    all[0] = (struct load_server){.load = &load,
                                  .process = load.target.fixture.server};
    bench.sides[0] = load_side("our server", &all[0]);
    for (size_t i = 0; i < COUNT(servers); i++) {
        const char *program =
            servers[i].program(versions[i], servers[i].script);

        if (program == NULL) {
            bench.missing[missing++] = servers[i].absent;
            continue;
        }
        count++;
        all[count] = (struct load_server){
            .load = &load, .process = start(program, servers[i].server)};
        bench.sides[count] = load_side(versions[i], &all[count]);
    }
    bench.goals[0].count = bench.goals[1].count = count;
    if (count == 0)
        bench.goals[0].what = NULL;
    warm_up(&bench);
    bench_compare(&bench);
    ck_assert_int_eq(load.lost, 0);
    while (count > 0)
        process_end(all[count--].process);
    load_close(&load);
}
END_TEST

TEST_SUITE(peers, 300, NULL, NULL)
{
    tcase_add_tests(tcase, userinfo_peers);
}
