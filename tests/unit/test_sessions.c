/* SPDX-License-Identifier: MIT */
/* Sessions: eight a user, twelve hours, and no token in the database. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/embedded_server.h"

#define TOKEN "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void setup(void)
{
    embedded_begin();
    ck_assert_int_eq(accounts_set_password(embedded.store, "alice", "$a"), 0);
    ck_assert_int_eq(accounts_set_password(embedded.store, "bob", "$b"), 0);
}

/* A session of NAME under TOKEN, at time NOW. */
static int add(const char *name, const char *token, long long now)
{
    return sessions_add(embedded.store, name, name[0] == 'a' ? "$a" : "$b",
                        EMBEDDED_IP, 0, token, now);
}

/* What there is for who has TOKEN and asks for bob. */
static struct sessions_pair both;

static int pair(const char *token, long long now)
{
    return sessions_lookup(&both, embedded.store, token, "bob", now);
}

/* 0: TOKEN has a live session. */
static int find(const char *token, long long now)
{
    int rc = pair(token, now);

    return rc == SESSIONS_NO_RECEIVER ? 0 : rc;
}

/* How many rows there are, of whoever and however old. */
static int count(void)
{
    sqlite3_stmt *statement;
    int rows;

    sqlite3_prepare_v2(embedded.store->db, "SELECT count(*) FROM sessions", -1,
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

/* Somebody wrote into the file what would not be a string in an answer. */
START_TEST(no_shape_to_answer_with)
{
    static const char *const spoilt[] = {
        "ip = '1\",\"secret\":\"known'",
        "ip = ''",
        "ip = 'localhost'",
        "port = 65536",
        "ticket_key = x'00'",
        "user = '\"'",
        "user = 'Alice'",
    };
    static const char *const whose[] = {"alice", "bob"};

    embedded_execute("PRAGMA foreign_keys = OFF");
    for (int i = 0; i < 2 * (int)(sizeof spoilt / sizeof spoilt[0]); i++) {
        char sql[128];

        ck_assert_int_eq(add("alice", TOKEN, 1), 0);
        ck_assert_int_eq(add("bob", OTHER, 1), 0);
        ck_assert_int_eq(pair(TOKEN, 1), 0);
        snprintf(sql, sizeof sql, "UPDATE sessions SET %s WHERE user = '%s'",
                 spoilt[i / 2], whose[i % 2]);
        sqlite3_exec(embedded.store->db, sql, NULL, NULL, NULL);
        if (i % 2 == 0)
            ck_assert_int_eq(pair(TOKEN, 1), -1);
        else if (spoilt[i / 2][0] == 'u') /* a bob of another name */
            ck_assert_int_eq(pair(TOKEN, 1), SESSIONS_NO_RECEIVER);
        else
            ck_assert_int_eq(pair(TOKEN, 1), SESSIONS_DAMAGED_RECEIVER);
        embedded_execute("DELETE FROM sessions");
    }
}
END_TEST

/* Every value of every column: the token is none of them, nor inside one. */
START_TEST(token_is_not_stored)
{
    sqlite3_stmt *statement;

    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    sqlite3_prepare_v2(embedded.store->db, "SELECT * FROM sessions", -1,
                       &statement, NULL);
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

START_TEST(ninth_drops_the_oldest)
{
    char token[65];

    ck_assert_int_eq(add("bob", TOKEN, 1), 0);
    for (int i = 0; i < 9; i++) {
        snprintf(token, sizeof token, "%064d", i);
        ck_assert_int_eq(add("alice", token, 1), 0);
    }
    for (int i = 0; i < 9; i++) {
        snprintf(token, sizeof token, "%064d", i);
        ck_assert_int_eq(find(token, 1), i == 0 ? 1 : 0);
    }
    ck_assert_int_eq(find(TOKEN, 1), 0);
    ck_assert_int_eq(count(), 9);
}
END_TEST

START_TEST(ended_ones_go)
{
    char token[65];

    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert_int_eq(find(TOKEN, 1000 + 43199), 0);

    /* The next login, of anybody, removes the row. */
    snprintf(token, sizeof token, "%064d", 1);
    ck_assert_int_eq(add("bob", token, 1000 + 43200), 0);
    ck_assert_int_eq(count(), 1);
}
END_TEST

/* Who has no live session learns nothing of the receiver's. */
START_TEST(ended_whatever_the_receiver)
{
    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert_int_eq(add("bob", OTHER, 2000), 0);
    embedded_execute("UPDATE sessions SET ip = '' WHERE user='bob'");
    ck_assert_int_eq(pair(TOKEN, 2000), SESSIONS_DAMAGED_RECEIVER);
    ck_assert_int_eq(pair(TOKEN, 1000 + 43200), SESSIONS_NO_SENDER);
    ck_assert_int_eq(count(), 1);
}
END_TEST

/* Another start of the server, on a clock that was set back. */
START_TEST(ended_ones_stay_so)
{
    char token[65];

    snprintf(token, sizeof token, "%064d", 1);
    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert_int_eq(add("alice", token, 1001), 0);
    ck_assert_int_eq(find(TOKEN, 1000 + 43200), 1);
    ck_assert_int_eq(find(TOKEN, 1000), 1);
    ck_assert_int_eq(find(token, 1000), 0);
    ck_assert_int_eq(count(), 1);
}
END_TEST

START_TEST(end_with_the_account)
{
    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    ck_assert_int_eq(accounts_remove(embedded.store, "alice"), 0);
    ck_assert_int_eq(find(TOKEN, 1), 1);
    ck_assert_int_eq(count(), 0);
}
END_TEST

START_TEST(end_with_the_password)
{
    char token[65];

    snprintf(token, sizeof token, "%064d", 1);
    ck_assert_int_eq(add("alice", TOKEN, 1), 0);
    ck_assert_int_eq(add("bob", token, 1), 0);
    ck_assert_int_eq(accounts_set_password(embedded.store, "alice", "$new"), 0);
    ck_assert_int_eq(find(TOKEN, 1), 1);
    ck_assert_int_eq(find(token, 1), 0);
}
END_TEST

START_TEST(another_password_by_now)
{
    char old[PASSWORD_HASH_SIZE], new[PASSWORD_HASH_SIZE];

    /* The same password, but another salt: it was set again. */
    ck_assert_int_eq(password_hash_make(old, "apple", EMBEDDED_LN), 0);
    ck_assert_int_eq(password_hash_make(new, "apple", EMBEDDED_LN), 0);
    ck_assert_int_eq(accounts_set_password(embedded.store, "alice", new), 0);
    ck_assert_int_eq(
        sessions_add(embedded.store, "alice", old, EMBEDDED_IP, 0, TOKEN, 1),
        1);
    ck_assert_int_eq(
        sessions_add(embedded.store, "alice", old, EMBEDDED_IP, 0, TOKEN, 1),
        1);
    ck_assert_int_eq(
        sessions_add(embedded.store, "nobody", new, EMBEDDED_IP, 0, TOKEN, 1),
        1);
    ck_assert_int_eq(count(), 0);
}
END_TEST

START_TEST(nothing_half_done)
{
    ck_assert_int_eq(add("alice", TOKEN, 1), 0);

    /* The same token again: the row is refused, nothing else has happened. */
    ck_assert_int_eq(add("bob", TOKEN, 1 + KIT_TOKEN_LIFE - 1), -1);
    ck_assert_int_eq(find(TOKEN, 1), 0);
    ck_assert_int_eq(count(), 1);
}
END_TEST

/* The list knows the live ones and the newest login. */
static void see(void *context, const struct account *one)
{
    if (strcmp(one->name, "alice") == 0)
        *(struct account *)context = *one;
}

START_TEST(listed)
{
    struct account alice = {0};
    char token[65];

    snprintf(token, sizeof token, "%064d", 1);
    ck_assert_int_eq(add("alice", TOKEN, 1000), 0);
    ck_assert_int_eq(add("alice", token, 2000), 0);
    ck_assert_int_eq(accounts_each(embedded.store, 1000 + 43200, see, &alice),
                     0);
    ck_assert_int_eq(alice.sessions, 1);
    ck_assert_int_eq(alice.last_login, 2000);
}
END_TEST

TEST_SUITE(sessions)
{
    Suite *suite = suite_create("sessions");
    TCase *tc = suite_add_case(suite, "sessions");

    tcase_add_checked_fixture(tc, setup, embedded_end);
    tcase_add_tests(tc, ticket_key, no_shape_to_answer_with,
                    token_is_not_stored, ninth_drops_the_oldest, ended_ones_go,
                    ended_whatever_the_receiver, ended_ones_stay_so,
                    end_with_the_account, end_with_the_password,
                    another_password_by_now, nothing_half_done, listed);
    return suite;
}
