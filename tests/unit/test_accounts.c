/* SPDX-License-Identifier: MIT */
/* Accounts in the database, and their sessions: at most 8, of 12 hours. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

#define TOKEN "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct store *store;

/* Accounts alice and bob, whose password hashes are only "$a" and "$b". */
static void setup(void)
{
    capture(STDERR_FILENO);
    ck_assert_int_eq(store_open(&store, NULL, STORE_CREATE), EX_OK);
    ck_assert_int_eq(accounts_add(store, "bob", "$b"), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
}

static void teardown(void)
{
    store_close(store);
}

static void execute(const char *sql)
{
    ck_assert_int_eq(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* --- Accounts --------------------------------------------------------------*/

/* The account NAME must have the password hash HASH; NULL: no account. */
static void check_account(const char *name, const char *hash)
{
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_find(phc, store, name), hash == NULL);
    ck_assert_str_eq(phc, hash != NULL ? hash : "");
}

START_TEST(names_are_unique)
{
    ck_assert_int_eq(accounts_add(store, "alice", "$x"), 1);
    check_account("alice", "$a");
    check_account("Alice", NULL);
}
END_TEST

START_TEST(another_password)
{
    ck_assert_int_eq(accounts_set_password(store, "nobody", "$x"), 1);
    ck_assert_int_eq(accounts_set_password(store, "alice", "$y"), 0);
    check_account("alice", "$y");
    check_account("bob", "$b");
}
END_TEST

#define TAIL                                                                   \
    "$AAECAwQFBgcICQoLDA0ODw$1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"

/* Each cost is listed once, the highest first. Damaged rows are ignored. */
START_TEST(costs)
{
    static const char *const forms[] = {"ln=10,r=8,p=5", "ln=14,r=8,p=5",
                                        "ln=10,r=8,p=5", "ln=18,r=8,p=5",
                                        "ln=12,r=9,p=5", "ln=12,r=8,p=10"};
    struct password_hash_costs found;
    char name[8], form[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_costs(&found, store), 0);
    ck_assert_uint_eq(found.count, 0);
    for (size_t i = 0; i < COUNT(forms); i++) {
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
    check_account("bob", "$new");
    check_account("alice", "$a");
}
END_TEST

START_TEST(removed)
{
    ck_assert_int_eq(accounts_remove(store, "bob"), 0);
    ck_assert_int_eq(accounts_remove(store, "bob"), 1);
    check_account("bob", NULL);
    check_account("alice", "$a");
}
END_TEST

/* Appends to CONTEXT, a string. */
static void append(void *context, const struct account *one)
{
    char *out = context;

    snprintf(out + strlen(out), 64, "%s %d %lld\n", one->name,
             (int)one->sessions, (long long)one->last_login);
}

/* Accounts in order with their live sessions and the time of the last login. */
static void check_list(long long now, const char *expected)
{
    char out[256] = "";

    ck_assert_int_eq(accounts_each(store, now, append, out), 0);
    ck_assert_str_eq(out, expected);
}

START_TEST(listed_by_name)
{
    check_list(1, "alice 0 0\nbob 0 0\n");
}
END_TEST

/* --- Sessions --------------------------------------------------------------*/

/* Adds a session of NAME with TOKEN at time NOW. */
static int add(const char *name, const char *token, long long now)
{
    return sessions_add(store, name, name[0] == 'a' ? "$a" : "$b", "192.0.2.7",
                        0, token, now);
}

/* A token of 64 digits. */
static const char *numbered(int number)
{
    static char token[65];

    snprintf(token, sizeof token, "%064d", number);
    return token;
}

static struct sessions_pair both;

/* Looks up the session of TOKEN, and bob as its receiver. */
static int pair(const char *token, long long now)
{
    return sessions_lookup(&both, store, token, "bob", now);
}

/* Whether TOKEN has a live session. Whether bob has one does not matter. */
static bool is_live(const char *token, long long now)
{
    int rc = pair(token, now);

    ck_assert(rc == 0 || rc == SESSIONS_NO_RECEIVER ||
              rc == SESSIONS_NO_SENDER);
    return rc != SESSIONS_NO_SENDER;
}

/* How many rows there are, live or not. */
static int count(void)
{
    sqlite3_stmt *statement;
    int rows;

    sqlite3_prepare_v2(store->db, "SELECT count(*) FROM sessions", -1,
                       &statement, NULL);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    rows = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return rows;
}

START_TEST(ticket_key)
{
    struct kit_key key;

    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    ck_assert_int_eq(pair(TOKEN, 1), SESSIONS_NO_RECEIVER);
    ck_assert_int_eq(kit_derive(&key, TOKEN, "senderinfo"), 0);
    ck_assert_mem_eq(both.sender.ticket_key.bytes, key.bytes, sizeof key.bytes);
}
END_TEST

/* Values that another program wrote, and that no answer may contain. */
START_TEST(damaged_rows)
{
    static const char *const damages[] = {
        "ip = '1\",\"secret\":\"known'",
        "ip = ''",
        "ip = 'localhost'",
        "port = 65536",
        "ticket_key = x'00'",
        "user = '\"'",
        "user = 'Alice'",
    };
    static const char *const users[] = {"alice", "bob"};

    execute("PRAGMA foreign_keys = OFF");
    for (int i = 0; i < 2 * (int)COUNT(damages); i++) {
        const char *damage = damages[i / 2];
        /* If his row has another user, bob is not found. */
        int expected = i % 2 == 0         ? -1
                       : damage[0] == 'u' ? SESSIONS_NO_RECEIVER
                                          : SESSIONS_DAMAGED_RECEIVER;
        char sql[128];
        int got;

        ck_assert_int_eq(add("alice", TOKEN, 1), 0);
        ck_assert_int_eq(add("bob", OTHER, 1), 0);
        ck_assert_int_eq(pair(TOKEN, 1), 0);
        snprintf(sql, sizeof sql, "UPDATE sessions SET %s WHERE user = '%s'",
                 damage, users[i % 2]);
        execute(sql);
        got = pair(TOKEN, 1);
        ck_assert_msg(got == expected, "%d instead of %d after: %s", got,
                      expected, sql);
        execute("DELETE FROM sessions");
    }
    ck_assert(captured_has("a damaged session of alice: "));
    ck_assert(captured_has("a damaged session of bob: "));
    ck_assert(captured_has("a damaged session of an unknown user: "));
}
END_TEST

/* No column of the row contains a part of the token. */
START_TEST(token_is_not_stored)
{
    sqlite3_stmt *statement;

    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    sqlite3_prepare_v2(store->db, "SELECT * FROM sessions", -1, &statement,
                       NULL);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        const char *value = sqlite3_column_blob(statement, i);
        int len = sqlite3_column_bytes(statement, i);

        for (int at = 0; at + 16 <= len; at++)
            ck_assert_int_ne(memcmp(value + at, TOKEN, 16), 0);
    }
    sqlite3_finalize(statement);
}
END_TEST

START_TEST(ninth_removes_the_oldest)
{
    ck_assert_int_eq(add("bob", TOKEN, 1), 0);
    for (int i = 0; i < 9; i++)
        ck_assert_int_eq(add("alice", numbered(i), 1), 0);
    for (int i = 0; i < 9; i++)
        ck_assert(is_live(numbered(i), 1) == (i > 0));
    ck_assert(is_live(TOKEN, 1));
    ck_assert_int_eq(count(), 9);
}
END_TEST

START_TEST(login_removes_ended_sessions)
{
    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert(is_live(TOKEN, 1000 + 43199));
    ck_assert_int_eq(add("bob", numbered(1), 1000 + 43200), 0);
    ck_assert_int_eq(count(), 1);
}
END_TEST

/* Without a live session the result does not depend on the receiver. */
START_TEST(ended_before_receiver_is_checked)
{
    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert_int_eq(add("bob", OTHER, 2000), 0);
    execute("UPDATE sessions SET ip = '' WHERE user='bob'");
    ck_assert_int_eq(pair(TOKEN, 2000), SESSIONS_DAMAGED_RECEIVER);
    ck_assert_int_eq(pair(TOKEN, 1000 + 43200), SESSIONS_NO_SENDER);
    ck_assert_int_eq(count(), 1);
}
END_TEST

/* The server starts again with a clock that was set back. */
START_TEST(ended_sessions_stay_ended)
{
    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert_int_eq(add("alice", OTHER, 1001), 0);
    ck_assert(!is_live(TOKEN, 1000 + 43200));
    ck_assert(!is_live(TOKEN, 1000));
    ck_assert(is_live(OTHER, 1000));
    ck_assert_int_eq(count(), 1);
}
END_TEST

START_TEST(end_with_the_account)
{
    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    ck_assert_int_eq(accounts_remove(store, "alice"), 0);
    ck_assert(!is_live(TOKEN, 1));
    ck_assert_int_eq(count(), 0);
}
END_TEST

START_TEST(end_with_the_password)
{
    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    ck_assert_int_eq(add("bob", OTHER, 1), 0);
    ck_assert_int_eq(accounts_set_password(store, "alice", "$new"), 0);
    ck_assert(!is_live(TOKEN, 1));
    ck_assert(is_live(OTHER, 1));
}
END_TEST

/* The password is changed after a login has read its hash. */
START_TEST(password_changed_meanwhile)
{
    char old[PASSWORD_HASH_SIZE], new[PASSWORD_HASH_SIZE];

    /* A new hash is a change even if the password is the same. */
    ck_assert_int_eq(password_hash_make(old, "apple", 10), 0);
    ck_assert_int_eq(password_hash_make(new, "apple", 10), 0);
    ck_assert_int_eq(accounts_set_password(store, "alice", new), 0);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(
            sessions_add(store, "alice", old, "192.0.2.7", 0, TOKEN, 1), 1);
    ck_assert_int_eq(
        sessions_add(store, "nobody", new, "192.0.2.7", 0, TOKEN, 1), 1);
    ck_assert_int_eq(count(), 0);
}
END_TEST

/* The same token again is rejected, and nothing else has changed. */
START_TEST(same_token)
{
    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    ck_assert_int_eq(add("bob", TOKEN, 1 + KIT_TOKEN_LIFE - 1), -1);
    ck_assert(is_live(TOKEN, 1));
    ck_assert_int_eq(count(), 1);
}
END_TEST

START_TEST(listed_with_sessions)
{
    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert_int_eq(add("alice", OTHER, 2000), 0);
    check_list(1000 + 43200, "alice 1 2000\nbob 0 0\n");
}
END_TEST

TEST_SUITE(accounts, 60, setup, teardown)
{
    tcase_add_tests(
        tcase, names_are_unique, another_password, costs, upgraded, removed,
        listed_by_name, ticket_key, damaged_rows, token_is_not_stored,
        ninth_removes_the_oldest, login_removes_ended_sessions,
        ended_before_receiver_is_checked, ended_sessions_stay_ended,
        end_with_the_account, end_with_the_password, password_changed_meanwhile,
        same_token, listed_with_sessions);
}
