/* SPDX-License-Identifier: MIT */
/*
 * A request to /userinfo must cost little more than its parts alone: HTTP over
 * TCP, the look-up in SQLite, a sealed ticket.
 */
#include <stdio.h>

#include "server/store/password_hash.h"
#include "tests/bench/load.h"
#include "tests/bench/parts.h"
#include "tests/support/suites.h"

enum {
    SESSIONS = 10000,
    LOGINS = 8,
    MEMORY_MIB = 16,
    PART_MS = 300 / LOAD_SLICES
};

static struct load load;
static struct parts parts;
/* A server with a constant answer. Then, on the same database, that of the
   OpenSSL build, and that of an older version, or NULL. */
static struct process *constant, *other, *old;

static struct process *start_constant(void)
{
    char path[PATH_SIZE];
    struct process *p;

    snprintf(path, sizeof path, "%s/constant", fixture_builds[0]);
    p = process_words(NULL, path, NULL);
    process_ready(p, &p->out);
    return p;
}

/* Starts the server of another BUILD on the same database. */
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

static void setup(void)
{
    parts = parts_open(0);
    load_open(&load, SESSIONS, PASSWORD_HASH_LN);
    /* In a class, some users log in after the server has started. */
    for (int i = 0; i < LOGINS; i++)
        ck_assert_int_eq(target_login(&load.target, load.target.names[i]), 200);
    constant = start_constant();
    other = start_server(fixture_builds[1]);
    old = bench_old != NULL ? start_server(bench_old) : NULL;
}

static void teardown(void)
{
    process_end(constant);
    process_end(other);
    process_end(old);
    parts_close(&parts);
    load_close(&load);
}

START_TEST(whole_path)
{
    struct part look_up =
        parts_part(&parts, "look-up %d %s", PART_MS, load.target.fixture.db);
    struct part ticket = parts_part(&parts, "ticket %d", PART_MS);
    struct load_server servers[] = {
        {.load = &load, .process = load.target.fixture.server},
        {.load = &load, .process = constant},
        {.load = &load, .process = other},
        {.load = &load, .process = old},
    };
    struct bench bench = {
        .work = "/userinfo, 10,000 sessions, 32 connections",
        .unit = "request",
        .client_spins = true,
        .slices = LOAD_SLICES,
        .sides = {load_side("whole path, libsodium", &servers[0]),
                  load_side("part: HTTP, a constant answer", &servers[1]),
                  {.name = "part: SQLite look-up",
                   .run = parts_run,
                   .context = &look_up},
                  {.name = "part: random bytes, seal",
                   .run = parts_run,
                   .context = &ticket},
                  load_side("whole path, OpenSSL", &servers[2])},
        .goals = {{.what = "CPU, times the sum of its parts",
                   .figure = BENCH_CPU,
                   .first = 1,
                   .count = 3,
                   .goal = ROUND_AT_MOST,
                   .limit = 1.8},
                  {.what = "CPU of OpenSSL, times libsodium",
                   .figure = BENCH_CPU,
                   .ours = 4,
                   .first = 0,
                   .count = 1}},
    };

    if (old != NULL)
        bench_add_older(&bench, 0,
                        load_side("whole path, older version", &servers[3]));
    bench_compare(&bench);
    ck_assert_int_eq(load.lost, 0);
    ck_assert_int_le(target_memory(&load.target), MEMORY_MIB * 1024);
}
END_TEST

TEST_SUITE(userinfo, 120, setup, teardown)
{
    tcase_add_tests(tcase, whole_path);
}
