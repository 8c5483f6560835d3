/* SPDX-License-Identifier: MIT */
/* The same service in the languages that many would choose for it. */
#include <stdio.h>
#include <string.h>

#include "lib/box.h"
#include "lib/hkdf.h"
#include "lib/json.h"
#include "server/store/password_hash.h"
#include "tests/bench/load.h"
#include "tests/bench/peers.h"
#include "tests/support/suites.h"

enum { SESSIONS = 10000 };

static struct load load;

/* Node 22 has SQLite; for others there is a package. */
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

/* SERVER must do the whole work: p1 can open the ticket in its answer to p0. */
static void check_answer(const struct process *server)
{
    struct kit_ticket ticket;
    struct kit_text text;
    struct kit_key key;
    struct kit_ad ad;
    struct http http;
    cJSON *m3;

    http_open(&http, server->where, NULL);
    ck_assert_int_eq(
        http_raw(&http, load.requests[0], strlen(load.requests[0])), 200);
    http_string(&http, "senderinfo", ticket.text, sizeof ticket.text);
    http_close(&http);
    m3 = cJSON_Parse(strchr(load.requests[1], '{'));
    ck_assert_int_eq(
        kit_derive(&key, kit_json_string(m3, "token"), KIT_LABEL_TICKET), 0);
    ck_assert_int_eq(kit_ad_ticket(&ad, "p1"), 0);
    ck_assert_int_eq(kit_ticket_open(&text, &key, ad.text, &ticket), 0);
    cJSON_Delete(m3);
    m3 = kit_json_object((const char *)text.bytes, text.len);
    ck_assert_str_eq(kit_json_string(m3, "username"), "p0");
    kit_json_free(m3);
}

/* Checks each side of BENCH, and lets it compile what it compiles late. */
static void warm_up(const struct bench *bench)
{
    struct bench_result unused;

    for (int i = 0; bench->sides[i].name != NULL; i++) {
        const struct load_server *server = bench->sides[i].context;

        check_answer(server->process);
        load_run(&unused, &bench->sides[i]);
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
    };

    load_open(&load, SESSIONS, PASSWORD_HASH_LN);
    all[0] = (struct load_server){&load, load.target.fixture.server};
    bench.sides[0] = (struct bench_side){"our server", load_run, &all[0], 0};
    for (size_t i = 0; i < COUNT(servers); i++) {
        const char *program =
            servers[i].program(versions[i], servers[i].script);

        if (program == NULL) {
            bench.missing[missing++] = servers[i].absent;
            continue;
        }
        count++;
        all[count] =
            (struct load_server){&load, start(program, servers[i].server)};
        bench.sides[count] =
            (struct bench_side){versions[i], load_run, &all[count], 0};
    }
    if (count > 0) {
        bench.goals[0] =
            (struct bench_goal){"CPU, times the best of the others",
                                BENCH_CPU,
                                BENCH_BEST,
                                0,
                                1,
                                count,
                                ROUND_AT_MOST,
                                1.0 / 3,
                                0};
        bench.goals[1] =
            (struct bench_goal){"requests a second, times the best",
                                BENCH_RATE,
                                BENCH_BEST,
                                0,
                                1,
                                count,
                                ROUND_AT_LEAST,
                                2.5,
                                0};
    }
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
