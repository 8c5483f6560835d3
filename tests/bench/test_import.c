/* SPDX-License-Identifier: MIT */
/* Importing a class must cost little more than the hashes of its passwords. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/parts.h"
#include "tests/support/fixture.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

enum { PER_CORE = 8, ACCOUNTS_MAX = 1024 };

static struct fixture fixture;
static char *roster;

/* How many threads hash: one for each core, like the import; but not so many
   that PER_CORE accounts for each are more than ACCOUNTS_MAX. */
static int cores(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);

    return online < 1                         ? 1
           : online > ACCOUNTS_MAX / PER_CORE ? ACCOUNTS_MAX / PER_CORE
                                              : (int)online;
}

static void setup(void)
{
    static char text[ACCOUNTS_MAX * 32] = "name,password\n";
    size_t len = strlen(text);

    fixture_open(&fixture);
    for (int i = 0; i < PER_CORE * cores(); i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "i%d,i%d-pw\n",
                                i, i);
    roster = fixture_file(&fixture, "class.csv", text);
}

static void teardown(void)
{
    fixture_close(&fixture);
}

static void run_import(struct bench_result *result,
                       const struct bench_side *side)
{
    static int number;
    char program[PATH_SIZE], db[PATH_SIZE];
    struct process *p;

    snprintf(program, sizeof program, "%s/chat-server", fixture_builds[0]);
    snprintf(db, sizeof db, "%s/import-%d.db", fixture.dir, number++);
    p = process_words(NULL, program, "import", "--db", db, roster, NULL);
    bench_begin(&p->pid, 1);
    /* It remains as a zombie, whose processor time is still known. */
    ck_assert(proc_ended(p->pid, stopwatch_now() + 10 * stopwatch_patience()));
    bench_end(result, PER_CORE * cores());
    process_succeeds(p);
}

START_TEST(import)
{
    struct parts parts = parts_open(0);
    char scrypt[64];
    struct part part = {&parts, scrypt};
    const struct bench bench = {
        .work = "chat-server import",
        .unit = "account",
        .judged_spinners = cores(),
        .sides = {{"import", run_import, NULL, 0},
                  {"scrypt alone, on all cores", parts_run, &part, 0}},
        .goals = {{"speed by CPU, times scrypt's", BENCH_CPU, BENCH_SUM, 0, 1,
                   1, ROUND_AT_LEAST, 0.9, 0},
                  {"accounts, times hashes a second", BENCH_RATE, BENCH_SUM, 0,
                   1, 1, ROUND_SHOWN, 0, 0}},
    };

    snprintf(scrypt, sizeof scrypt, "scrypt %d %d", cores(),
             PER_CORE * cores());
    bench_compare(&bench);
    parts_close(&parts);
}
END_TEST

TEST_SUITE(import, 300, setup, teardown)
{
    tcase_add_tests(tcase, import);
}
