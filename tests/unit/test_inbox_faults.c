/* SPDX-License-Identifier: MIT */
/*
 * The receiver's loop when a system call fails: it prints one error, and leaves
 * no descriptor open.
 */
#include <errno.h>

#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/loop.h"

static int listen_once(void)
{
    struct kit_inbox *other = loop.inbox;
    int before = captured_lines(), lowest = fault_lowest();
    uint16_t bound = 1;
    int rc = kit_inbox_listen(&other, &bound, "127.0.0.1", 0);

    ck_assert((other == NULL) == (rc != 0) && (bound == 0) == (rc != 0));
    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    kit_inbox_close(other);
    ck_assert_int_eq(fault_lowest(), lowest);
    return rc;
}

START_TEST(listening_fails)
{
    ck_assert_int_ge(
        fault_each("calloc socket bind listen fcntl getsockname pipe",
                   listen_once, true),
        9);
}
END_TEST

/* If resources are short and there is no peer to disconnect, it pauses. */
START_TEST(accepting_fails)
{
    static const struct {
        int error;
        bool pauses;
    } errors[] = {{EMFILE, true},
                  {ENFILE, true},
                  {ENOBUFS, true},
                  {ENOMEM, true},
                  {ECONNABORTED, false}};

    for (size_t i = 0; i < COUNT(errors); i++) {
        loop.inbox->accept_after = 0;
        fault_order("accept", 1, errors[i].error);
        kit_inbox_accept(loop.inbox);
        ck_assert(fault_cancel());
        ck_assert((loop.inbox->accept_after != 0) == errors[i].pauses);
    }
}
END_TEST

/* A connection that cannot be made non-blocking is closed. */
START_TEST(peer_that_would_block)
{
    int peer = tcp_connect(loop.port), lowest = fault_lowest();

    fault_order("fcntl", 1, EIO);
    kit_inbox_accept(loop.inbox);
    ck_assert(fault_cancel() && tcp_ended(peer));
    ck_assert_int_eq(fault_lowest(), lowest);
}
END_TEST

START_TEST(poll_fails)
{
    fault_order("poll", 1, EIO);
    ck_assert_int_eq(loop_serve(loop_line, LOOP_LIMIT), -1);
    ck_assert(fault_cancel() && captured_has("cannot wait"));
}
END_TEST

static void script_two_lines(void)
{
    loop_expect_connected(loop_peer());
}

/* A signal that the loop does not handle does not end it. */
START_TEST(poll_and_read_are_interrupted)
{
    static const char *const calls[] = {"poll", "read"};

    fault_order(calls[_i], 1, EINTR);
    loop_run(script_two_lines);
    ck_assert(fault_cancel());
}
END_TEST

static void script_read_error(void)
{
    int peer = tcp_connect(loop.port);

    fault_order("read", 1, EIO);
    loop_send(peer, "hello\n");
    ck_assert(tcp_ended(peer));
    ck_assert(fault_cancel());
    loop_peer();
}

START_TEST(reading_from_one_peer_fails)
{
    loop_run(script_read_error);
}
END_TEST

TEST_SUITE(inbox_faults, 60, loop_setup, loop_teardown)
{
    if (!faults_possible("inbox_faults"))
        return;
    tcase_add_tests(tcase, listening_fails, accepting_fails,
                    peer_that_would_block, poll_fails,
                    reading_from_one_peer_fails);
    tcase_add_loop_test(tcase, poll_and_read_are_interrupted, 0, 2);
}
