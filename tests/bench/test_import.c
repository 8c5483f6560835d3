/* SPDX-License-Identifier: MIT */
/* Importing a class must cost little more than the hashes of its passwords. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/store/password_hash.h"
#include "tests/bench/hashing.h"
#include "tests/support/fixture.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"

enum {
    PER_CORE = 4,
    SLICES = 2,
    CORES_MAX = 128,
    ACCOUNTS_MAX = PER_CORE * CORES_MAX
};

struct roster {
    int accounts;
    unsigned ln; /* the cost of the passwords' hashes */
    char *file;
};

static struct fixture fixture;
static struct roster class = {.ln = PASSWORD_HASH_LN};
static struct roster growing[] = {{3, PASSWORD_HASH_LN_MIN, NULL},
                                  {30, PASSWORD_HASH_LN_MIN, NULL},
                                  {300, PASSWORD_HASH_LN_MIN, NULL}};

/* How many threads hash: one for each core, like the import. */
static int cores(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);

    return online < 1 ? 1 : online > CORES_MAX ? CORES_MAX : (int)online;
}

static void write_roster(struct roster *roster)
{
    static char text[ACCOUNTS_MAX * 32] = "name,password\n";
    size_t len = strlen("name,password\n");
    char name[32];

    for (int i = 0; i < roster->accounts; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "i%d,i%d-pw\n",
                                i, i);
    snprintf(name, sizeof name, "class-%d.csv", roster->accounts);
    roster->file = fixture_file(&fixture, name, text);
}

static void setup(void)
{
    fixture_open(&fixture);
    class.accounts = PER_CORE * cores();
    write_roster(&class);
    for (size_t i = 0; i < COUNT(growing); i++)
        write_roster(&growing[i]);
}

static void teardown(void)
{
    fixture_close(&fixture);
}

static void run_import(struct bench_result *result,
                       const struct bench_side *side)
{
    static int number;
    const struct roster *roster = side->context;
    char program[PATH_SIZE], db[PATH_SIZE], ln[16];
    struct process *p;

    snprintf(program, sizeof program, "%s/chat-server", fixture_builds[0]);
    snprintf(db, sizeof db, "%s/import-%d.db", fixture.dir, number++);
    snprintf(ln, sizeof ln, "%u", roster->ln);
    p = process_words(NULL, program, "import", "--db", db, "--scrypt-ln", ln,
                      roster->file, NULL);
    bench_begin(&p->pid, 1);
    /* It remains as a zombie, whose processor time is still known. */
    ck_assert(proc_ended(p->pid, stopwatch_now() + 10 * stopwatch_patience()));
    bench_end(result, roster->accounts);
    process_succeeds(p);
}

START_TEST(import)
{
    const struct hashing hashing = {
        .work = "chat-server import, on all cores",
        .unit = "account",
        .run = run_import,
        .context = &class,
        .threads = cores(),
        .count = class.accounts,
        .slices = SLICES,
        .goal = 0.9,
    };

    hashing_compare(&hashing);
}
END_TEST

START_TEST(growth)
{
    const struct bench bench = {
        .work = "chat-server import of more and more accounts, the cheapest "
                "passwords",
        .unit = "account",
        .sides =
            {{.name = "3 accounts", .run = run_import, .context = &growing[0]},
             {.name = "30 accounts", .run = run_import, .context = &growing[1]},
             {.name = "300 accounts",
              .run = run_import,
              .context = &growing[2]}},
        .goals = {bench_growth(BENCH_CPU, 0, 2, 100)},
    };

    bench_compare(&bench);
}
END_TEST

TEST_SUITE(import, 300, setup, teardown)
{
    tcase_add_tests(tcase, import, growth);
}
