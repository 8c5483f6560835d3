/* SPDX-License-Identifier: MIT */
/* The sender's connection: whole lines, in order, and receivers that leave. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/outbox_peer.h"

START_TEST(lines_arrive_in_order)
{
    int peer = outbox_peer_open();

    outbox_peer_put("one");
    outbox_peer_put("");
    outbox_peer_put("three");
    outbox_peer_flush();
    outbox_peer_hears(peer, "one\n\nthree\n");
    outbox_peer_put("four");
    ck_assert_int_eq(kit_outbox_close(&outbox_peer.link), 0);
    outbox_peer_hears_last(peer, "four\n");
    ck_assert_int_eq(outbox_peer.link.fd, -1);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* Lines that wait go out together: one send for all of them. */
START_TEST(one_send_for_all_that_waits)
{
    int peer = outbox_peer_open();

    outbox_peer_put("one");
    outbox_peer_put("two");
    ck_assert_int_eq(outbox_peer.sends, 0);
    ck_assert(!tcp_waits(peer));
    outbox_peer_flush();
    ck_assert_int_eq(outbox_peer.sends, 1);
    outbox_peer_flush();
    ck_assert_int_eq(outbox_peer.sends, 1);
}
END_TEST

START_TEST(full_buffer_flushes_itself)
{
    static char line[KIT_LINE_MAX], got[4 * KIT_LINE_MAX + 1];
    int peer = outbox_peer_open();

    memset(line, 'x', sizeof line);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(
            kit_outbox_line(&outbox_peer.link, line, KIT_LINE_MAX - 1), 0);
    ck_assert_int_eq(outbox_peer.sends, 0);
    outbox_peer_put("more");
    ck_assert_int_ge(outbox_peer.sends, 1);
    ck_assert_uint_eq(tcp_read(peer, got, sizeof got), 4 * KIT_LINE_MAX);
    outbox_peer_flush();
    outbox_peer_hears(peer, "more\n");
}
END_TEST

START_TEST(longest_line)
{
    static char line[KIT_LINE_MAX];
    int peer = outbox_peer_open();

    memset(line, 'x', sizeof line);
    ck_assert_int_eq(kit_outbox_line(&outbox_peer.link, line, KIT_LINE_MAX),
                     -1);
    ck_assert_int_eq(captured_lines(), 1);
    outbox_peer_put("short");
    outbox_peer_flush();
    outbox_peer_hears(peer, "short\n");
}
END_TEST

/* --- Where there is nobody ------------------------------------------------ */

START_TEST(nobody_listens)
{
    char address[64];

    close(outbox_peer.listener);
    snprintf(address, sizeof address, "127.0.0.1 port %u",
             (unsigned)outbox_peer.port);
    ck_assert_int_eq(
        kit_outbox_open(&outbox_peer.link, "127.0.0.1", outbox_peer.port), -1);
    ck_assert_int_eq(outbox_peer.link.fd, -1);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has(address));
    ck_assert(captured_has("still running"));
}
END_TEST

START_TEST(names_are_no_addresses)
{
    static const char *const names[] = {"localhost",  "127.1",      "",
                                        "127.0.0.1 ", "0x7f000001", NULL};

    ck_assert_int_eq(
        kit_outbox_open(&outbox_peer.link, names[_i], outbox_peer.port), -1);
    ck_assert(!tcp_waits(outbox_peer.listener));
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* Closing what never was open leaves descriptor 0 alone. */
START_TEST(closing_a_closed_link)
{
    char byte;

    feed("still here", 10);
    ck_assert_int_eq(kit_outbox_close(&outbox_peer.link), 0);
    ck_assert_int_eq(kit_outbox_close(&outbox_peer.link), 0);
    ck_assert_int_eq(read(STDIN_FILENO, &byte, 1), 1);
}
END_TEST

/* --- Receivers that go away ----------------------------------------------- */

/* One that has closed is noticed before a line is lost to it. */
START_TEST(closed_connection_is_reopened)
{
    int peer = outbox_peer_open();

    outbox_peer_put("one");
    outbox_peer_flush();
    outbox_peer_hears(peer, "one\n");
    if (_i == 0)
        close(peer);
    else
        tcp_reset(peer);
    outbox_peer_put("two");
    outbox_peer_flush();
    peer = tcp_accept(outbox_peer.listener);
    outbox_peer_hears(peer, "two\n");
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(receiver_that_stays_away)
{
    int peer = outbox_peer_open();

    close(peer);
    close(outbox_peer.listener);
    outbox_peer_put("one");
    ck_assert_int_eq(kit_outbox_flush(&outbox_peer.link), -1);
    ck_assert_int_eq(captured_lines(), 1);
    /* Nothing is handed over, and it is not tried again. */
    ck_assert_int_eq(kit_outbox_close(&outbox_peer.link), -1);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* What failed to go out goes first when the receiver is back. */
START_TEST(line_waits_for_the_receiver)
{
    const struct outbox_peer_step broken[] = {{0, EPIPE}, {0, EPIPE}, {0, 0}};
    int peer = outbox_peer_open();

    outbox_peer.plan = broken;
    outbox_peer_put("one");
    ck_assert_int_eq(kit_outbox_flush(&outbox_peer.link), -1);
    ck_assert_int_eq(captured_lines(), 1);
    close(peer);
    close(tcp_accept(outbox_peer.listener));
    outbox_peer_put("two");
    outbox_peer_flush();
    peer = tcp_accept(outbox_peer.listener);
    outbox_peer_hears(peer, "one\ntwo\n");
}
END_TEST

/* No signal ends the program, even where a send finds a broken pipe. */
START_TEST(broken_pipe_is_no_signal)
{
    int ends[2];

    ck_assert_int_eq(signal(SIGPIPE, SIG_DFL) == SIG_ERR, 0);
    outbox_peer_open();
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], "x", 1), -1);
}
END_TEST

/* A receiver never sends. If one does, nothing comes of it. */
START_TEST(what_comes_is_ignored)
{
    static char much[3 * 16 * 1024];
    int peer = outbox_peer_open();

    tcp_write(peer, much, _i == 0 ? 5 : sizeof much);
    outbox_peer_put("one");
    outbox_peer_flush();
    outbox_peer_hears(peer, "one\n");
    outbox_peer_put("two");
    outbox_peer_flush();
    outbox_peer_hears(peer, "two\n");
    ck_assert(!tcp_waits(outbox_peer.listener));
}
END_TEST

TEST_SUITE(outbox)
{
    Suite *suite = suite_create("outbox");
    TCase *tcase = suite_add_case(suite, "outbox");

    tcase_add_checked_fixture(tcase, outbox_peer_begin, NULL);
    tcase_add_tests(tcase, lines_arrive_in_order, one_send_for_all_that_waits,
                    full_buffer_flushes_itself, longest_line, nobody_listens);
    tcase_add_loop_test(tcase, names_are_no_addresses, 0, 6);
    tcase_add_test(tcase, closing_a_closed_link);
    tcase_add_loop_test(tcase, closed_connection_is_reopened, 0, 2);
    tcase_add_tests(tcase, receiver_that_stays_away,
                    line_waits_for_the_receiver, broken_pipe_is_no_signal);
    tcase_add_loop_test(tcase, what_comes_is_ignored, 0, 2);
    return suite;
}
