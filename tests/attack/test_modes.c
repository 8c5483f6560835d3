/* SPDX-License-Identifier: MIT */
/*
 * Files with secrets that others on the machine could read or write: every
 * command refuses them, and what it says to type mends it.
 */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"

enum { ARGS = 12 };

/* A name that a shell would take for much, and a command for its argument. */
#define AWKWARD "-my class's $(touch owned);db \"x\""

static struct target target;
static sqlite3 *holder; /* keeps -wal and -shm there */
static int serial;      /* names that nobody had */
static char *program;   /* wherever we are */

/* What all tries of a row came to. */
static struct {
    long tries, taken, changed, not_mended;
} sum;

static void setup(void)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/chat-server", fixture_builds[0]);
    program = realpath(path, NULL);
    ck_assert_ptr_nonnull(program);
    target_open(&target, "10");
    ck_assert_int_eq(sqlite3_open(target.fixture.db, &holder), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(holder, "UPDATE accounts SET last_login = 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    memset(&sum, 0, sizeof sum);
    serial = 0;
}

static void teardown(void)
{
    sqlite3_close(holder);
    target_close(&target);
    free(program);
}

/* The commands that open a database: their words, between which it stands. */
static const struct {
    const char *words[ARGS];
} commands[] = {
    {{"serve", "--db", "DB", "--port", "0"}},
    {{"adduser", "--db", "DB", "--scrypt-ln", "10", "--password-file", "PW",
      "NEW"}},
    {{"passwd", "--db", "DB", "--scrypt-ln", "10", "--password-file", "PW",
      "alice"}},
    {{"deluser", "--db", "DB", "OLD"}},
    {{"users", "--db", "DB"}},
    {{"import", "--db", "DB", "--update", "--scrypt-ln", "10", "ROSTER"}},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* What stands for WORD of the table, with DB as the database. */
static char *word_of(const char *word, const char *db)
{
    static char fresh[TARGET_NAME], old[TARGET_NAME];
    struct {
        const char *word;
        char *value;
    } values[] = {
        {"DB", (char *)db},
        {"PW", fixture_path(&target.fixture, target.fixture.dir, "alice")},
        {"NEW", fresh},
        {"OLD", old},
        {"ROSTER",
         fixture_path(&target.fixture, target.fixture.dir, "roster.csv")},
    };

    snprintf(fresh, sizeof fresh, "new%d", serial);
    snprintf(old, sizeof old, "u%02d", serial % TARGET_USERS);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strcmp(word, values[i].word) == 0)
            return values[i].value;
    }
    return (char *)word;
}

/* Starts COMMAND on DB, with up to four words MORE, in DIR. */
static struct process *start(int command, const char *db,
                             const char *const *more)
{
    struct fixture *fixture = &target.fixture;
    char *argv[2 * ARGS] = {program};
    struct process *p;
    size_t paths = fixture->path_count;
    int n = 1;

    for (int i = 0; commands[command].words[i] != NULL; i++)
        argv[n++] = word_of(commands[command].words[i], db);
    while (more != NULL && *more != NULL)
        argv[n++] = (char *)*more++;
    p = process_start(argv);
    /* Paths of this call alone. */
    while (fixture->path_count > paths)
        free(fixture->paths[--fixture->path_count]);
    return p;
}

/* Waits until P has done its work, or is ready; returns its exit code. */
static int finish(struct process *p, int command)
{
    int code;

    if (command == 0 && process_line(p, &p->out) != NULL)
        kill(p->pid, SIGTERM);
    code = process_wait(p);
    return code;
}

/* Types what P says to type; returns the shell's exit code. */
static int obey(struct process *p)
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
 * COMMAND on DB, while FILE has MODE: refused without a change; then what it
 * says is typed, and it works.
 */
static void try(int command, const char *db, const char *const *more,
                const char *file, mode_t mode)
{
    char *before = database_all(&target), *after;
    struct process *p;
    int code;

    sum.tries++;
    serial++;
    ck_assert_int_eq(chmod(file, mode), 0);
    p = start(command, db, more);
    code = finish(p, command);
    after = database_all(&target);
    sum.taken += (code != EX_CONFIG && code != EX_NOINPUT) || p->out.len != 0;
    sum.changed += strcmp(before, after) != 0;
    if (code != EX_CONFIG && code != EX_NOINPUT)
        fprintf(stderr, "%s, %s %o: %d\n", commands[command].words[0], file,
                mode, code);
    code = obey(p);
    process_end(p);
    p = start(command, db, more);
    if (code != 0 || finish(p, command) != 0) {
        sum.not_mended++;
        fprintf(stderr, "%s, %s %o: not mended: %.*s\n",
                commands[command].words[0], file, mode, (int)p->err.len,
                p->err.bytes);
        ck_assert_int_eq(chmod(file, 0600), 0);
    }
    process_end(p);
    free(before);
    free(after);
}

static void show(void)
{
    figure_note("starts", (double)sum.tries, "");
    figure_is("not refused with a word of their own", sum.taken, 0);
    figure_is("that changed an account", sum.changed, 0);
    figure_is("not mended by what they say to type", sum.not_mended, 0);
}

static const mode_t modes[] = {0640, 0604, 0660, 0606, 0620, 0602, 0644, 0666};

enum { MODES = sizeof modes / sizeof modes[0] };

START_TEST(database)
{
    row_begin("19 a database that others can get at");
    for (int i = 0; i < COMMANDS; i++) {
        for (int m = 0; m < MODES; m++)
            try(i, target.fixture.db, NULL, target.fixture.db, modes[m]);
    }
    show();
    row_end();
}
END_TEST

/* What SQLite keeps beside it has its newest rows. */
START_TEST(beside)
{
    static const char *const ends[] = {"-wal", "-shm"};
    char file[PATH_SIZE + 8];

    row_begin("19 the files beside the database");
    for (int i = 0; i < COMMANDS; i++) {
        for (int e = 0; e < 2; e++) {
            snprintf(file, sizeof file, "%s%s", target.fixture.db, ends[e]);
            try(i, target.fixture.db, NULL, file, 0640);
            try(i, target.fixture.db, NULL, file, 0604);
        }
    }
    show();
    row_end();
}
END_TEST

/* Named through a link, and with a name that needs care in a shell. */
START_TEST(other_names)
{
    char file[PATH_SIZE + 8];

    row_begin("19 a link to the database, with an awkward name");
    ck_assert_int_eq(chdir(target.fixture.dir), 0);
    snprintf(file, sizeof file, "%s-wal", target.fixture.db);
    ck_assert_int_eq(symlink(target.fixture.db, AWKWARD), 0);
    for (int i = 0; i < COMMANDS; i++) {
        try(i, AWKWARD, NULL, target.fixture.db, 0640);
        try(i, AWKWARD, NULL, file, 0640);
    }
    show();
    figure_is("other commands that its name ran", access("owned", F_OK) == 0,
              0);
    row_end();
}
END_TEST

START_TEST(key)
{
    const char *tls[] = {"--tls-cert", NULL, "--tls-key", NULL, NULL};
    char certs[PATH_SIZE + 16], folder[PATH_SIZE + 2];
    const struct process_way way = {.settings = {certs, folder}};
    char *argv[] = {"sh", "-c",
                    "sh server/certs.sh 127.0.0.1 &&"
                    " mv \"$CERTS\"/*.pem \"$D\" && rmdir \"$CERTS\"",
                    NULL};
    struct fixture *fixture = &target.fixture;

    row_begin("19 a key that others can get at");
    snprintf(certs, sizeof certs, "CERTS=%s/certs", fixture->dir);
    snprintf(folder, sizeof folder, "D=%s", fixture->dir);
    process_run(argv, &way);
    tls[1] = fixture_path(fixture, fixture->dir, "server.pem");
    tls[3] = fixture_path(fixture, fixture->dir, "server-key.pem");
    for (int m = 0; m < MODES; m++)
        try(0, fixture->db, tls, tls[3], modes[m]);
    show();
    row_end();
}
END_TEST

START_TEST(skipped)
{
    row_begin("19 a key that others can get at");
    figure_skip("a key", "there is no openssl command");
    row_end();
}
END_TEST

TEST_SUITE(modes)
{
    Suite *suite = suite_create("modes");
    TCase *tc = suite_add_case(suite, "modes");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_tests(tc, database, beside, other_names);
    if (process_has("openssl"))
        tcase_add_test(tc, key);
    else
        tcase_add_test(tc, skipped);
    return suite;
}
