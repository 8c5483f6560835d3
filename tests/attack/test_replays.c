/* SPDX-License-Identifier: MIT */
/* So many messages, so many chats; then all of them once more. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/replay.h"
#include "tests/attack/reader.h"
#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/http_client.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    MESSAGES = 100000,
    CONNECTIONS = 10, /* each of a chat of its own */
    WARM_UP = 10000,
    REPLAYS = 10000,
    TICKETS = READER_CHATS,
    SECONDS = 60, /* for all of them to be shown */
    GROWN_KIB = 256,
};

static struct reader reader;
static long memory, peak; /* of the receiver, before it is to grow no more */
static char *lines[MESSAGES];

/* One line on a connection of its own, until that is over. */
static void say_alone(const char *line)
{
    int fd = tcp_connect_to(reader.where);

    tcp_send(fd, line, strlen(line));
    shutdown(fd, SHUT_WR);
    ck_assert_uint_eq(tcp_drain(fd), 0);
}

/* What must hold after both. */
static void end(void)
{
    long grown = proc_memory(reader.bob->pid) - memory;

    figure_is("anything else shown", reader.wrong, 0);
    figure_most("memory grown by", (double)grown, "KiB", GROWN_KIB);
    figure_most("... at the most", (double)(proc_peak(reader.bob->pid) - peak),
                "KiB", GROWN_KIB);
    figure_is("ends well", reader_end(&reader), 0);
    row_end();
}

/* --- Messages ------------------------------------------------------------- */

static void make_lines(void)
{
    struct forgery f;

    for (int i = 0; i < MESSAGES; i++) {
        reader_line(&f, i % CONNECTIONS, i / CONNECTIONS + 1);
        lines[i] = strdup(f.line);
        ck_assert_ptr_nonnull(lines[i]);
    }
}

/* Lines FIRST to LAST, each on the connection of its chat; they are shown. */
static void say_all(int *fds, int first, int last)
{
    for (int i = first; i < last; i++)
        tcp_send(fds[i % CONNECTIONS], lines[i], strlen(lines[i]));
    reader_shown(&reader, last, SECONDS);
}

/* Lines of the past, on fresh connections. */
static void say_again(void)
{
    uint32_t random[REPLAYS];

    ck_assert_int_eq(kit_random(random, sizeof random), 0);
    for (int i = 0; i < REPLAYS; i++)
        say_alone(lines[random[i] % MESSAGES]);
    figure_is("replays refused", reader_refused(&reader, REPLAYS, SECONDS),
              REPLAYS);
}

START_TEST(messages)
{
    int fds[CONNECTIONS];
    double began;

    row_begin("21 receiver: 100,000 messages, and 10,000 of them again");
    make_lines();
    reader_begin(&reader, fixture_builds[0]);
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = tcp_connect_to(reader.where);
    say_all(fds, 0, WARM_UP);
    memory = proc_memory(reader.bob->pid);
    peak = proc_peak(reader.bob->pid);
    began = stopwatch_now();
    say_all(fds, WARM_UP, MESSAGES);
    figure_note("messages a second",
                (MESSAGES - WARM_UP) * 1e3 / (stopwatch_now() - began), "");
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    figure_is("shown in their order", reader.shown, MESSAGES);
    say_again();
    figure_is("shown since", reader.shown - MESSAGES, 0);
    end();
}
END_TEST

/* --- Chats ---------------------------------------------------------------- */

/* Whether it is one of those that are remembered: the first of each sender. */
static bool is_kept(int chat)
{
    return chat % READER_PER_SENDER < KIT_REPLAY_PER_SENDER &&
           chat / READER_PER_SENDER < KIT_REPLAY_MAX / KIT_REPLAY_PER_SENDER;
}

/* Text SEQ of every chat that is kept, or of every other one. */
static void say_in_all(bool kept, long seq)
{
    struct forgery f;

    for (int i = 0; i < TICKETS; i++) {
        if (is_kept(i) == kept)
            say_alone(reader_line(&f, i, seq));
    }
}

START_TEST(tickets)
{
    row_begin("21 receiver: 5,000 tickets");
    reader_begin(&reader, fixture_builds[1]);
    memory = proc_memory(reader.bob->pid);
    peak = proc_peak(reader.bob->pid);
    for (int chat = 0; chat < TICKETS; chat++) {
        struct forgery f;

        say_alone(reader_line(&f, chat, 1));
    }
    figure_is("chats shown", reader_shown(&reader, KIT_REPLAY_MAX, SECONDS),
              KIT_REPLAY_MAX);
    figure_is("chats refused",
              reader_refused(&reader, TICKETS - KIT_REPLAY_MAX, SECONDS),
              TICKETS - KIT_REPLAY_MAX);
    say_in_all(true, 2);
    figure_is("shown of those that go on",
              reader_shown(&reader, 2 * KIT_REPLAY_MAX, SECONDS) -
                  KIT_REPLAY_MAX,
              KIT_REPLAY_MAX);
    say_in_all(true, 1);
    say_in_all(false, 2);
    figure_is("replays, and new chats, refused",
              reader_refused(&reader, 2 * TICKETS - KIT_REPLAY_MAX, SECONDS),
              2 * TICKETS - KIT_REPLAY_MAX);
    figure_is("shown of them", reader.shown - 2 * KIT_REPLAY_MAX, 0);
    end();
}
END_TEST

TEST_SUITE(replays)
{
    Suite *suite = suite_create("replays");
    TCase *tc = suite_add_case(suite, "replays");

    tcase_set_timeout(tc, 180);
    tcase_add_tests(tc, messages, tickets);
    return suite;
}
