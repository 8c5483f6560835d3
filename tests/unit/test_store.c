/* SPDX-License-Identifier: MIT */
/* What is kept in the database file, privately, and what is undone. */
#include <stdio.h>
#include <sys/stat.h>

#include "server/store/accounts.h"
#include "tests/support/suites.h"
#include "tests/unit/store_file.h"

START_TEST(kept)
{
    struct store *store = store_file_open();
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    store_close(store);
    store = store_file_open();
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    ck_assert_str_eq(phc, "$a");
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 1);
    ck_assert_str_eq(phc, "");
    store_close(store);
}
END_TEST

START_TEST(private_files)
{
    mode_t before = umask(0);
    struct store *store = store_file_open();
    char name[320];
    struct stat status;

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(stat(store_file_path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    snprintf(name, sizeof name, "%s-wal", store_file_path);
    ck_assert_int_eq(stat(name, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    snprintf(name, sizeof name, "%s-shm", store_file_path);
    ck_assert_int_eq(stat(name, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    umask(before);
    store_close(store);
}
END_TEST

/* The value of a PRAGMA of the open database. */
static long long pragma(struct store *store, const char *sql)
{
    sqlite3_stmt *statement;
    long long value;

    ck_assert_int_eq(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

START_TEST(settings)
{
    struct store *store = store_file_open();

    ck_assert_int_eq(pragma(store, "PRAGMA synchronous"), 2); /* FULL */
    ck_assert_int_eq(pragma(store, "PRAGMA foreign_keys"), 1);
    ck_assert_int_eq(pragma(store, "PRAGMA busy_timeout"), 1500);
    ck_assert_int_eq(pragma(store, "PRAGMA application_id"), STORE_APPLICATION);
    ck_assert_int_eq(pragma(store, "PRAGMA user_version"), STORE_SCHEMA);
    store_close(store);
}
END_TEST

/* Somebody has put in what nobody could have: it is not even read. */
START_TEST(huge_values)
{
    struct store *store = store_file_open();
    struct password_hash_costs costs;
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, 1 << 20);
    store_file_execute(store, "UPDATE accounts SET phc = zeroblob(1000000)");
    store_close(store);
    store = store_file_open();
    sqlite3_memory_highwater(1);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), -1);
    ck_assert_int_eq(accounts_costs(&costs, store), 0);
    ck_assert_str_eq(phc, "");
    ck_assert_int_lt(sqlite3_memory_highwater(0), 1000000);
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 1);
    store_close(store);
}
END_TEST

START_TEST(two_programs)
{
    struct store *one = store_file_open(), *two = store_file_open();
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_add(one, "alice", "$a"), 0);
    ck_assert_int_eq(accounts_find(phc, two, "alice"), 0);
    ck_assert_int_eq(accounts_add(two, "bob", "$b"), 0);
    ck_assert_int_eq(accounts_find(phc, one, "bob"), 0);
    ck_assert_int_eq(accounts_add(one, "bob", "$c"), 1);
    ck_assert_int_eq(accounts_find(phc, two, "bob"), 0);
    ck_assert_str_eq(phc, "$b");
    store_close(one);
    store_close(two);
}
END_TEST

START_TEST(undone)
{
    struct store *store = store_file_open();
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(store_finish(store, 1), 1);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 1);

    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(store_finish(store, 0), 0);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    store_close(store);
}
END_TEST

TEST_SUITE(store)
{
    Suite *suite = suite_create("store");
    TCase *tc = suite_add_case(suite, "store");

    tcase_add_checked_fixture(tc, store_file_begin, store_file_end);
    tcase_add_tests(tc, kept, private_files, settings, huge_values,
                    two_programs, undone);
    return suite;
}
