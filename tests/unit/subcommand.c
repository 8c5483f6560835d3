/* SPDX-License-Identifier: MIT */
#include "tests/unit/subcommand.h"

#include <check.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/selftest.h"
#include "server/store/accounts.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/temp.h"

char *subcommand_db;

void subcommand_begin(void)
{
    subcommand_db = temp_file("", 0);
    capture(STDOUT_FILENO);
    capture(STDERR_FILENO);
    /* Run before there are faults: with one, kit_options would exit. */
    ck_assert_ptr_null(kit_selftest());
}

void subcommand_end(void)
{
    temp_remove(subcommand_db);
}

int subcommand_run(int (*command)(int argc, char **argv),
                   const char *const *words)
{
    int lines = captured_lines(), descriptor = fault_lowest();
    char *argv[12];
    int argc = 0, rc;

    for (; words[argc] != NULL; argc++)
        argv[argc] = (char *)words[argc];
    argv[argc] = NULL;
    rc = command(argc, argv);
    if (rc != EX_OK)
        ck_assert_msg(captured_lines() > lines, "no error before exit %d", rc);
    ck_assert_int_eq(fault_lowest(), descriptor);
    return rc;
}

bool subcommand_is_silent(void)
{
    return fflush(stdout) == 0 && lseek(STDOUT_FILENO, 0, SEEK_END) == 0;
}

static struct store *open_db(void)
{
    struct store *store;

    ck_assert_int_eq(store_open(&store, subcommand_db, STORE_CREATE), EX_OK);
    return store;
}

void subcommand_execute(const char *sql)
{
    struct store *store = open_db();

    ck_assert_int_eq(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
    store_close(store);
}

void subcommand_damage_passwords(void)
{
    subcommand_execute("UPDATE accounts SET phc = hex(zeroblob(99))");
}

static void count(void *context, const struct account *one)
{
    ++*(int *)context;
}

int subcommand_accounts(void)
{
    struct store *store = open_db();
    int number = 0;

    ck_assert_int_eq(accounts_each(store, 0, count, &number), 0);
    store_close(store);
    return number;
}

bool subcommand_has(const char *name, const char *password)
{
    struct store *store = open_db();
    char phc[PASSWORD_HASH_SIZE];
    int rc = accounts_find(phc, store, name);

    store_close(store);
    return rc == 0 && password_hash_verify(phc, password) == 1;
}
