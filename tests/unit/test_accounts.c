/* SPDX-License-Identifier: MIT */
/* Accounts as the database has them: each name once, and what it has done. */
#include <stdio.h>
#include <sysexits.h>

#include "server/store/accounts.h"
#include "server/store/store.h"
#include "tests/support/suites.h"

static struct store *store;
static char phc[PASSWORD_HASH_SIZE];

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
    ck_assert_int_eq(accounts_set_password(store, "nobody", "$x"), 1);
    ck_assert_int_eq(accounts_set_password(store, "alice", "$y"), 0);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    ck_assert_str_eq(phc, "$y");
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 0);
    ck_assert_str_eq(phc, "$b");
}
END_TEST

#define TAIL                                                                   \
    "$AAECAwQFBgcICQoLDA0ODw$1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"

/* Every cost once, the highest first; damaged rows do not count. */
START_TEST(costs)
{
    static const char *const forms[] = {"ln=10,r=8,p=5", "ln=14,r=8,p=5",
                                        "ln=10,r=8,p=5", "ln=18,r=8,p=5",
                                        "ln=12,r=9,p=5", "ln=12,r=8,p=10"};
    struct password_hash_costs found;
    char name[8], form[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_costs(&found, store), 0);
    ck_assert_uint_eq(found.count, 0);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        snprintf(name, sizeof name, "n%zu", i);
        snprintf(form, sizeof form, "$scrypt$%s" TAIL, forms[i]);
        ck_assert_int_eq(accounts_add(store, name, form), 0);
    }
    ck_assert_int_eq(accounts_costs(&found, store), 0);
    ck_assert_uint_eq(found.count, 3);
    ck_assert_uint_eq(found.list[0].ln, 14);
    ck_assert_uint_eq(found.list[1].ln, 12);
    ck_assert_uint_eq(found.list[1].p, 10);
    ck_assert_uint_eq(found.list[2].ln, 10);
}
END_TEST

START_TEST(upgraded)
{
    ck_assert_int_eq(accounts_upgrade(store, "bob", "$old", "$new"), 1);
    ck_assert_int_eq(accounts_upgrade(store, "nobody", "$b", "$new"), 1);
    ck_assert_int_eq(accounts_upgrade(store, "bob", "$b", "$new"), 0);
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 0);
    ck_assert_str_eq(phc, "$new");
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    ck_assert_str_eq(phc, "$a");
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

TEST_SUITE(accounts)
{
    Suite *suite = suite_create("accounts");
    TCase *tc = suite_add_case(suite, "accounts");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_tests(tc, names_are_unique, another_password, costs, upgraded,
                    removed, listed_by_name);
    return suite;
}
