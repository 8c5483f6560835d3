/* SPDX-License-Identifier: MIT */
/*
 * A request for another user must cost little more than what it consists of:
 * HTTP over TCP, two look-ups in SQLite, a sealed ticket.
 */
#include <stdio.h>

#include "server/store/password_hash.h"
#include "tests/bench/load.h"
#include "tests/bench/parts.h"
#include "tests/support/suites.h"

enum { SESSIONS = 10000, MEMORY_MIB = 16, PART_MS = 300 };

static struct load load;

/* The constant answer, and a server of another BUILD on the same database. */
static struct process *start_constant(void)
{
    char path[PATH_SIZE];
    struct process *p;

    snprintf(path, sizeof path, "%s/constant", fixture_builds[0]);
    p = process_words(NULL, path, NULL);
    process_ready(p, &p->out);
    return p;
}

static struct process *start_server(const char *build)
{
    char path[PATH_SIZE];
    const struct process_way way = {.log = load.target.log};
    struct process *p;

    snprintf(path, sizeof path, "%s/chat-server", build);
    p = process_words(&way, path, "--db", load.target.fixture.db, "--port", "0",
                      NULL);
    process_ready(p, &p->out);
    return p;
}

START_TEST(whole_path)
{
    struct parts parts = parts_open(0);
    struct process *constant, *other, *old;
    char look_up[PATH_SIZE + 32], ticket[32];

    load_open(&load, SESSIONS, PASSWORD_HASH_LN);
    /* In a class, some users log in after the server has started. */
    target_log_in(&load.target);
    constant = start_constant();
    other = start_server(fixture_builds[1]);
    old = bench_old != NULL ? start_server(bench_old) : NULL;
    snprintf(look_up, sizeof look_up, "look-up %d %s", PART_MS,
             load.target.fixture.db);
    snprintf(ticket, sizeof ticket, "ticket %d", PART_MS);

    struct load_server servers[] = {
        {&load, load.target.fixture.server},
        {&load, constant},
        {&load, other},
        {&load, old},
    };
    struct part part[] = {{&parts, look_up}, {&parts, ticket}};
    struct bench bench = {
        .work = "/userinfo, 10,000 sessions, 32 connections",
        .unit = "request",
        .client_spins = true,
        .sides = {{"whole path, libsodium", load_run, &servers[0], 0},
                  {"part: HTTP, a constant answer", load_run, &servers[1], 0},
                  {"part: SQLite look-up", parts_run, &part[0], 0},
                  {"part: random bytes, seal", parts_run, &part[1], 0},
                  {"whole path, OpenSSL", load_run, &servers[2], 0}},
        .goals = {{"CPU, times the sum of its parts", BENCH_CPU, BENCH_SUM, 0,
                   1, 3, ROUND_AT_MOST, 1.8, 0},
                  {"CPU of OpenSSL, times libsodium", BENCH_CPU, BENCH_SUM, 4,
                   0, 1, ROUND_SHOWN, 0, 0}},
    };

    if (old != NULL) {
        bench.sides[5] = (struct bench_side){"whole path, older version",
                                             load_run, &servers[3], 0};
        bench.goals[2] = (struct bench_goal){"CPU, times the older version's",
                                             BENCH_CPU,
                                             BENCH_SUM,
                                             0,
                                             5,
                                             1,
                                             ROUND_SHOWN,
                                             0,
                                             0};
    }
    bench_compare(&bench);
    ck_assert_int_eq(load.lost, 0);
    ck_assert_int_le(target_memory(&load.target), MEMORY_MIB * 1024);
    process_end(constant);
    process_end(other);
    process_end(old);
    parts_close(&parts);
    load_close(&load);
}
END_TEST

TEST_SUITE(userinfo, 120, NULL, NULL)
{
    tcase_add_tests(tcase, whole_path);
}
