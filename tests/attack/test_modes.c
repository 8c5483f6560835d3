/* SPDX-License-Identifier: MIT */
/*
 * Files with secrets that other users of the machine can read or write: every
 * command rejects them and prints the command that repairs them.
 */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/attack/certs.h"
#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"

enum { ARGS = 20, SERVE = 0 };

/* A name that has shell syntax in it, and looks like an option. */
#define AWKWARD "-my class's $(touch owned);db \"x\""

static sqlite3 *holder; /* an open connection, which keeps -wal and -shm */
static int serial;      /* for names of accounts that do not exist yet */
static char *program;   /* the absolute path of the server */

/* The sums of a row. */
static struct {
    long tries, accepted, changed, not_repaired;
} sum;

/* The tests run in the folder of the target. */
static void setup(void)
{
    setup_accounts();
    program = realpath(target.program, NULL);
    ck_assert_ptr_nonnull(program);
    if (certs_possible())
        certs_make(&target, "server", "127.0.0.1");
    ck_assert_int_eq(sqlite3_open(target.fixture.db, &holder), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(holder, "UPDATE accounts SET last_login = 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(chdir(target.fixture.dir), 0);
}

static void teardown(void)
{
    sqlite3_close(holder);
    teardown_target();
    free(program);
}

/* The commands that open a database. */
static const char *const commands[] = {"serve",   "adduser", "passwd",
                                       "deluser", "users",   "import"};

/* Starts COMMAND on DB, with up to four words MORE. */
static struct process *start(size_t command, const char *db,
                             const char *const *more)
{
    char fresh[TARGET_NAME], old[TARGET_NAME];
    const char *const words[][ARGS] = {
        {"--port", "0"},
        {"--scrypt-ln", "10", "--password-file", "alice", fresh},
        {"--scrypt-ln", "10", "--password-file", "alice", "alice"},
        {old},
        {NULL},
        {"--update", "--scrypt-ln", "10", "roster.csv"},
    };
    char *argv[ARGS] = {program, (char *)commands[command], "--db", (char *)db};
    int n = 4;

    snprintf(fresh, sizeof fresh, "new%d", serial);
    snprintf(old, sizeof old, "u%02d", serial % TARGET_USERS);
    for (int i = 0; words[command][i] != NULL; i++)
        argv[n++] = (char *)words[command][i];
    while (more != NULL && *more != NULL)
        argv[n++] = (char *)*more++;
    return process_start(argv);
}

/* Waits for the end of P, or stops a server. Returns the exit code. */
static int finish(struct process *p, size_t command)
{
    if (command == SERVE && process_line(p, &p->out) != NULL)
        kill(p->pid, SIGTERM);
    return process_wait(p);
}

/* Runs the command that P prints after "type: ". Returns its exit code. */
static int run_advice(struct process *p)
{
    char *order = strstr(p->err.bytes, "type: ");
    char *argv[] = {"sh", "-c", NULL, NULL};
    struct process *shell;
    int code;

    if (order == NULL)
        return EX_USAGE;
    order += strlen("type: ");
    order[strcspn(order, "\n")] = '\0';
    argv[2] = order;
    shell = process_start(argv);
    code = process_wait(shell);
    process_end(shell);
    return code;
}

/*
 * Runs COMMAND on DB while FILE has MODE, which must fail and change nothing;
 * then runs the command that it prints, and COMMAND again, which must succeed.
 */
static void try(size_t command, const char *db, const char *const *more,
                const char *file, mode_t mode)
{
    char *before = database_all(&target), *after;
    struct process *p;
    bool rejected;
    int code;

    sum.tries++;
    serial++;
    ck_assert_int_eq(chmod(file, mode), 0);
    p = start(command, db, more);
    code = finish(p, command);
    after = database_all(&target);
    rejected = code == EX_CONFIG || code == EX_NOINPUT;
    sum.accepted += !rejected || p->out.len != 0;
    sum.changed += strcmp(before, after) != 0;
    if (!rejected)
        fprintf(stderr, "%s, %s %o: exit code %d instead of %d or %d\n",
                commands[command], file, mode, code, EX_CONFIG, EX_NOINPUT);
    code = run_advice(p);
    process_end(p);
    p = start(command, db, more);
    if (code != 0 || finish(p, command) != 0) {
        sum.not_repaired++;
        fprintf(stderr, "%s, %s %o: not repaired: %.*s\n", commands[command],
                file, mode, (int)p->err.len, p->err.bytes);
        ck_assert_int_eq(chmod(file, 0600), 0);
    }
    process_end(p);
    free(before);
    free(after);
}

static void show(void)
{
    figure_note("starts", (double)sum.tries, "");
    figure_is("not rejected with EX_CONFIG or EX_NOINPUT", sum.accepted, 0);
    figure_is("that changed an account", sum.changed, 0);
    figure_is("not repaired by the command they print", sum.not_repaired, 0);
}

static const mode_t modes[] = {0640, 0604, 0660, 0606, 0620, 0602, 0644, 0666};

START_TEST(database)
{
    row_begin("19 a database that others can read or write");
    for (size_t i = 0; i < COUNT(commands); i++) {
        for (size_t m = 0; m < COUNT(modes); m++)
            try(i, target.fixture.db, NULL, "chat.db", modes[m]);
    }
    show();
    row_end();
}
END_TEST

/* SQLite keeps the newest rows in two files next to the database. */
START_TEST(beside)
{
    row_begin("19 the files next to the database");
    for (size_t i = 0; i < COUNT(commands); i++) {
        try(i, target.fixture.db, NULL, "chat.db-wal", 0640);
        try(i, target.fixture.db, NULL, "chat.db-wal", 0604);
        try(i, target.fixture.db, NULL, "chat.db-shm", 0640);
        try(i, target.fixture.db, NULL, "chat.db-shm", 0604);
    }
    show();
    row_end();
}
END_TEST

START_TEST(other_names)
{
    row_begin("19 a link to the database, with an awkward name");
    ck_assert_int_eq(symlink(target.fixture.db, AWKWARD), 0);
    for (size_t i = 0; i < COUNT(commands); i++) {
        try(i, AWKWARD, NULL, "chat.db", 0640);
        try(i, AWKWARD, NULL, "chat.db-wal", 0640);
    }
    show();
    figure_is("commands in its name that were run", access("owned", F_OK) == 0,
              0);
    row_end();
}
END_TEST

START_TEST(key)
{
    const char *const tls[] = {"--tls-cert", "server.pem", "--tls-key",
                               "server-key.pem", NULL};

    row_begin("19 a key that others can read or write");
    if (!certs_possible()) {
        figure_skip("a key", "the openssl command is absent");
        return;
    }
    for (size_t m = 0; m < COUNT(modes); m++)
        try(SERVE, target.fixture.db, tls, "server-key.pem", modes[m]);
    show();
    row_end();
}
END_TEST

TEST_SUITE(modes, 120, setup, teardown)
{
    tcase_add_tests(tcase, database, beside, other_names, key);
}
