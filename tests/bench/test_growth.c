/* SPDX-License-Identifier: MIT */
/* How the costs of a request and of a login, and the memory, grow with the
   number of users. */
#include <stdio.h>

#include "server/store/password_hash.h"
#include "tests/bench/load.h"
#include "tests/support/suites.h"

enum { FEW = 1000, MORE = 10000, MANY = 100000, LOGINS = 1, SLICES = 5 };

static struct load few, more, many;
static struct target idle;

static void setup(void)
{
    target_open(&idle, "10");
    target_serve(&idle, NULL, NULL);
    load_open(&few, FEW, PASSWORD_HASH_LN_MIN);
    load_open(&more, MORE, PASSWORD_HASH_LN_MIN);
    load_open(&many, MANY, PASSWORD_HASH_LN_MIN);
}

static void teardown(void)
{
    load_close(&few);
    load_close(&more);
    load_close(&many);
    target_stop(&idle);
    target_close(&idle);
}

static void run_asking(struct bench_result *result,
                       const struct bench_side *side)
{
    const struct load_server *server = side->context;

    load_run(result, side);
    result->memory = (double)target_memory(&server->load->target);
}

static void measure_idle(struct bench_result *result,
                         const struct bench_side *side)
{
    result->memory = (double)target_memory(&idle);
}

START_TEST(asking)
{
    struct load_server servers[] = {
        {.load = &few, .process = few.target.fixture.server},
        {.load = &more, .process = more.target.fixture.server},
        {.load = &many, .process = many.target.fixture.server},
    };
    struct bench bench = {
        .work = "/userinfo with more and more sessions",
        .unit = "request",
        .client_spins = true,
        .slices = LOAD_SLICES,
        .sides = {{.name = "no sessions", .run = measure_idle},
                  load_side("1,000 sessions", &servers[0]),
                  load_side("10,000 sessions", &servers[1]),
                  load_side("100,000 sessions", &servers[2])},
        .goals = {bench_growth(BENCH_CPU, 1, 3, MANY / FEW),
                  bench_growth(BENCH_SIZE, 1, 3, MANY / FEW)},
    };

    for (int i = 1; i <= (int)COUNT(servers); i++)
        bench.sides[i].run = run_asking;
    bench_compare(&bench);
}
END_TEST

static void run_logins(struct bench_result *result,
                       const struct bench_side *side)
{
    struct load *load = (struct load *)side->context;
    char json[HTTP_REPLY];
    struct http http;

    http_open(&http, load->target.fixture.url, NULL);
    bench_begin(&load->target.fixture.server->pid, 1);
    for (int i = 0; i < LOGINS; i++) {
        const char *path = load_login(load, json, sizeof json);

        ck_assert_int_eq(http_post(&http, path, json), 200);
    }
    bench_end(result, LOGINS);
    http_close(&http);
}

START_TEST(logins)
{
    const struct bench bench = {
        .work = "/login with more and more accounts, the cheapest passwords",
        .unit = "login",
        .slices = SLICES,
        .sides =
            {{.name = "1,000 accounts", .run = run_logins, .context = &few},
             {.name = "10,000 accounts", .run = run_logins, .context = &more},
             {.name = "100,000 accounts", .run = run_logins, .context = &many}},
        .goals = {bench_growth(BENCH_CPU, 0, 2, MANY / FEW)},
    };

    bench_compare(&bench);
}
END_TEST

TEST_CASES(growth)
{
    /* Both tests use the same servers: starting them takes long. */
    TCase *tcase = suite_case(suite, "growth", 600, NULL, NULL);

    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_tests(tcase, asking, logins);
}
