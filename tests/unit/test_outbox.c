/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection: its lines arrive whole and in order, and an error is
 * printed if there is no receiver or if a line cannot be sent.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/sending.h"

/* --- Lines ---------------------------------------------------------------- */

START_TEST(lines_arrive_in_order)
{
    int peer = sending_open();

    sending_put("one");
    sending_put("two");
    sending_flush();
    sending_expect(peer, "one\ntwo\n");
    sending_put("three");
    ck_assert_int_eq(sending_close(peer, "three\n", sending_end_with_fin), 0);
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(one_send_for_all_lines)
{
    int peer = sending_open();

    sending_put("one");
    sending_put("two");
    ck_assert_int_eq(sending.sends, 0);
    ck_assert(!tcp_waits(peer));
    for (int i = 0; i < 2; i++) {
        sending_flush();
        ck_assert_int_eq(sending.sends, 1);
    }
}
END_TEST

START_TEST(full_buffer_is_flushed)
{
    static char got[4 * KIT_LINE_MAX + 1];
    int peer = sending_open();

    sending_fill();
    ck_assert_int_eq(sending.sends, 0);
    sending_put("more");
    ck_assert_int_ge(sending.sends, 1);
    ck_assert_uint_eq(tcp_read(peer, got, sizeof got), 4 * KIT_LINE_MAX);
    sending_flush();
    sending_expect(peer, "more\n");
}
END_TEST

/* Lines that cannot be sent, and why. */
static const struct {
    size_t len;
    bool open;
    const char *reason;
} wrong_lines[] = {
    {0, true, "the line has 0 bytes"},
    {KIT_LINE_MAX, true, "the line has 8192 bytes"},
    {5, false, "call kit_outbox_open first"},
};

START_TEST(wrong_line)
{
    static const char text[KIT_LINE_MAX];
    int peer = sending_open();

    if (!wrong_lines[_i].open)
        ck_assert_int_eq(sending_close(peer, "", sending_end_with_fin), 0);
    ck_assert_int_eq(sending_try(text, wrong_lines[_i].len), -1);
    captured_one_line(wrong_lines[_i].reason);
    if (wrong_lines[_i].open)
        sending_pass(peer, "short");
    ck_assert_uint_eq(sending.outbox.len, 0);
}
END_TEST

/* --- No receiver ---------------------------------------------------------- */

START_TEST(receiver_does_not_listen)
{
    char address[64];

    close(sending.listener);
    snprintf(address, sizeof address, "127.0.0.1 port %u",
             (unsigned)sending.port);
    ck_assert_int_eq(
        kit_outbox_open(&sending.outbox, "127.0.0.1", sending.port), -1);
    ck_assert_int_eq(sending.outbox.fd, -1);
    captured_one_line(address);
    captured_one_line("still running");
}
END_TEST

/* test_net.c has more invalid addresses. */
START_TEST(invalid_address)
{
    ck_assert_int_eq(
        kit_outbox_open(&sending.outbox, "localhost", sending.port), -1);
    ck_assert_int_eq(kit_outbox_open(&sending.outbox, NULL, sending.port), -1);
    ck_assert(!tcp_waits(sending.listener));
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

/* Closing an outbox that was never open does not close descriptor 0. */
START_TEST(closed_twice)
{
    char byte;

    feed("still here", 10);
    for (int i = 0; i < 2; i++) {
        ck_assert(!kit_outbox_is_open(&sending.outbox));
        ck_assert_int_eq(kit_outbox_flush(&sending.outbox), 0);
        ck_assert_int_eq(kit_outbox_close(&sending.outbox), 0);
    }
    ck_assert_int_eq(read(STDIN_FILENO, &byte, 1), 1);
}
END_TEST

/* --- Ignored events ------------------------------------------------------ */

START_TEST(sigpipe_is_ignored)
{
    int ends[2];

    ck_assert_int_eq(signal(SIGPIPE, SIG_DFL) == SIG_ERR, 0);
    sending_open();
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], "x", 1), -1);
}
END_TEST

/* A receiver never sends. If one does, it is ignored. */
START_TEST(received_bytes_are_ignored)
{
    static char bytes[3 * 16 * 1024];
    int peer = sending_open();

    tcp_write(peer, bytes, _i == 0 ? 5 : sizeof bytes);
    sending_pass(peer, "one");
    ck_assert(kit_outbox_is_open(&sending.outbox));
    sending_pass(peer, "two");
    ck_assert_int_eq(sending_close(peer, "", sending_end_with_fin), 0);
    ck_assert(!tcp_waits(sending.listener));
}
END_TEST

TEST_SUITE(outbox, 60, sending_setup, NULL)
{
    tcase_add_tests(tcase, lines_arrive_in_order, one_send_for_all_lines,
                    full_buffer_is_flushed, receiver_does_not_listen,
                    invalid_address, closed_twice, sigpipe_is_ignored);
    tcase_add_rows(tcase, wrong_line, wrong_lines);
    tcase_add_loop_test(tcase, received_bytes_are_ignored, 0, 2);
}
