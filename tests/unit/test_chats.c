/* SPDX-License-Identifier: MIT */
/* The receiver's chats: finding them, their last seq, and their limits. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/chats.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/vectors.h"

enum { NOW = 1000, END = 2000, PER_SENDER = 32 };

static const long long much_later = 4000000000000;

static struct kit_chats chats;

static void setup(void)
{
    capture_errors();
    memset(&chats, 0, sizeof chats);
}

/* Ticket number I. Its first 16 characters are where the server's nonce is. */
static const struct kit_ticket *ticket_of(int i)
{
    static struct kit_ticket ticket;

    snprintf(ticket.text, sizeof ticket.text, "%016d-a-ticket", i);
    return &ticket;
}

/* A chat that a ticket of SENDER begins, with secret number I. */
static struct kit_chat new_chat(const char *sender, int i, long long good_until)
{
    struct kit_chat chat = {.ip_addr = {"127.0.0.1"}, .good_until = good_until};

    snprintf(chat.sender.text, sizeof chat.sender.text, "%s", sender);
    snprintf((char *)chat.key.bytes, sizeof chat.key.bytes, "secret %d", i);
    return chat;
}

/*
 * What a receiver does with a line: ticket number TICKET, which contains
 * SENDER, the secret number SECRET and GOOD_UNTIL; text SEQ. Returns 0 or -1.
 */
static int give_line(const char *sender, int ticket, int secret,
                     long long good_until, uint32_t seq, long long now)
{
    struct kit_chat new = new_chat(sender, secret, good_until);
    struct kit_chat *chat = kit_chats_find(&chats, ticket_of(ticket));

    if (chat == NULL) {
        chat = &new;
        kit_chats_copy_seq(&chats, chat);
    }
    if (now > chat->good_until || seq <= chat->seq)
        return -1;
    chat->seq = seq;
    return kit_chats_store(&chats, ticket_of(ticket), chat, now);
}

/* The same with ticket number I, whose secret is number I, until END. */
static int give(const char *sender, int i, uint32_t seq, long long now)
{
    return give_line(sender, i, i, END, seq, now);
}

/* The last seq of the chat that ticket number I began, or 0 if unknown. */
static uint32_t last(int i)
{
    const struct kit_chat *chat = kit_chats_find(&chats, ticket_of(i));

    return chat != NULL ? chat->seq : 0;
}

static const char *user(int number)
{
    static char name[16];

    snprintf(name, sizeof name, "user%d", number);
    return name;
}

/* COUNT chats, each with text 1. */
static void fill(int count, int per_sender)
{
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(give(user(i / per_sender), i, 1, NOW), 0);
    ck_assert_uint_eq(chats.used, count);
}

/* --- Finding -------------------------------------------------------------- */

START_TEST(empty_table)
{
    struct kit_chat chat = new_chat("alice", 1, END);

    ck_assert_ptr_null(kit_chats_find(&chats, ticket_of(1)));
    ck_assert_ptr_null(kit_chats_find(&chats, &(struct kit_ticket){""}));
    kit_chats_copy_seq(&chats, &chat);
    ck_assert_uint_eq(chat.seq, 0);
}
END_TEST

START_TEST(found_by_its_ticket)
{
    struct kit_chat *chat, want;

    fill(KIT_CHATS_MAX, PER_SENDER);
    for (int i = 0; i < KIT_CHATS_MAX; i++) {
        chat = kit_chats_find(&chats, ticket_of(i));
        ck_assert_ptr_nonnull(chat);
        ck_assert_str_eq(chat->sender.text, user(i / PER_SENDER));
        ck_assert_str_eq(chat->ip_addr.text, "127.0.0.1");
        want = new_chat("", i, END);
        ck_assert_mem_eq(&chat->key, &want.key, sizeof want.key);
        ck_assert_int_eq(chat->good_until, END);
    }
    ck_assert_ptr_null(kit_chats_find(&chats, ticket_of(KIT_CHATS_MAX)));
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* Tickets that share the first 16 characters share a bucket. */
START_TEST(one_bucket_for_all)
{
    struct kit_ticket tickets[KIT_CHATS_PER_SENDER];
    struct kit_chat chat;

    for (int i = 0; i < KIT_CHATS_PER_SENDER; i++) {
        snprintf(tickets[i].text, sizeof tickets[i].text,
                 "AAAAAAAAAAAAAAAA-ticket-%d", i);
        ck_assert_ptr_null(kit_chats_find(&chats, &tickets[i]));
        chat = new_chat("alice", i, END + i);
        chat.seq = (uint32_t)i + 1;
        chat.stored_seq = (uint32_t)i;
        ck_assert_int_eq(kit_chats_store(&chats, &tickets[i], &chat, NOW), 0);
    }
    for (int i = 0; i < KIT_CHATS_PER_SENDER; i++)
        ck_assert_uint_eq(kit_chats_find(&chats, &tickets[i])->seq, i + 1);

    /* Half of the chats have expired: only the others are found. */
    chat = new_chat("alice", -1, END + 100);
    ck_assert_int_eq(kit_chats_store(&chats, ticket_of(1), &chat, END + 32), 0);
    for (int i = 0; i < KIT_CHATS_PER_SENDER; i++)
        ck_assert((kit_chats_find(&chats, &tickets[i]) != NULL) == (i >= 32));
}
END_TEST

/* A ticket that is cut, extended or changed in one letter is not found. */
START_TEST(similar_tickets)
{
    static const char *const similar[] = {
        "0000000000000001-a-ticke",
        "0000000000000001-a-ticket=", "0000000000000001-a-Ticket",
        "0000000000000001", "000000000000000"};
    struct kit_ticket other;

    ck_assert_int_eq(give("alice", 1, 1, NOW), 0);
    for (size_t i = 0; i < COUNT(similar); i++) {
        snprintf(other.text, sizeof other.text, "%s", similar[i]);
        ck_assert_ptr_null(kit_chats_find(&chats, &other));
    }
    ck_assert_uint_eq(last(1), 1);
}
END_TEST

/* --- Seq ------------------------------------------------------------------ */

/* Lines in this order, whether each is accepted, and what is known then. */
static const struct {
    const char *sender;
    int ticket, secret;
    uint32_t seq;
    int want;
    size_t used;
} lines[] = {
    {"alice", 1, 1, 1, 0, 1},
    {"alice", 1, 1, 5, 0, 1},  /* a gap is not a replay */
    {"alice", 1, 1, 5, -1, 1}, /* the same seq is one */
    {"alice", 1, 1, 3, -1, 1}, /* a seq in the gap, too */
    {"alice", 2, 1, 5, -1, 1}, /* another ticket with this secret */
    {"alice", 2, 1, 6, 0, 1},
    {"alice", 1, 1, 6, -1, 1}, /* the first ticket again */
    {"alice", 1, 1, 7, 0, 1},
    {"alice", 2, 1, 7, -1, 1},
    {"bob", 3, 1, 7, -1, 1}, /* the name makes no difference */
    {"bob", 3, 1, 8, 0, 1},
    {"alice", 4, 2, 1, 0, 2}, /* another secret starts at 1 */
    {"alice", 4, 2, 1, -1, 2},
    {"alice", 1, 1, 8, -1, 2},
    {"alice", 1, 1, KIT_SEQ_MAX, 0, 2},
    {"alice", 2, 1, KIT_SEQ_MAX, -1, 2},
};

START_TEST(one_secret_has_one_last_seq)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        int rc = give_line(lines[i].sender, lines[i].ticket, lines[i].secret,
                           END, lines[i].seq, NOW);

        ck_assert_msg(rc == lines[i].want && chats.used == lines[i].used,
                      "row %zu: %d, %zu chats", i, rc, chats.used);
    }
}
END_TEST

/* Secrets that differ in one bit, in whichever byte, are different. */
START_TEST(similar_secrets)
{
    struct kit_chat chat = new_chat("alice", 1, END), other = chat;

    chat.seq = 9;
    ck_assert_int_eq(kit_chats_store(&chats, ticket_of(1), &chat, NOW), 0);
    kit_chats_copy_seq(&chats, &other);
    ck_assert_uint_eq(other.seq, 9);
    for (size_t i = 0; i < sizeof chat.key.bytes; i++) {
        other = new_chat("alice", 1, END);
        other.key.bytes[i] ^= 1;
        kit_chats_copy_seq(&chats, &other);
        ck_assert_uint_eq(other.seq, 0);
    }
}
END_TEST

/* --- Limits --------------------------------------------------------------- */

/* A sender's part of the table, or all of it, is full. */
static const struct {
    int count, per_sender;
    const char *next; /* a sender without room for one more chat */
} full[] = {
    {KIT_CHATS_PER_SENDER, KIT_CHATS_PER_SENDER, "user0"},
    {KIT_CHATS_MAX, PER_SENDER, "alice"},
};

START_TEST(no_room)
{
    int count = full[_i].count, per_sender = full[_i].per_sender;

    fill(count, per_sender);
    ck_assert_int_eq(give(full[_i].next, count, 7, NOW), -1);
    captured_one_line("refused: full");
    ck_assert_ptr_null(kit_chats_find(&chats, ticket_of(count)));

    /* Known chats go on, and a new ticket with a known secret needs no room. */
    for (int i = 0; i < count; i++) {
        ck_assert_int_eq(give(user(i / per_sender), i, 1, NOW), -1);
        ck_assert_int_eq(give(user(i / per_sender), i, 2, NOW), 0);
    }
    ck_assert_int_eq(give_line("user0", -5, 0, END, 3, NOW), 0);
    ck_assert_uint_eq(chats.used, count);
    ck_assert_int_eq(give("bob", count, 1, NOW),
                     count < KIT_CHATS_MAX ? 0 : -1);
}
END_TEST

/* A chat that was refused once has not become a known one. */
START_TEST(refused_again)
{
    struct kit_chat chat = {.good_until = END, .seq = 1};
    struct kit_ticket ticket = {"another"};

    fill(KIT_CHATS_MAX, KIT_CHATS_PER_SENDER);
    ck_assert_int_eq(kit_chats_store(&chats, &ticket, &chat, NOW), -1);
    ck_assert_int_eq(kit_chats_store(&chats, &ticket, &chat, NOW), -1);
}
END_TEST

/* A ticket is valid in its last second. After it, its chat makes room. */
START_TEST(expired_chats_make_room)
{
    fill(full[_i].count, full[_i].per_sender);
    ck_assert_int_eq(give_line(full[_i].next, -1, -1, KIT_NEVER, 1, END), -1);
    ck_assert_uint_eq(chats.used, full[_i].count);
    ck_assert_int_eq(give_line(full[_i].next, -1, -1, KIT_NEVER, 1, END + 1),
                     0);
    ck_assert_uint_eq(chats.used, 1);
    ck_assert_uint_eq(last(-1), 1);
    ck_assert_uint_eq(last(0), 0);

    /* The keys of the dropped chats were wiped. */
    ck_assert(all_bytes(&chats.entries[1],
                        sizeof chats.entries - sizeof chats.entries[0], 0));
}
END_TEST

/* Live chats stay when the expired ones between them are removed. */
START_TEST(live_chats_stay)
{
    for (int i = 0; i < KIT_CHATS_PER_SENDER; i++)
        for (int seq = 1; seq <= i + 1; seq++)
            ck_assert_int_eq(give_line("alice", i, i,
                                       i % 3 == 0 ? END : END + 10,
                                       (uint32_t)seq, NOW),
                             0);
    ck_assert_int_eq(give_line("alice", 99, 99, END + 10, 1, END + 1), 0);
    for (int i = 0; i < KIT_CHATS_PER_SENDER; i++)
        ck_assert_uint_eq(last(i), i % 3 == 0 ? 0 : i + 1);
    ck_assert_uint_eq(chats.used, 43);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* A ticket without exp never ends, so its chat is never dropped. */
START_TEST(without_end)
{
    for (int i = 0; i < KIT_CHATS_PER_SENDER; i++)
        ck_assert_int_eq(give_line("alice", i, i, KIT_NEVER, 1, NOW), 0);
    ck_assert_int_eq(give_line("alice", 64, 64, KIT_NEVER, 1, much_later), -1);
    ck_assert_uint_eq(last(0), 1);
}
END_TEST

/*
 * Two tickets with one secret. The later end keeps the last seq of the secret,
 * but each ticket is good only until its own end.
 */
static const struct {
    long long first_end, second_end, kept_until; /* Unix seconds */
} ends[] = {
    {END, END + 10, END + 10},
    {END + 10, END, END + 10},
    {END, KIT_NEVER, much_later},
    {KIT_NEVER, END, much_later},
};

START_TEST(longer_ticket)
{
    long long first = ends[_i].first_end, second = ends[_i].second_end;

    ck_assert_int_eq(give_line("alice", 1, 1, first, 1, NOW), 0);
    ck_assert_int_eq(give_line("alice", 2, 1, second, 2, NOW), 0);
    for (int i = 3; i < KIT_CHATS_PER_SENDER + 2; i++)
        ck_assert_int_eq(give_line("alice", i, i, KIT_NEVER, 1, NOW), 0);
    ck_assert_int_eq(
        give_line("alice", 99, 99, KIT_NEVER, 1, ends[_i].kept_until), -1);

    /* No text is accepted again, and only the longer ticket is still valid. */
    for (uint32_t seq = 1; seq <= 2; seq++) {
        ck_assert_int_eq(give_line("alice", 1, 1, first, seq, END + 1), -1);
        ck_assert_int_eq(give_line("alice", 2, 1, second, seq, END + 1), -1);
    }
    ck_assert_int_eq(give_line("alice", 1, 1, first, 3, END + 1),
                     first > END ? 0 : -1);
    ck_assert_int_eq(give_line("alice", 2, 1, second, 4, END + 1),
                     second > END ? 0 : -1);
    if (ends[_i].kept_until == END + 10)
        ck_assert_int_eq(give_line("alice", 99, 99, KIT_NEVER, 1, END + 11), 0);
}
END_TEST

/* --- Notes ---------------------------------------------------------------- */

/* Lines under two tickets with one secret, and what is printed for each. */
static const struct {
    int ticket;
    uint32_t seq;
    const char *printed;
} gaps[] = {
    {1, 1, ""},
    {1, 2, ""},
    {1, 4, "alice: 1 of the texts before this one did not arrive\n"},
    {1, 4, ""},
    {2, 6,
     "alice: 1 of the texts before this one did not arrive\n"}, /* one secret */
    {1, 7, ""},
    {1, KIT_SEQ_MAX,
     "alice: 2147483639 of the texts before this one did not arrive\n"},
};

START_TEST(gaps_are_noted)
{
    char printed[256] = "";

    for (size_t i = 0; i < COUNT(gaps); i++) {
        (void)!give_line("alice", gaps[i].ticket, 1, END, gaps[i].seq, NOW);
        strcat(printed, gaps[i].printed);
        ck_assert_str_eq(captured(), printed);
    }
}
END_TEST

/* A chat that begins with text 3 has lost two. */
START_TEST(gap_at_the_start)
{
    ck_assert_int_eq(give("alice", 1, 3, NOW), 0);
    captured_one_line("alice: 2 of the texts before this one did not arrive");
}
END_TEST

/* Where a line comes from, when, and what is printed. */
static const struct {
    const char *peer_ip;
    bool strict;
    long long good_until, now;
    int want;
    const char *printed;
} peers[] = {
    {"127.0.0.1", false, END, END, 0, ""},
    {"127.0.0.1", true, END, END, 0, ""},
    {"192.0.2.1", false, END, END, 0,
     "alice logged in from 127.0.0.1, but this comes from 192.0.2.1: this is "
     "harmless if the sender has several networks; --strict-ip refuses such "
     "lines\n"},
    {"192.0.2.1", true, END, END, -1,
     "alice logged in from 127.0.0.1, but this comes from 192.0.2.1\n"
     "refused: address\n"},
    {"127.0.0.1", true, KIT_NEVER, LLONG_MAX, 0, ""},
    {"127.0.0.1", false, KIT_CLOCK_SKEW + 1, LLONG_MAX, 0,
     "the ticket of alice ended 9223372036854775806 s ago: ask alice to start "
     "again; if it was fresh, compare this clock with the server's\n"},
    {"127.0.0.1", false, END, END + 1, 0,
     "the ticket of alice ended 301 s ago: ask alice to start again; if it was "
     "fresh, compare this clock with the server's\n"},
};

/* An expired ticket is only noted here. The student's code must reject it. */
START_TEST(peers_are_compared)
{
    struct kit_chat chat = new_chat("alice", 1, peers[_i].good_until);

    ck_assert_int_eq(kit_chats_check_peer(&chat, peers[_i].peer_ip,
                                          peers[_i].strict, peers[_i].now),
                     peers[_i].want);
    ck_assert_str_eq(captured(), peers[_i].printed);
}
END_TEST

TEST_SUITE(chats, 60, setup, NULL)
{
    tcase_add_tests(tcase, empty_table, found_by_its_ticket, one_bucket_for_all,
                    similar_tickets, one_secret_has_one_last_seq,
                    similar_secrets, live_chats_stay, without_end,
                    gaps_are_noted, gap_at_the_start, refused_again);
    tcase_add_rows(tcase, no_room, full);
    tcase_add_rows(tcase, expired_chats_make_room, full);
    tcase_add_rows(tcase, longer_ticket, ends);
    tcase_add_rows(tcase, peers_are_compared, peers);
}
