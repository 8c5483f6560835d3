/* SPDX-License-Identifier: MIT */
/* The sender's connection when send or another system call fails. */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"
#include "tests/unit/sending.h"

/* --- Sends that fail ------------------------------------------------------ */

/* What the sends of four lines do, and what arrives. */
static const struct {
    struct sending_step steps[8];
    const char *arrived;
    const char *printed; /* a part of it; NULL: all was sent */
} networks[] = {
    {{{1, 0}, {2, 0}, {0, EINTR}, {3, 0}, {0, EAGAIN}, {1, 0}},
     "one\ntwo\nthree\nfour\n",
     NULL},
    {{{0, EPIPE}},
     "",
     "or was stopped: the last 4 texts sent (numbers 1 to 4 of"},
    {{{5, 0}, {0, EPIPE}}, "one\nt", "numbers 1 to 4"},
    {{{8, 0}, {0, ECONNRESET}}, "one\ntwo\n", "numbers 1 to 4"},
    {{{8, 0}, {0, EHOSTUNREACH}}, "one\ntwo\n", "the connection has failed ("},
};

START_TEST(sends_fail)
{
    const char *arrived = networks[_i].arrived;
    const char *printed = networks[_i].printed;
    int peer = sending_open();

    sending.plan = networks[_i].steps;
    sending_put("one");
    sending_put("two");
    sending_put("three");
    sending_put("four");
    ck_assert_int_eq(kit_outbox_flush(&sending.outbox),
                     printed == NULL ? 0 : -1);
    ck_assert(sending.plan->at_most == 0 && sending.plan->error == 0);
    ck_assert((sending.outbox.fd >= 0) == (printed == NULL));
    if (printed == NULL) {
        ck_assert_int_eq(sending_close(peer, arrived, sending_end_with_fin), 0);
        ck_assert_str_eq(captured(), "");
        return;
    }
    sending_expect(peer, arrived);
    ck_assert(tcp_ended(peer));
    captured_one_line(printed);
    ck_assert_int_eq(kit_outbox_close(&sending.outbox), -1);
    ck_assert(!sending.outbox.stalled && !tcp_waits(sending.listener));
}
END_TEST

/* If a full buffer cannot be sent, the next line is rejected. */
START_TEST(full_buffer_is_lost)
{
    static const struct sending_step broken[] = {{0, EPIPE}, {0, 0}};

    sending_open();
    sending_fill();
    sending.plan = broken;
    ck_assert_int_eq(sending_try("more", 4), -1);
    captured_one_line("numbers 1 to 4");
    ck_assert_int_eq(sending.outbox.fd, -1);
    ck_assert_int_eq(sending_try("more", 4), -1);
}
END_TEST

/* --- Other calls that fail ------------------------------------------------ */

static int open_once(void)
{
    int before = captured_lines(), lowest = fault_lowest();
    int rc = kit_outbox_open(&sending.outbox, "127.0.0.1", sending.port);

    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    ck_assert((sending.outbox.fd < 0) == (rc != 0));
    /* Connections of earlier calls that failed may wait, too. */
    while (tcp_waits(sending.listener))
        close(tcp_accept(sending.listener));
    if (rc == 0)
        sending_wait_for_end(sending.outbox.fd);
    ck_assert_int_eq(kit_outbox_close(&sending.outbox), 0);
    ck_assert_int_eq(fault_lowest(), lowest);
    return rc;
}

START_TEST(connecting_fails)
{
    ck_assert_int_ge(
        fault_each("socket fcntl connect getsockopt poll", open_once, true), 4);
}
END_TEST

/* The first send finds no room in the receiver's buffer. */
static const struct sending_step no_room[] = {{0, EAGAIN}, {0, 0}};

START_TEST(receiver_does_not_read)
{
    sending_open();
    sending.plan = no_room;
    sending_put("hello");
    /* The second reading of the clock is past the time limit. */
    fault_order("kit_ticks", 2, 0);
    ck_assert_int_eq(kit_outbox_flush(&sending.outbox), -1);
    ck_assert(fault_cancel() && sending.outbox.stalled);
    captured_one_line(
        "(is it stopped?): the last text sent (number 1 of this chat");
}
END_TEST

/* A signal interrupts the check of the connection, or the wait for room. */
START_TEST(interrupted_while_sending)
{
    static const char *const calls[] = {"recv", "poll"};
    int peer = sending_open();

    sending.plan = no_room;
    fault_order(calls[_i], 1, EINTR);
    sending_pass(peer, "hello");
    ck_assert(fault_cancel());
    ck_assert(!tcp_waits(sending.listener));
}
END_TEST

START_TEST(checking_the_connection_fails)
{
    int peer = sending_open();

    sending_put("hello");
    fault_order("recv", 1, EIO);
    ck_assert_int_eq(kit_outbox_flush(&sending.outbox), -1);
    ck_assert(fault_cancel() && tcp_ended(peer));
    captured_one_line("number 1 of this chat");
}
END_TEST

/* A signal interrupts the wait for the receiver, which then goes on. */
START_TEST(interrupted_while_closing)
{
    int peer = sending_open();

    sending_put("one");
    fault_order("poll", 1, EINTR);
    ck_assert_int_eq(sending_close(peer, "one\n", sending_end_with_fin), 0);
    ck_assert(fault_cancel());
}
END_TEST

/* The second reading of the clock is past the time limit. */
START_TEST(receiver_does_not_close)
{
    int peer = sending_open();

    if (_i == 1)
        sending_put("one");
    fault_order("kit_ticks", 2, 0);
    ck_assert_int_eq(kit_outbox_close(&sending.outbox), _i == 1 ? -1 : 0);
    ck_assert(fault_cancel());
    ck_assert_int_eq(sending.outbox.fd, -1);
    if (_i == 1)
        captured_one_line(
            "did not close the connection in time: the last text sent (number "
            "1 of this chat");
    else
        ck_assert_str_eq(captured(), "");
    close(peer);
}
END_TEST

static void *send_without_end(void *peer)
{
    static const char bytes[4096];

    while (tcp_send(*(int *)peer, bytes, sizeof bytes))
        ;
    return NULL;
}

/* The bytes of the receiver do not extend the time limit. */
START_TEST(receiver_sends_without_end)
{
    int peer = sending_open();
    pthread_t thread;

    sending_pass(peer, "one");
    thread = thread_begin(send_without_end, &peer);
    ck_assert(kit_outbox_is_open(&sending.outbox));
    fault_order("kit_ticks", 20, 0);
    ck_assert_int_eq(kit_outbox_close(&sending.outbox), -1);
    ck_assert(fault_cancel());
    captured_one_line("number 1 of this chat");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

TEST_SUITE(outbox_faults, 60, sending_setup, NULL)
{
    tcase_add_test(tcase, full_buffer_is_lost);
    tcase_add_rows(tcase, sends_fail, networks);
    if (faults_possible("outbox_faults")) {
        tcase_add_tests(tcase, connecting_fails, receiver_does_not_read,
                        checking_the_connection_fails,
                        interrupted_while_closing, receiver_sends_without_end);
        tcase_add_loop_test(tcase, interrupted_while_sending, 0, 2);
        tcase_add_loop_test(tcase, receiver_does_not_close, 0, 2);
    }
}
