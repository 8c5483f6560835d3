/* SPDX-License-Identifier: MIT */
/*
 * How much of what libmicrohttpd can do is left when it is our server that
 * answers, and what a class costs in memory:
 *
 *     bench build/libsodium build/openssl
 *
 * Ratios of whole processes on the same machine in the same minute, of the
 * first build; the second is not used.
 */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/streams.h"
#include "server/store/accounts.h"
#include "server/store/password_hash.h"
#include "server/store/sessions.h"
#include "tests/bench/load.h"
#include "tests/support/figure.h"
#include "tests/support/single_test.h"
#include "tests/support/storm.h"
#include "tests/support/times.h"

enum {
    SESSIONS = 10000,
    ROUNDS = 5,
    ROUND_SECONDS = 2,
    /* Three times ROUNDS against our server: every user asks 30 times, the
       burst that protocol.md section 3 allows, however fast the machine is. */
    ROUND_ANSWERS = 2 * SESSIONS,
    LOGINS_A_MINUTE = 2000,
    MEMORY_MIB = 16,
};

static struct target ours, constant;
static struct load load;
static char tokens[SESSIONS][2 * KIT_TOKEN_BYTES + 1];

/* --- Ten thousand people who are logged in -------------------------------- */

static char *request_of(int user)
{
    char json[512], *text = malloc(1024);

    ck_assert_ptr_nonnull(text);
    snprintf(json, sizeof json,
             "{\"username\":\"p%d\",\"token\":\"%.64s\",\"receiver\":\"p%d\"}",
             user, tokens[user], (user + 1) % SESSIONS);
    http_request(text, 1024, "/userinfo", "", json);
    return text;
}

/* One account with its session. */
static void add(struct store *store, const char *phc, int user, long long now)
{
    char name[KIT_NAME_MAX + 1];

    snprintf(name, sizeof name, "p%d", user);
    ck_assert_int_eq(kit_random_hex(tokens[user], sizeof tokens[user]), 0);
    ck_assert_int_eq(accounts_add(store, name, phc), 0);
    ck_assert_int_eq(
        sessions_add(store, name, phc, "127.0.0.1", 0, tokens[user], now), 0);
}

/* Straight into the database: logging in is not what is measured. */
static void add_people(void)
{
    char phc[PASSWORD_HASH_SIZE];
    struct store *store;

    ck_assert_int_eq(
        password_hash_make(phc, target_password("p"), PASSWORD_HASH_LN), 0);
    ck_assert_int_eq(store_open(&store, ours.fixture.db, STORE_CREATE), EX_OK);
    sqlite3_exec(store->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    load.requests = calloc(SESSIONS, sizeof load.requests[0]);
    ck_assert_ptr_nonnull(load.requests);
    for (int i = 0; i < SESSIONS; i++) {
        add(store, phc, i, kit_now());
        load.requests[i] = request_of(i);
    }
    load.count = SESSIONS;
    load.most = ROUND_ANSWERS;
    store_close(store);
}

static void start(void)
{
    char program[PATH_SIZE];
    char *argv[] = {program, NULL};

    target_open(&ours, "10");
    add_people();
    target_serve(&ours, NULL, NULL);
    /* As in every class some have logged in since the server began. */
    target_log_in(&ours);
    snprintf(program, sizeof program, "%s/constant", fixture_builds[0]);
    constant.fixture.server = process_start(argv);
    constant.fixture.url =
        process_ready(constant.fixture.server, &constant.fixture.server->out);
}

/* --- Measuring ------------------------------------------------------------ */

/* A round against TARGET: requests a second, and in a second of its CPU. */
struct rate {
    double wall, cpu;
};

static struct rate measure(const struct target *target)
{
    double before = target_cpu(target);
    double rate = load_run(&load, target->fixture.url, ROUND_SECONDS);
    double cpu = target_cpu(target) - before;

    return (struct rate){rate, (double)load.answers * 1e3 / cpu};
}

/*
 * Rounds of one and the other in turn; the medians of their ratios. Beside the
 * constant the client is as busy as the server, so the ratio of processor time
 * is the lower one.
 */
static void compare(void)
{
    double wall[ROUNDS], cpu[ROUNDS], one[ROUNDS], two[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        struct rate them = measure(&constant), us = measure(&ours);

        wall[i] = us.wall / them.wall;
        cpu[i] = us.cpu / them.cpu;
        one[i] = them.wall;
        two[i] = us.wall;
    }
    figure_note("a constant, answers a second", percentile(one, ROUNDS, 0.5),
                "");
    figure_note("/userinfo, answers a second", percentile(two, ROUNDS, 0.5),
                "");
    figure_least("ratio", percentile(wall, ROUNDS, 0.5), "", 0.5);
    figure_note("ratio, by their processor time", percentile(cpu, ROUNDS, 0.5),
                "");
}

static const char *somebody(char *out, size_t out_size, int number)
{
    snprintf(out, out_size, "{\"username\":\"nobody%d\",\"password\":\"x\"}",
             number);
    return "/login";
}

static void *blow(void *context)
{
    storm_run(context);
    return NULL;
}

/* Rounds in the calm and in a storm of logins. */
static void compare_in_storm(void)
{
    double calm[ROUNDS], stormy[ROUNDS], ratio;
    struct storm storm = {.url = ours.fixture.url,
                          .connections = 100,
                          .seconds = (ROUNDS + 1) * ROUND_SECONDS,
                          .write = somebody};
    pthread_t thread;

    storm.requests = (int)(LOGINS_A_MINUTE * storm.seconds / 60);
    for (int i = 0; i < ROUNDS; i++)
        calm[i] = measure(&ours).wall;
    ck_assert_int_eq(pthread_create(&thread, NULL, blow, &storm), 0);
    for (int i = 0; i < ROUNDS; i++)
        stormy[i] = measure(&ours).wall;
    pthread_join(thread, NULL);
    ratio = percentile(stormy, ROUNDS, 0.5) / percentile(calm, ROUNDS, 0.5);
    figure_least("ratio under 2,000 logins a minute", ratio, "", 0.5);
    free(storm.answers);
}

START_TEST(bench)
{
    start();
    row_begin("speed");
    compare();
    /* Before the storm: two hashes take 32 MiB while they last. */
    figure_most("memory, after 10,000 sessions have asked",
                (double)target_memory(&ours) / 1024, "MiB", MEMORY_MIB);
    compare_in_storm();
    figure_is("connections that ended", load.lost, 0);
    process_end(constant.fixture.server);
    target_stop(&ours);
    target_close(&ours);
    row_end();
    exit(EXIT_SUCCESS);
}
END_TEST

int main(int argc, char **argv)
{
    kit_streams_open();
    if (argc != 3) {
        fprintf(stderr, "usage: bench BUILD BUILD\n");
        return EX_USAGE;
    }
    fixture_builds[0] = argv[1];
    fixture_builds[1] = argv[2];
    printf("%s\n", fixture_builds[0]);
    return single_test_run("bench", bench, 300);
}
