/* SPDX-License-Identifier: MIT */
/* The loop disconnects a peer that has sent nothing for its time limit. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/loop.h"

enum { IDLE = 100 }; /* that time limit, in milliseconds */

static void script_silent(void)
{
    int64_t since = kit_ticks();

    ck_assert(!tcp_was_reset(tcp_connect(loop.port)));
    ck_assert_int_ge(kit_ticks() - since, IDLE);
}

/* A peer that falls silent in the middle of a line, which is lost. */
static void script_silent_line(void)
{
    int peer = loop_peer();

    loop_send(peer, "half a li");
    ck_assert(tcp_was_reset(peer));
}

static const struct {
    void (*script)(void);
    const char *refused; /* what is printed; NULL: not checked */
} scripts[] = {
    {script_silent, ""},
    {script_silent_line, "refused: unfinished\n"},
};

START_TEST(silent_peers)
{
    loop.inbox->idle = IDLE;
    loop_run_expect(scripts[_i].script, scripts[_i].refused);
}
END_TEST

/* A peer that sends single bytes is not silent. */
static void script_bytes(void)
{
    int alive = tcp_connect(loop.port), silent = tcp_connect(loop.port);

    while (!tcp_waits_within(silent, 50))
        loop_send(alive, "x");
    ck_assert(!tcp_was_reset(silent));
    loop_send(alive, "\nstill here\n");
}

START_TEST(a_byte_ends_the_silence)
{
    char got[KIT_LINE_MAX * 2];

    loop.inbox->idle = 300;
    loop_run(script_bytes);
    close(loop.handled[1]);
    tcp_read(loop.handled[0], got, sizeof got);
    ck_assert_ptr_nonnull(strstr(got, "still here|"));
}
END_TEST

static int peer_a, peer_b, lines_so_far;

static int on_line_slowly(void *context, const char *peer_ip, const char *line,
                          size_t len)
{
    int64_t end = kit_ticks() + 2 * loop.inbox->idle;

    if (++lines_so_far == 3)
        kill(getpid(), SIGTERM);
    if (memcmp(line, "first", 5) != 0)
        return 0;
    loop_send(peer_a, "other\n");
    loop_send(peer_b, "second\n");
    while (kit_ticks() < end)
        ;
    return 0;
}

/* A peer whose bytes have not been read yet is not silent. */
START_TEST(unread_bytes_end_the_silence)
{
    loop.inbox->idle = IDLE;
    peer_a = tcp_connect(loop.port);
    peer_b = tcp_connect(loop.port);
    loop_send(peer_b, "first\n");
    ck_assert_int_eq(loop_serve(on_line_slowly, 2), 0);
    ck_assert_int_eq(lines_so_far, 3);
}
END_TEST

TEST_SUITE(inbox_silence, 60, loop_setup, loop_teardown)
{
    tcase_add_tests(tcase, a_byte_ends_the_silence,
                    unread_bytes_end_the_silence);
    tcase_add_rows(tcase, silent_peers, scripts);
}
