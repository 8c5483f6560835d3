/* SPDX-License-Identifier: MIT */
/* The subcommands for one account: adduser, passwd, deluser; and users. */
#include <sysexits.h>
#include <unistd.h>

#include "lib/show.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/unit/subcommand.h"

static char *password; /* a file */

static void setup(void)
{
    subcommand_begin();
    password = temp_file("banana\n", 7);
}

static void teardown(void)
{
    subcommand_end();
    temp_remove(password);
}

/* Sets the password of NAME to the first line of FILE. */
static int add_user(const char *name, const char *file)
{
    return subcommand_run(command_adduser,
                          WORDS("adduser", "--db", subcommand_db, "--scrypt-ln",
                                "10", "--password-file", file, name));
}

static int change_password(const char *name, const char *file)
{
    return subcommand_run(command_passwd,
                          WORDS("passwd", "--db", subcommand_db, "--scrypt-ln",
                                "10", "--password-file", file, name));
}

static int delete_user(const char *name)
{
    return subcommand_run(command_deluser,
                          WORDS("deluser", "--db", subcommand_db, name));
}

static int list_users(void)
{
    return subcommand_run(command_users, WORDS("users", "--db", subcommand_db));
}

START_TEST(single_accounts)
{
    char *changed = temp_file("pear\r\n", 6), file[KIT_QUOTED_SIZE];

    ck_assert_int_eq(add_user("alice", password), EX_OK);
    ck_assert(subcommand_has("alice", "banana"));
    ck_assert_int_eq(add_user("alice", password), EX_CANTCREAT);
    /* make check puts the database into a folder with a space in its name. */
    kit_shell_quote(file, subcommand_db);
    ck_assert(captured_has(file));

    ck_assert_int_eq(change_password("alice", changed), EX_OK);
    ck_assert(subcommand_has("alice", "pear"));
    ck_assert_int_eq(change_password("nobody", changed), EX_NOUSER);
    temp_remove(changed);

    ck_assert_int_eq(delete_user("alice"), EX_OK);
    ck_assert_int_eq(delete_user("alice"), EX_NOUSER);
    ck_assert_int_eq(subcommand_accounts(), 0);
}
END_TEST

/* Another program has damaged the stored password: passwd replaces it. */
START_TEST(damaged_password)
{
    ck_assert_int_eq(add_user("alice", password), EX_OK);
    subcommand_damage_passwords();
    ck_assert_int_eq(change_password("alice", password), EX_OK);
    ck_assert(subcommand_has("alice", "banana"));
}
END_TEST

/* A rejected password adds no account. */
START_TEST(no_password)
{
    file_write(password, "\n", 1);
    ck_assert_int_eq(subcommand_run(command_adduser, WORDS("adduser", "alice")),
                     EX_USAGE);
    ck_assert_int_eq(add_user("alice", password), EX_NOINPUT);
    ck_assert_int_eq(subcommand_accounts(), 0);
    ck_assert_int_eq(
        subcommand_run(command_adduser,
                       WORDS("adduser", "Alice", "--db", subcommand_db)),
        EX_USAGE);
}
END_TEST

START_TEST(listed)
{
    ck_assert_int_eq(add_user("bob", password), EX_OK);
    ck_assert_int_eq(add_user("alice", password), EX_OK);
    capture(STDOUT_FILENO);
    ck_assert_int_eq(list_users(), EX_OK);
    ck_assert_int_eq(captured_lines(), 3);
    ck_assert(captured_has("never\nbob "));
}
END_TEST

/* --- With faults ---------------------------------------------------------- */

static int add_dave(void)
{
    int rc = add_user("dave", password);

    if (rc != EX_OK)
        ck_assert_int_eq(subcommand_accounts(), 0);
    return rc;
}

static int change_dave(void)
{
    return change_password("dave", password);
}

static int delete_dave(void)
{
    int rc = delete_user("dave");

    if (rc != EX_OK)
        ck_assert_int_eq(subcommand_accounts(), 1);
    return rc;
}

START_TEST(account_fails)
{
    ck_assert_int_ge(
        fault_each(DATABASE "calloc read pread " CRYPTO, add_dave, true), 8);
    ck_assert_int_ge(
        fault_each(DATABASE "calloc pread " CRYPTO, change_dave, true), 8);
    ck_assert_int_ge(
        fault_each(DATABASE "calloc pread fflush", list_users, true), 5);
    ck_assert_int_ge(fault_each(DATABASE "calloc pread", delete_dave, true), 5);
    ck_assert_int_eq(subcommand_accounts(), 0);
}
END_TEST

TEST_SUITE(admin, 60, setup, teardown)
{
    tcase_add_tests(tcase, single_accounts, damaged_password, no_password,
                    listed);
    if (faults_possible("admin"))
        tcase_add_test(tcase, account_fails);
}
