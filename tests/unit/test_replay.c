/* SPDX-License-Identifier: MIT */
/* Replays: only forward, per secret, and no live secret is ever forgotten. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/replay.h"
#include "tests/support/suites.h"

enum { NOW = 1000, END = 2000 };

static struct kit_replay replay;

static void clear(void)
{
    memset(&replay, 0, sizeof replay);
}

/* The secret number I, in a static text. */
static const char *secret(int i)
{
    static char text[32];

    snprintf(text, sizeof text, "secret-of-number-%d", i);
    return text;
}

/* The name number I, in a static text. */
static const char *name(int i)
{
    static char text[32];

    snprintf(text, sizeof text, "user%d", i);
    return text;
}

/* Stores at NOW, for a ticket that lasts until END. */
static int store(const char *sender, int i, int64_t seq)
{
    return kit_replay_store(&replay, sender, secret(i), seq, END, NOW);
}

/* Whether one more could be stored; tried on a copy. */
static bool has_room(const char *sender, int i, long long now)
{
    static struct kit_replay copy;

    copy = replay;
    return kit_replay_store(&copy, sender, secret(i), KIT_SEQ_MAX, 0, now) == 0;
}

static int64_t last(int i)
{
    return kit_replay_last(&replay, secret(i));
}

START_TEST(only_forward)
{
    ck_assert_int_eq(last(1), 0);
    ck_assert_int_eq(store("alice", 1, 1), 0);
    ck_assert_int_eq(last(1), 1);

    /* A gap is no replay; the same again, and what it left out, are. */
    ck_assert_int_eq(store("alice", 1, 5), 0);
    ck_assert_int_eq(store("alice", 1, 5), -1);
    ck_assert_int_eq(store("alice", 1, 3), -1);
    ck_assert_int_eq(store("alice", 1, 1), -1);
    ck_assert_int_eq(last(1), 5);
    ck_assert_int_eq(store("alice", 1, 6), 0);
    ck_assert_int_eq(store("alice", 1, KIT_SEQ_MAX), 0);
    ck_assert_int_eq(last(1), KIT_SEQ_MAX);
    ck_assert_int_eq(store("alice", 1, KIT_SEQ_MAX), -1);
}
END_TEST

/* The first seq is 1: what is less leaves no trace. */
START_TEST(no_seq)
{
    ck_assert_int_eq(store("alice", 1, 0), -1);
    ck_assert_int_eq(store("alice", 1, -1), -1);
    ck_assert_uint_eq(replay.used, 0);
}
END_TEST

START_TEST(two_secrets_of_one_sender)
{
    ck_assert_int_eq(store("alice", 1, 7), 0);
    ck_assert_int_eq(store("alice", 2, 1), 0);
    ck_assert_int_eq(store("alice", 1, 7), -1);
    ck_assert_int_eq(store("alice", 2, 1), -1);
    ck_assert_int_eq(last(1), 7);
    ck_assert_int_eq(last(2), 1);
}
END_TEST

/* A secret is one, whoever comes with it. */
START_TEST(one_secret_two_names)
{
    ck_assert_int_eq(store("alice", 1, 7), 0);
    ck_assert_int_eq(store("bob", 1, 7), -1);
    ck_assert_int_eq(store("bob", 1, 8), 0);
    ck_assert_int_eq(store("alice", 1, 8), -1);
    ck_assert_uint_eq(replay.used, 1);
}
END_TEST

/* Secrets that share a long beginning are two. */
START_TEST(similar_secrets)
{
    ck_assert_int_eq(
        kit_replay_store(&replay, "a", "0123456789abcdef0", 9, 0, NOW), 0);
    ck_assert_int_eq(kit_replay_last(&replay, "0123456789abcdef1"), 0);
    ck_assert_int_eq(kit_replay_last(&replay, "0123456789abcdef"), 0);
    ck_assert_int_eq(kit_replay_last(&replay, "0123456789abcdef0"), 9);
}
END_TEST

START_TEST(holds_no_secret)
{
    ck_assert_int_eq(store("alice", 1, 1), 0);
    const char *at = (const char *)&replay.entries[0];
    for (size_t i = 0; i + 16 <= sizeof replay.entries[0]; i++)
        ck_assert_int_ne(memcmp(at + i, secret(1), 16), 0);
}
END_TEST

START_TEST(bad_name)
{
    ck_assert_int_eq(store("Alice", 1, 1), -1);
    ck_assert_int_eq(store("a1234567890123456789012345678901x", 1, 1), -1);
    ck_assert(!has_room("Alice", 1, NOW));
    ck_assert_uint_eq(replay.used, 0);
}
END_TEST

START_TEST(full_for_one_sender)
{
    for (int i = 0; i < KIT_REPLAY_PER_SENDER; i++) {
        ck_assert(has_room("alice", i, NOW));
        ck_assert_int_eq(store("alice", i, 1), 0);
    }

    /* One more is refused, and nothing changes for those before. */
    ck_assert(!has_room("alice", 64, NOW));
    ck_assert_int_eq(store("alice", 64, 1), -1);
    ck_assert_int_eq(last(64), 0);
    for (int i = 0; i < KIT_REPLAY_PER_SENDER; i++) {
        ck_assert(has_room("alice", i, NOW));
        ck_assert_int_eq(store("alice", i, 1), -1);
        ck_assert_int_eq(store("alice", i, 2), 0);
    }

    /* Others have room of their own. */
    ck_assert(has_room("bob", 64, NOW));
    ck_assert_int_eq(store("bob", 64, 1), 0);
}
END_TEST

/* Fills the table to the last place, 32 secrets each. */
static void fill(void)
{
    for (int i = 0; i < KIT_REPLAY_MAX; i++) {
        ck_assert(has_room(name(i / 32), i, NOW));
        ck_assert_int_eq(store(name(i / 32), i, 1), 0);
    }
}

START_TEST(full_for_all)
{
    fill();
    ck_assert(!has_room("alice", KIT_REPLAY_MAX, NOW));
    ck_assert_int_eq(store("alice", KIT_REPLAY_MAX, 1), -1);
    for (int i = 0; i < KIT_REPLAY_MAX; i++) {
        ck_assert_int_eq(last(i), 1);
        ck_assert_int_eq(store(name(i / 32), i, 2), 0);
    }
}
END_TEST

/* Alive in the last second of its ticket, dead in the next. */
START_TEST(dead_make_room)
{
    fill();
    ck_assert(!has_room("alice", -1, END));
    ck_assert_int_eq(kit_replay_store(&replay, "alice", secret(-1), 1, 0, END),
                     -1);
    ck_assert_uint_eq(replay.used, KIT_REPLAY_MAX);

    ck_assert(has_room("alice", -1, END + 1));
    ck_assert_int_eq(
        kit_replay_store(&replay, "alice", secret(-1), 1, 0, END + 1), 0);
    ck_assert_uint_eq(replay.used, 1);
    ck_assert_int_eq(last(-1), 1);
    ck_assert_int_eq(last(0), 0);
}
END_TEST

/* The living stay when the dead around them go. */
START_TEST(live_never_dropped)
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

START_TEST(dead_of_one_sender)
{
    for (int i = 0; i < KIT_REPLAY_PER_SENDER; i++)
        ck_assert_int_eq(store("alice", i, 1), 0);
    ck_assert(!has_room("alice", 64, END));
    ck_assert(has_room("alice", 64, END + 1));
}
END_TEST

/* A ticket without exp is accepted for ever, and so remembered for ever. */
START_TEST(never_dead)
{
    for (int i = 0; i < KIT_REPLAY_PER_SENDER; i++)
        ck_assert_int_eq(
            kit_replay_store(&replay, "alice", secret(i), 1, 0, NOW), 0);
    ck_assert(!has_room("alice", 64, 4000000000000));
    ck_assert_int_eq(
        kit_replay_store(&replay, "alice", secret(64), 1, 0, 4000000000000),
        -1);
}
END_TEST

/* Two tickets for one secret: the longer one says when it is dead. */
START_TEST(longer_ticket)
{
    static const struct {
        long long first, second, alive;
    } cases[] = {
        {END, END + 10, END + 10},
        {END + 10, END, END + 10},
        {END, 0, 4000000000000},
        {0, END, 4000000000000},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clear();
        ck_assert_int_eq(kit_replay_store(&replay, "alice", secret(1), 1,
                                          cases[i].first, NOW),
                         0);
        ck_assert_int_eq(kit_replay_store(&replay, "alice", secret(1), 2,
                                          cases[i].second, NOW),
                         0);
        ck_assert_int_eq(
            kit_replay_store(&replay, "alice", secret(2), 1, 0, cases[i].alive),
            0);
        ck_assert_int_eq(last(1), 2);
    }
}
END_TEST

TEST_SUITE(replay)
{
    Suite *suite = suite_create("replay");
    TCase *tests = suite_add_case(suite, "replay");

    tcase_add_checked_fixture(tests, clear, NULL);
    tcase_add_tests(tests, only_forward, no_seq, two_secrets_of_one_sender,
                    one_secret_two_names, similar_secrets, holds_no_secret,
                    bad_name, full_for_one_sender, full_for_all, dead_make_room,
                    live_never_dropped, dead_of_one_sender, never_dead,
                    longer_ticket);
    return suite;
}
