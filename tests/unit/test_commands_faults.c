/* SPDX-License-Identifier: MIT */
/*
 * The programs of the server when memory, system or database fail: every one
 * of them says so, ends with an error, keeps no descriptor, and has changed
 * the accounts wholly or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/selftest.h"
#include "server/commands/commands.h"
#include "server/commands/demo.h"
#include "server/http/daemon.h"
#include "server/store/accounts.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/unit/embedded_server.h"

#define DATABASE "sqlite3_open_v2 sqlite3_exec sqlite3_prepare_v3 sqlite3_step "
#define SYSTEM   "calloc malloc strdup fstat read pread "
#define LIST     "write fsync close link pthread_create "
#define THREADS  "pipe pthread_create socket bind listen getsockname fcntl "
#define CRYPTO   "kit_random kit_sha256 kit_hmac kit_scrypt "

static char *db, *roster, *password;
static char list[4096], aside[4096 + 4]; /* neither exists at the start */

static void setup(void)
{
    static const char class[] = "name,password\nalice,apple\nbob,\ncarol,x\n";

    db = temp_file("", 0);
    roster = temp_file(class, strlen(class));
    password = temp_file("banana\n", 7);
    snprintf(list, sizeof list, "%s-list", db);
    snprintf(aside, sizeof aside, "%s.new", list);
    capture(STDOUT_FILENO);
    capture(STDERR_FILENO);
    /* Done before the faults come, as kit_options would end the program. */
    ck_assert_ptr_null(kit_selftest());
}

static void teardown(void)
{
    temp_remove(db);
    temp_remove(roster);
    temp_remove(password);
    unlink(list);
    unlink(aside);
}

static void count(void *context, const struct account *one)
{
    ++*(int *)context;
}

/* How many accounts there are, and that the database is in order. */
static int accounts(void)
{
    struct store *store;
    int number = 0;

    ck_assert_int_eq(store_open(&store, db, STORE_CREATE), EX_OK);
    ck_assert_int_eq(accounts_each(store, 0, count, &number), 0);
    store_close(store);
    return number;
}

/* Runs COMMAND with WORDS, up to a NULL, and looks whether it says enough. */
static int run(int (*command)(int, char **), const char *const *words)
{
    int before = captured_lines(), free_before = fault_lowest();
    char *argv[12];
    int argc = 0, rc;

    for (; words[argc] != NULL; argc++)
        argv[argc] = (char *)words[argc];
    argv[argc] = NULL;
    rc = command(argc, argv);
    if (rc != EX_OK)
        ck_assert_msg(captured_lines() > before, "ends with %d, silent", rc);
    ck_assert_int_eq(fault_lowest(), free_before);
    return rc;
}

/* How many lines PATH has; -1: it does not exist. */
static int lines_of(const char *path)
{
    FILE *file = fopen(path, "r");
    int lines = 0, c;

    if (file == NULL)
        return -1;
    while ((c = fgetc(file)) != EOF)
        lines += c == '\n';
    fclose(file);
    return lines;
}

/* No accounts and no list, as at the start. */
static void forget(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[sizeof list];

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "%s%s", db, ends[i]);
        unlink(path);
    }
    unlink(list);
    unlink(aside);
}

static int import_class(void)
{
    const char *const words[] = {"import", "--db", db,     "--scrypt-ln", "10",
                                 "--list", list,   roster, NULL};

    return run(command_import, words);
}

/*
 * Of the class all are there or none. If they are, so is their whole list, by
 * one name or the other; if not, no list is.
 */
static int import(void)
{
    int rc = import_class(), found = 3;

    /* After success the fault may be still to come, in here. */
    if (rc != EX_OK)
        found = accounts();
    ck_assert(found == 0 || found == 3);
    ck_assert_int_eq(lines_of(list), rc == EX_OK ? 4 : -1);
    ck_assert_int_eq(lines_of(aside), rc != EX_OK && found == 3 ? 4 : -1);
    forget();
    return rc;
}

START_TEST(import_fails)
{
    ck_assert_int_ge(fault_each(DATABASE SYSTEM CRYPTO, import, true), 20);
    ck_assert_int_ge(fault_each(LIST, import, false), 8);
}
END_TEST

/* The name was taken while the passwords were hashed. */
START_TEST(import_cannot_name_its_list)
{
    fault_order("link", 1, EEXIST);
    ck_assert_int_eq(import(), EX_CANTCREAT);
    ck_assert(fault_cancel());
    ck_assert(captured_has(aside));
}
END_TEST

/* FAT, on a stick, has no links: the list gets its name all the same. */
START_TEST(import_without_links)
{
    fault_order("link", 1, EPERM);
    ck_assert_int_eq(import(), EX_OK);
    ck_assert(fault_cancel());
}
END_TEST

/* Looks at the list of an import that was killed. 0: says how to keep it. */
static int look_at_old_list(void)
{
    capture(STDERR_FILENO);
    ck_assert_int_ne(import_class(), EX_OK);
    ck_assert_msg(!captured_has("type: rm"), "%s", captured());
    return captured_has("type: mv") ? 0 : -1;
}

/* Passwords that cannot be tried are not called useless. */
START_TEST(import_cannot_try_old_list)
{
    ck_assert_int_eq(import_class(), EX_OK);
    ck_assert_int_eq(rename(list, aside), 0);
    ck_assert_int_ge(
        fault_each(DATABASE SYSTEM "kit_scrypt", look_at_old_list, true), 10);
    ck_assert_int_eq(lines_of(aside), 4);
}
END_TEST

static int add_dave(void)
{
    const char *const words[] = {"adduser",     "--db", db,
                                 "--scrypt-ln", "10",   "--password-file",
                                 password,      "dave", NULL};
    int rc = run(command_adduser, words);

    if (rc != EX_OK)
        ck_assert_int_eq(accounts(), 0);
    return rc;
}

static int set_dave(void)
{
    const char *const words[] = {"passwd",      "--db", db,
                                 "--scrypt-ln", "10",   "--password-file",
                                 password,      "dave", NULL};

    return run(command_passwd, words);
}

static int list_accounts(void)
{
    const char *const words[] = {"users", "--db", db, NULL};

    return run(command_users, words);
}

static int remove_dave(void)
{
    const char *const words[] = {"deluser", "--db", db, "dave", NULL};
    int rc = run(command_deluser, words);

    if (rc != EX_OK)
        ck_assert_int_eq(accounts(), 1);
    return rc;
}

START_TEST(account_fails)
{
    ck_assert_int_ge(
        fault_each(DATABASE "calloc read pread " CRYPTO, add_dave, true), 8);
    ck_assert_int_ge(
        fault_each(DATABASE "calloc pread " CRYPTO, set_dave, true), 8);
    ck_assert_int_ge(
        fault_each(DATABASE "calloc pread fflush", list_accounts, true), 5);
    ck_assert_int_ge(fault_each(DATABASE "calloc pread", remove_dave, true), 5);
    ck_assert_int_eq(accounts(), 0);
}
END_TEST

/* --- serve -----------------------------------------------------------------*/

/* Serves the demo until a signal that waits already; it comes at the end. */
static int serve(void)
{
    static const char *const words[] = {"chat-server", "--demo", "--port", "0",
                                        "--scrypt-ln", "10",     NULL};
    sigset_t term;

    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &term, NULL), 0);
    kill(getpid(), SIGTERM);
    return run(command_serve, words);
}

START_TEST(demo)
{
    capture(STDOUT_FILENO);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(captured_has("alice     apple"));
    ck_assert(captured_has("listening on http://127.0.0.1:"));
}
END_TEST

START_TEST(serve_fails)
{
    ck_assert_int_ge(fault_each(DATABASE THREADS CRYPTO "calloc", serve, true),
                     20);
}
END_TEST

/* Without its limits, or without anybody to read its line, it serves. */
START_TEST(serves_all_the_same)
{
    static const char *const calls[] = {"getrlimit", "fflush"};

    fault_order(calls[_i], 1, 0);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(fault_cancel());
}
END_TEST

/* With few files allowed it asks for more, and lives with what it gets. */
START_TEST(few_files)
{
    struct rlimit files;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = _i == 0 ? 100 : 300;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    fault_order("setrlimit", 1, 0);
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert(fault_cancel());
    ck_assert_int_eq(serve(), EX_OK);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    ck_assert_uint_gt(files.rlim_cur, 300);
}
END_TEST

/* Where it does not listen, the exit code says whose fault that is. */
START_TEST(reasons_not_to_listen)
{
    static const struct {
        int why, code;
    } reasons[] = {{EADDRINUSE, EX_UNAVAILABLE},
                   {EADDRNOTAVAIL, EX_CONFIG},
                   {EACCES, EX_NOPERM},
                   {EMFILE, EX_OSERR}};
    uint16_t port;
    int fd;

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        fault_order("bind", 1, reasons[i].why);
        ck_assert_int_eq(
            kit_net_listen(&fd, &port, "127.0.0.1", 0, KIT_NET_DUAL_STACK),
            reasons[i].code);
        ck_assert(fault_cancel());
        ck_assert_int_eq(fd, -1);
        ck_assert_int_eq(captured_lines(), (int)i + 1);
    }
}
END_TEST

TEST_SUITE(commands_faults)
{
    Suite *suite = suite_create("commands_faults");
    TCase *tcase = suite_add_case(suite, "commands_faults");

    if (!FAULTS_POSSIBLE) {
        printf("commands_faults: skipped, this linker has no --wrap\n");
        return suite;
    }
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_tests(tcase, import_fails, import_cannot_name_its_list,
                    import_without_links, import_cannot_try_old_list,
                    account_fails, demo, serve_fails);
    tcase_add_loop_test(tcase, serves_all_the_same, 0, 2);
    tcase_add_loop_test(tcase, few_files, 0, 2);
    tcase_add_test(tcase, reasons_not_to_listen);
    return suite;
}
