/* SPDX-License-Identifier: MIT */
/*
 * Sender and receiver when the system fails them: they say so once, keep no
 * descriptor, and whoever can go on goes on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/input.h"
#include "lib/say.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/inbox_script.h"
#include "tests/unit/outbox_peer.h"

/* --- The receiver's door ---------------------------------------------------*/

static int listen_once(void)
{
    struct kit_inbox *peers = inbox_script.inbox;
    int before = captured_lines(), free_before = fault_lowest();
    uint16_t port = 1;
    int rc = kit_inbox_listen(&peers, &port, "127.0.0.1", 0);

    ck_assert((peers == NULL) == (rc != 0) && (port == 0) == (rc != 0));
    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    kit_inbox_close(peers);
    ck_assert_int_eq(fault_lowest(), free_before);
    return rc;
}

START_TEST(no_listening)
{
    ck_assert_int_ge(fault_each("calloc socket bind listen fcntl "
                                "getsockname pipe",
                                listen_once, true),
                     9);
}
END_TEST

START_TEST(port_of_the_system)
{
    fault_order("bind", 1, EACCES);
    ck_assert_int_eq(listen_once(), -1);
    ck_assert(fault_cancel() && captured_has("from 1024 up"));
}
END_TEST

/* Without descriptors, and nobody to send away, the door rests a while. */
START_TEST(no_descriptor_for_a_peer)
{
    static const struct {
        int why;
        bool rests;
    } whys[] = {{EMFILE, true},
                {ENFILE, true},
                {ENOBUFS, true},
                {ENOMEM, true},
                {ECONNABORTED, false}};

    for (size_t i = 0; i < sizeof whys / sizeof whys[0]; i++) {
        inbox_script.inbox->accept_after = 0;
        fault_order("accept", 1, whys[i].why);
        kit_inbox_accept(inbox_script.inbox);
        ck_assert(fault_cancel());
        ck_assert((inbox_script.inbox->accept_after != 0) == whys[i].rests);
    }
}
END_TEST

/* A connection that would block is none. */
START_TEST(peer_that_would_block)
{
    int peer = tcp_connect(inbox_script.port), free_before = fault_lowest();

    fault_order("fcntl", 1, EIO);
    kit_inbox_accept(inbox_script.inbox);
    ck_assert(fault_cancel() && tcp_ended(peer));
    ck_assert_int_eq(fault_lowest(), free_before);
    close(peer);
}
END_TEST

/* --- The receiver's loop ---------------------------------------------------*/

START_TEST(poll_fails)
{
    fault_order("poll", 1, EIO);
    ck_assert_int_eq(kit_inbox_serve(inbox_script.inbox, inbox_script_on_line,
                                     &inbox_script, 60),
                     -1);
    ck_assert(fault_cancel() && captured_has("cannot wait"));
}
END_TEST

static void script_talk(void)
{
    int peer = inbox_script_peer();

    inbox_script_say(peer, "again\n");
    inbox_script_expect("127.0.0.1: again|");
    close(peer);
}

/* A signal of somebody else's in between is no reason to stop. */
START_TEST(poll_and_read_are_interrupted)
{
    static const char *const calls[] = {"poll", "read"};

    fault_order(calls[_i], 1, EINTR);
    inbox_script_run(script_talk);
    ck_assert(fault_cancel());
}
END_TEST

static void script_broken(void)
{
    int peer = tcp_connect(inbox_script.port), another;

    fault_order("read", 1, EIO);
    inbox_script_say(peer, "hello\n");
    ck_assert(tcp_ended(peer));
    ck_assert(fault_cancel());
    close(peer);
    another = inbox_script_peer();
    close(another);
}

START_TEST(one_peer_breaks)
{
    inbox_script_run(script_broken);
}
END_TEST

/* --- The sender's link -----------------------------------------------------*/

static int call_once(void)
{
    int before = captured_lines(), free_before = fault_lowest();
    int rc = kit_outbox_open(&outbox_peer.link, "127.0.0.1", outbox_peer.port);

    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    ck_assert((outbox_peer.link.fd < 0) == (rc != 0));
    ck_assert_int_eq(kit_outbox_close(&outbox_peer.link), 0);
    ck_assert_int_eq(fault_lowest(), free_before);
    return rc;
}

START_TEST(no_call)
{
    ck_assert_int_ge(fault_each("socket fcntl connect getsockopt "
                                "poll",
                                call_once, true),
                     4);
}
END_TEST

static const struct outbox_peer_step full[] = {{0, EAGAIN}, {0, 0}};

/* Time goes by, and the receiver takes nothing. */
START_TEST(receiver_is_stopped)
{
    int peer = outbox_peer_open();

    outbox_peer.plan = full;
    outbox_peer_put("hello");
    fault_order("kit_ticks", 2, 0);
    ck_assert_int_eq(kit_outbox_flush(&outbox_peer.link), -1);
    ck_assert(fault_cancel() && captured_has("is it stopped?"));
    close(peer);
}
END_TEST

/* Looking whether he is there, or waiting for room, may be interrupted. */
START_TEST(interrupted_while_sending)
{
    static const char *const calls[] = {"recv", "poll"};
    int peer = outbox_peer_open();

    outbox_peer.plan = full;
    outbox_peer_put("hello");
    fault_order(calls[_i], 1, EINTR);
    outbox_peer_flush();
    ck_assert(fault_cancel());
    outbox_peer_hears(peer, "hello\n");
    ck_assert(!tcp_waits(outbox_peer.listener));
    close(peer);
}
END_TEST

/* A connection that is in doubt is made again; nothing is lost with it. */
START_TEST(connection_in_doubt)
{
    int peer = outbox_peer_open(), again;

    outbox_peer_put("hello");
    fault_order("recv", 1, EIO);
    outbox_peer_flush();
    ck_assert(fault_cancel());
    again = tcp_accept(outbox_peer.listener);
    outbox_peer_hears(again, "hello\n");
    ck_assert(tcp_ended(peer));
    close(peer);
    close(again);
}
END_TEST

/* --- Reading and saying ----------------------------------------------------*/

START_TEST(input_is_interrupted)
{
    static struct kit_input input;
    const char *text;
    size_t len;

    feed("hello\n", 6);
    fault_order("read", 1, EINTR);
    ck_assert_int_eq(kit_input_text(&text, &len, &input), 1);
    ck_assert(fault_cancel() && len == 5);
}
END_TEST

START_TEST(saying_is_interrupted)
{
    capture(STDERR_FILENO);
    fault_order("write", 1, EINTR);
    kit_error("said after all");
    ck_assert(fault_cancel() && captured_has("said after all"));
    fault_order("write", 1, EIO);
    kit_error("nobody is there");
    ck_assert(fault_cancel() && captured_lines() == 1);
}
END_TEST

TEST_SUITE(net_faults)
{
    Suite *suite = suite_create("net_faults");
    TCase *receiver = suite_add_case(suite, "receiver");
    TCase *sender = suite_add_case(suite, "sender");
    TCase *words = suite_add_case(suite, "words");

    if (!FAULTS_POSSIBLE) {
        printf("net_faults: skipped, this linker has no --wrap\n");
        return suite;
    }
    tcase_add_checked_fixture(receiver, inbox_script_begin, inbox_script_end);
    tcase_add_tests(receiver, no_listening, port_of_the_system,
                    no_descriptor_for_a_peer, peer_that_would_block,
                    poll_fails);
    tcase_add_loop_test(receiver, poll_and_read_are_interrupted, 0, 2);
    tcase_add_test(receiver, one_peer_breaks);
    tcase_add_checked_fixture(sender, outbox_peer_begin, NULL);
    tcase_add_tests(sender, no_call, receiver_is_stopped);
    tcase_add_loop_test(sender, interrupted_while_sending, 0, 2);
    tcase_add_test(sender, connection_in_doubt);
    tcase_add_tests(words, input_is_interrupted, saying_is_interrupted);
    return suite;
}
