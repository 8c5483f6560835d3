/* SPDX-License-Identifier: MIT */
/* Replays: seq only rises, for each secret, and no live secret is forgotten. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/replay.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"

enum { NOW = 1000, END = 2000 };

static const long long much_later = 4000000000000;

static struct kit_replay replay;

static void clear(void)
{
    memset(&replay, 0, sizeof replay);
}

/* PREFIX and NUMBER, in a static text. */
static const char *numbered(const char *prefix, int number)
{
    static char text[2][32];
    char *out = text[prefix[0] == 's'];

    snprintf(out, sizeof text[0], "%s%d", prefix, number);
    return out;
}

static const char *secret(int i)
{
    return numbered("secret-of-number-", i);
}

/* Stores at NOW, for a ticket that lasts until END. */
static int store(const char *sender, int i, int64_t seq)
{
    return kit_replay_store(&replay, sender, secret(i), seq, END, NOW);
}

/* Stores seq 1 at TIME, for a ticket that lasts for ever. */
static int store_at(const char *sender, int i, long long time)
{
    return kit_replay_store(&replay, sender, secret(i), 1, 0, time);
}

/* Stores seq 1 of the secrets up to COUNT, each of them a new one. */
static void fill(int count, int per_sender)
{
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(store(numbered("user", i / per_sender), i, 1), 0);
}

static int64_t last(int i)
{
    return kit_replay_last(&replay, secret(i));
}

/* --- Seq ------------------------------------------------------------------ */

/* What is stored in turn, whether it is accepted, and what is known then. */
static const struct {
    const char *sender;
    int secret;
    int64_t seq;
    int want;
    int64_t last; /* of this secret */
    size_t used;
} forward[] = {
    {"alice", 1, 0, -1, 0, 0}, /* the first seq is 1 */
    {"alice", 1, -1, -1, 0, 0},
    {"alice", 1, 1, 0, 1, 1},
    {"alice", 1, 5, 0, 5, 1},  /* a gap is not a replay */
    {"alice", 1, 5, -1, 5, 1}, /* the same again is one */
    {"alice", 1, 3, -1, 5, 1}, /* and so is a seq in the gap */
    {"alice", 1, 1, -1, 5, 1},
    {"alice", 1, 6, 0, 6, 1},
    {"bob", 1, 6, -1, 6, 1}, /* the sender's name makes no difference */
    {"bob", 1, 7, 0, 7, 1},
    {"alice", 1, 7, -1, 7, 1},
    {"alice", 2, 1, 0, 1, 2}, /* another secret begins again */
    {"alice", 2, 1, -1, 1, 2},
    {"alice", 1, 7, -1, 7, 2},
    {"alice", 1, KIT_SEQ_MAX, 0, KIT_SEQ_MAX, 2},
    {"alice", 1, KIT_SEQ_MAX, -1, KIT_SEQ_MAX, 2},
    {"Alice", 3, 1, -1, 0, 2}, /* an invalid name */
    {"a1234567890123456789012345678901x", 3, 1, -1, 0, 2},
};

START_TEST(only_forward)
{
    for (size_t i = 0; i < COUNT(forward); i++) {
        int rc = store(forward[i].sender, forward[i].secret, forward[i].seq);

        ck_assert_msg(rc == forward[i].want &&
                          last(forward[i].secret) == forward[i].last &&
                          replay.used == forward[i].used,
                      "row %zu: %d", i, rc);
    }
}
END_TEST

/* Secrets that share a long beginning are different. */
START_TEST(similar_secrets)
{
    ck_assert_int_eq(
        kit_replay_store(&replay, "a", "0123456789abcdef0", 9, 0, NOW), 0);
    ck_assert_int_eq(kit_replay_last(&replay, "0123456789abcdef1"), 0);
    ck_assert_int_eq(kit_replay_last(&replay, "0123456789abcdef"), 0);
    ck_assert_int_eq(kit_replay_last(&replay, "0123456789abcdef0"), 9);
}
END_TEST

START_TEST(secrets_are_not_kept)
{
    const char *entry = (const char *)&replay.entries[0];

    ck_assert_int_eq(store("alice", 1, 1), 0);
    for (size_t i = 0; i + 16 <= sizeof replay.entries[0]; i++)
        ck_assert_int_ne(memcmp(entry + i, secret(1), 16), 0);
}
END_TEST

/* --- Limits --------------------------------------------------------------- */

/* A sender's table, or the whole table, is full. */
static const struct {
    int count, per_sender;
    const char *next; /* a sender without room for one more secret */
} full[] = {
    {KIT_REPLAY_PER_SENDER, KIT_REPLAY_PER_SENDER, "user0"},
    {KIT_REPLAY_MAX, 32, "alice"},
};

START_TEST(no_room)
{
    int count = full[_i].count, per_sender = full[_i].per_sender;

    fill(count, per_sender);
    ck_assert_int_eq(store(full[_i].next, count, 1), -1);
    ck_assert_int_eq(last(count), 0);

    /* Nothing changes for the others. */
    for (int i = 0; i < count; i++) {
        const char *sender = numbered("user", i / per_sender);

        ck_assert_int_eq(last(i), 1);
        ck_assert_int_eq(store(sender, i, 1), -1);
        ck_assert_int_eq(store(sender, i, 2), 0);
    }
    ck_assert_int_eq(store("bob", count, 1), count < KIT_REPLAY_MAX ? 0 : -1);
}
END_TEST

/* A ticket is live in its last second; in the next, its secret makes room. */
START_TEST(dead_secrets_make_room)
{
    fill(full[_i].count, full[_i].per_sender);
    ck_assert_int_eq(store_at(full[_i].next, -1, END), -1);
    ck_assert_uint_eq(replay.used, full[_i].count);
    ck_assert_int_eq(store_at(full[_i].next, -1, END + 1), 0);
    ck_assert_uint_eq(replay.used, 1);
    ck_assert_int_eq(last(-1), 1);
    ck_assert_int_eq(last(0), 0);
}
END_TEST

/* Live secrets stay when the dead ones between them are removed. */
START_TEST(live_secrets_stay)
{
    for (int i = 0; i < 60; i++)
        ck_assert_int_eq(kit_replay_store(&replay, "alice", secret(i), i + 1,
                                          i % 3 == 0 ? END : END + 10, NOW),
                         0);
    ck_assert_int_eq(
        kit_replay_store(&replay, "alice", secret(60), 1, END + 10, END + 1),
        0);
    for (int i = 0; i < 60; i++)
        ck_assert_int_eq(last(i), i % 3 == 0 ? 0 : i + 1);
    ck_assert_uint_eq(replay.used, 41);
}
END_TEST

/* A ticket without exp is valid for ever, so its secret is never forgotten. */
START_TEST(never_dead)
{
    for (int i = 0; i < KIT_REPLAY_PER_SENDER; i++)
        ck_assert_int_eq(store_at("alice", i, NOW), 0);
    ck_assert_int_eq(store_at("alice", KIT_REPLAY_PER_SENDER, much_later), -1);
}
END_TEST

/* Of two tickets for one secret, the one that ends later counts. */
START_TEST(longer_ticket)
{
    const struct {
        long long first, second, alive;
    } cases[] = {
        {END, END + 10, END + 10},
        {END + 10, END, END + 10},
        {END, 0, much_later},
        {0, END, much_later},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        clear();
        ck_assert_int_eq(kit_replay_store(&replay, "alice", secret(1), 1,
                                          cases[i].first, NOW),
                         0);
        ck_assert_int_eq(kit_replay_store(&replay, "alice", secret(1), 2,
                                          cases[i].second, NOW),
                         0);
        ck_assert_int_eq(store_at("alice", 2, cases[i].alive), 0);
        ck_assert_int_eq(last(1), 2);
    }
}
END_TEST

/* If a secret cannot be looked up, no seq is new, and nothing is forgotten. */
START_TEST(hashing_fails)
{
    ck_assert_int_eq(store("alice", 1, 7), 0);
    fault_order("kit_sha256", 1, 0);
    ck_assert_int_eq(last(2), KIT_SEQ_MAX);
    ck_assert(fault_cancel());
    fault_order("kit_sha256", 1, 0);
    ck_assert_int_eq(store("alice", 1, 8), -1);
    ck_assert(fault_cancel());
    ck_assert_int_eq(last(1), 7);
    ck_assert_uint_eq(replay.used, 1);
}
END_TEST

TEST_SUITE(replay)
{
    Suite *suite = suite_create("replay");
    TCase *tcase = suite_add_case(suite, "replay");

    tcase_add_checked_fixture(tcase, clear, NULL);
    tcase_add_tests(tcase, only_forward, similar_secrets, secrets_are_not_kept,
                    live_secrets_stay, never_dead, longer_ticket);
    tcase_add_rows(tcase, no_room, full);
    tcase_add_rows(tcase, dead_secrets_make_room, full);
    if (faults_possible("replay"))
        tcase_add_test(tcase, hashing_fails);
    return suite;
}
