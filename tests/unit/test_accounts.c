/* SPDX-License-Identifier: MIT */
/* Accounts as the database has them: each name once, and what it has done. */
#include <check.h>
#include <sysexits.h>

#include "server/accounts.h"
#include "server/store.h"

static struct store *store;
static char phc[PHC_SIZE];

static void setup(void)
{
    ck_assert_int_eq(store_open(&store, NULL, STORE_CREATE), EX_OK);
    ck_assert_int_eq(accounts_add(store, "bob", "$b"), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
}

static void teardown(void)
{
    store_close(store);
}

START_TEST(names_are_unique)
{
    ck_assert_int_eq(accounts_add(store, "alice", "$x"), 1);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    ck_assert_str_eq(phc, "$a");
    ck_assert_int_eq(accounts_find(phc, store, "Alice"), 1);
    ck_assert_str_eq(phc, "");
}
END_TEST

START_TEST(another_password)
{
    ck_assert_int_eq(accounts_set(store, "nobody", "$x"), 1);
    ck_assert_int_eq(accounts_set(store, "alice", "$y"), 0);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    ck_assert_str_eq(phc, "$y");
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 0);
    ck_assert_str_eq(phc, "$b");
}
END_TEST

/* The dummy that an unknown name is hashed against costs what it costs. */
START_TEST(newest)
{
    ck_assert_int_eq(accounts_newest(phc, store), 0);
    ck_assert_str_eq(phc, "$a");
    ck_assert_int_eq(accounts_remove(store, "alice"), 0);
    ck_assert_int_eq(accounts_newest(phc, store), 0);
    ck_assert_str_eq(phc, "$b");
    ck_assert_int_eq(accounts_remove(store, "bob"), 0);
    ck_assert_int_eq(accounts_newest(phc, store), 1);
}
END_TEST

START_TEST(removed)
{
    ck_assert_int_eq(accounts_remove(store, "bob"), 0);
    ck_assert_int_eq(accounts_remove(store, "bob"), 1);
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 1);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
}
END_TEST

/* Counts accounts and remembers the last one. */
struct seen {
    int count;
    struct account last;
};

static void see(void *context, const struct account *one)
{
    struct seen *seen = context;

    seen->count++;
    seen->last = *one;
}

START_TEST(listed_by_name)
{
    struct seen seen = {0};

    ck_assert_int_eq(accounts_each(store, 1, see, &seen), 0);
    ck_assert_int_eq(seen.count, 2);
    ck_assert_str_eq(seen.last.name, "bob");
    ck_assert_int_eq(seen.last.sessions, 0);
    ck_assert_int_eq(seen.last.last_login, 0);
}
END_TEST

Suite *accounts_suite(void);

Suite *accounts_suite(void)
{
    Suite *suite = suite_create("accounts");
    TCase *tc = tcase_create("accounts");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, names_are_unique);
    tcase_add_test(tc, another_password);
    tcase_add_test(tc, newest);
    tcase_add_test(tc, removed);
    tcase_add_test(tc, listed_by_name);
    suite_add_tcase(suite, tc);
    return suite;
}
