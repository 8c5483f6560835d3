/* SPDX-License-Identifier: MIT */
/* Many messages or many chats; then all of them again. */
#include <string.h>
#include <unistd.h>

#include "lib/chats.h"
#include "tests/attack/receiver.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    MESSAGES = 100000,
    CONNECTIONS = 10, /* one for each chat */
    WARM_UP = 10000,
    REPLAYS = 10000,
    TICKETS = RECEIVER_CHATS,
    GROWN_KIB = 256,
    TABLE_KIB = sizeof(struct kit_chats) / 1024, /* in use when it is full */
};

static struct receiver receiver;
static char *lines[MESSAGES];

/* Opens a connection, sends LINE and closes the connection. */
static void deliver(const char *line)
{
    ck_assert_uint_eq(tcp_deliver(receiver.where, line, strlen(line)), 0);
}

/* --- Messages ------------------------------------------------------------- */

static void make_lines(void)
{
    struct forgery f;

    for (int i = 0; i < MESSAGES; i++) {
        lines[i] =
            strdup(receiver_line(&f, i % CONNECTIONS, i / CONNECTIONS + 1));
        ck_assert_ptr_nonnull(lines[i]);
    }
}

/* Sends lines FIRST to LAST, each on the connection of its chat. */
static void send_all(int *fds, int first, int last)
{
    for (int i = first; i < last; i++)
        tcp_send(fds[i % CONNECTIONS], lines[i], strlen(lines[i]));
    receiver_shown(&receiver, last);
}

/* Sends random earlier lines on new connections. */
static void replay(void)
{
    uint32_t random[REPLAYS];

    ck_assert_int_eq(kit_random(random, sizeof random), 0);
    for (int i = 0; i < REPLAYS; i++)
        deliver(lines[random[i] % MESSAGES]);
    figure_is("replays refused", receiver_refused(&receiver, REPLAYS), REPLAYS);
}

START_TEST(messages)
{
    int fds[CONNECTIONS];
    double began;

    row_begin("21 receiver: 100,000 messages, and 10,000 of them again");
    make_lines();
    receiver_begin(&receiver, fixture_builds[0]);
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = tcp_connect_to(receiver.where);
    send_all(fds, 0, WARM_UP);
    receiver_watch(&receiver);
    began = stopwatch_now();
    send_all(fds, WARM_UP, MESSAGES);
    figure_note("messages a second",
                (MESSAGES - WARM_UP) * 1e3 / (stopwatch_now() - began), "");
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    figure_is("shown in their order", receiver.shown, MESSAGES);
    replay();
    figure_is("replays shown", receiver.shown - MESSAGES, 0);
    receiver_judge(&receiver, GROWN_KIB, GROWN_KIB);
}
END_TEST

/* --- Chats ---------------------------------------------------------------- */

/* Whether the receiver has room for CHAT: the first ones of each sender. */
static bool is_remembered(int chat)
{
    return chat % RECEIVER_PER_SENDER < KIT_CHATS_PER_SENDER &&
           chat / RECEIVER_PER_SENDER < KIT_CHATS_MAX / KIT_CHATS_PER_SENDER;
}

/* Sends text SEQ of the chats that are remembered, or of the others. */
static void send_in_chats(bool remembered, long seq)
{
    struct forgery f;

    for (int i = 0; i < TICKETS; i++) {
        if (is_remembered(i) == remembered)
            deliver(receiver_line(&f, i, seq));
    }
}

START_TEST(tickets)
{
    enum { MOST = KIT_CHATS_MAX };
    struct forgery f;

    row_begin("21 receiver: 5,000 tickets");
    receiver_begin(&receiver, fixture_builds[1]);
    for (int chat = 0; chat < TICKETS; chat++)
        deliver(receiver_line(&f, chat, 1));
    figure_is("chats shown", receiver_shown(&receiver, MOST), MOST);
    figure_is("chats refused", receiver_refused(&receiver, TICKETS - MOST),
              TICKETS - MOST);
    send_in_chats(true, 2);
    figure_is("second texts shown, of chats that were shown",
              receiver_shown(&receiver, 2 * MOST) - MOST, MOST);
    send_in_chats(true, 1);
    send_in_chats(false, 2);
    figure_is("replays, and new chats, refused",
              receiver_refused(&receiver, 2 * TICKETS - MOST),
              2 * TICKETS - MOST);
    figure_is("... of these, shown", receiver.shown - 2 * MOST, 0);
    receiver_judge(&receiver, TABLE_KIB + GROWN_KIB, TABLE_KIB + GROWN_KIB);
}
END_TEST

TEST_SUITE(replays, 180, NULL, NULL)
{
    tcase_add_tests(tcase, messages, tickets);
}
