/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection: whole lines, in order, each sent once, also to a
 * receiver that goes away and with a network that fails. The test is the
 * receiver. A function send of our own fails as the test plans.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/outbox.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

/* What one call of send does: sends at most so many bytes, or fails. */
struct step {
    size_t at_most;
    int error; /* 0: success */
};

static int listener;
static uint16_t port;
static struct kit_outbox outbox;
static const struct step *plan; /* ends with {0, 0}; NULL: no plan */
static int sends;               /* calls of send so far */

/* Replaces the system's send in this program. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    size_t most = len;

    sends++;
    if (plan != NULL && (plan->at_most != 0 || plan->error != 0)) {
        const struct step *step = plan++;

        if (step->error != 0) {
            errno = step->error;
            return -1;
        }
        most = step->at_most < len ? step->at_most : len;
    }
    return sendto(fd, bytes, most, flags, NULL, 0);
}

static void setup(void)
{
    capture_errors();
    listener = tcp_listen(&port);
}

/* Opens the outbox; returns the receiver's end of the connection. */
static int open_outbox(void)
{
    ck_assert_int_eq(kit_outbox_open(&outbox, "127.0.0.1", port), 0);
    return tcp_accept(listener);
}

static void put(const char *line)
{
    ck_assert_int_eq(kit_outbox_line(&outbox, line, strlen(line)), 0);
}

static void flush(void)
{
    ck_assert_int_eq(kit_outbox_flush(&outbox), 0);
}

static void close_outbox(void)
{
    ck_assert_int_eq(kit_outbox_close(&outbox), 0);
}

/* Exactly WANT must come next over PEER. */
static void expect(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

/* Exactly WANT must come, and then the end. */
static void expect_last(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, sizeof got);
    ck_assert_str_eq(got, want);
}

static void put_flush_expect(int peer, const char *line)
{
    char want[64];

    put(line);
    flush();
    snprintf(want, sizeof want, "%s\n", line);
    expect(peer, want);
}

START_TEST(lines_arrive_in_order)
{
    int peer = open_outbox();

    put("one");
    put("");
    put("three");
    flush();
    expect(peer, "one\n\nthree\n");
    put("four");
    close_outbox();
    expect_last(peer, "four\n");
    ck_assert_int_eq(outbox.fd, -1);
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(one_send_for_all_lines)
{
    int peer = open_outbox();

    put("one");
    put("two");
    ck_assert_int_eq(sends, 0);
    ck_assert(!tcp_waits(peer));
    for (int i = 0; i < 2; i++) {
        flush();
        ck_assert_int_eq(sends, 1);
    }
}
END_TEST

START_TEST(full_buffer_is_flushed)
{
    static char line[KIT_LINE_MAX], got[4 * KIT_LINE_MAX + 1];
    int peer = open_outbox();

    memset(line, 'x', KIT_LINE_MAX - 1);
    for (int i = 0; i < 4; i++)
        put(line);
    ck_assert_int_eq(sends, 0);
    put("more");
    ck_assert_int_ge(sends, 1);
    ck_assert_uint_eq(tcp_read(peer, got, sizeof got), 4 * KIT_LINE_MAX);
    flush();
    expect(peer, "more\n");
}
END_TEST

START_TEST(too_long_a_line)
{
    static char line[KIT_LINE_MAX];
    int peer = open_outbox();

    memset(line, 'x', sizeof line);
    ck_assert_int_eq(kit_outbox_line(&outbox, line, KIT_LINE_MAX), -1);
    ck_assert_int_eq(captured_lines(), 1);
    put_flush_expect(peer, "short");
}
END_TEST

/* --- No receiver ---------------------------------------------------------- */

START_TEST(receiver_does_not_listen)
{
    char address[64];

    close(listener);
    snprintf(address, sizeof address, "127.0.0.1 port %u", (unsigned)port);
    ck_assert_int_eq(kit_outbox_open(&outbox, "127.0.0.1", port), -1);
    ck_assert_int_eq(outbox.fd, -1);
    captured_one_line(address);
    captured_one_line("still running");
}
END_TEST

/* What is not numeric. test_net.c has more of it. */
START_TEST(invalid_address)
{
    ck_assert_int_eq(kit_outbox_open(&outbox, "localhost", port), -1);
    ck_assert_int_eq(kit_outbox_open(&outbox, NULL, port), -1);
    ck_assert(!tcp_waits(listener));
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

/* Closing what was never open does not close descriptor 0. */
START_TEST(closed_twice)
{
    char byte;

    feed("still here", 10);
    close_outbox();
    close_outbox();
    ck_assert_int_eq(read(STDIN_FILENO, &byte, 1), 1);
}
END_TEST

/* --- Receivers that go away ----------------------------------------------- */

/* A closed connection is noticed before a line is lost. */
START_TEST(closed_connection_is_reopened)
{
    int peer = open_outbox();

    put_flush_expect(peer, "one");
    if (_i == 0)
        close(peer);
    else
        tcp_reset(peer);
    put("two");
    flush();
    expect(tcp_accept(listener), "two\n");
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(receiver_stays_away)
{
    close(open_outbox());
    close(listener);
    put("one");
    ck_assert_int_eq(kit_outbox_flush(&outbox), -1);
    /* Nothing was sent, and it does not try again. */
    ck_assert_int_eq(kit_outbox_close(&outbox), -1);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* A line that could not be sent is sent first when the receiver is back. */
START_TEST(line_waits_for_the_receiver)
{
    static const struct step steps[] = {{0, EPIPE}, {0, EPIPE}, {0, 0}};
    int peer = open_outbox();

    plan = steps;
    put("one");
    ck_assert_int_eq(kit_outbox_flush(&outbox), -1);
    ck_assert_int_eq(captured_lines(), 1);
    close(peer);
    close(tcp_accept(listener));
    put("two");
    flush();
    expect(tcp_accept(listener), "one\ntwo\n");
}
END_TEST

START_TEST(sigpipe_is_ignored)
{
    int ends[2];

    ck_assert_int_eq(signal(SIGPIPE, SIG_DFL) == SIG_ERR, 0);
    open_outbox();
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], "x", 1), -1);
}
END_TEST

/* A receiver never sends. If one does, it is ignored. */
START_TEST(received_bytes_are_ignored)
{
    static char bytes[3 * 16 * 1024];
    int peer = open_outbox();

    tcp_write(peer, bytes, _i == 0 ? 5 : sizeof bytes);
    put_flush_expect(peer, "one");
    put_flush_expect(peer, "two");
    ck_assert(!tcp_waits(listener));
}
END_TEST

/* --- Sends that fail ------------------------------------------------------ */

/*
 * What the sends of four lines do, and what arrives over each connection. The
 * first line of which not every byte was sent goes first over the next one.
 */
static const struct {
    struct step steps[8];
    const char *arrived[6];
} networks[] = {
    {{{1, 0}, {2, 0}, {0, EINTR}, {3, 0}, {0, EAGAIN}, {1, 0}},
     {"one\ntwo\nthree\nfour\n"}},
    {{{3, 0}, {0, EPIPE}}, /* the newline is part of a line */
     {"one", "one\ntwo\nthree\nfour\n"}},
    {{{4, 0}, {0, EPIPE}}, {"one\n", "two\nthree\nfour\n"}},
    {{{5, 0}, {0, EPIPE}}, {"one\nt", "two\nthree\nfour\n"}},
    {{{7, 0}, {0, EPIPE}}, {"one\ntwo", "two\nthree\nfour\n"}},
    {{{8, 0}, {0, EPIPE}}, {"one\ntwo\n", "three\nfour\n"}},
    {{{13, 0}, {0, EPIPE}}, {"one\ntwo\nthree", "three\nfour\n"}},
    /*
     * As long as lines are sent, it connects again. Over the third connection
     * nothing is sent, which is allowed once; the fourth sends one and breaks.
     */
    {{{4, 0},
      {0, ECONNRESET},
      {4, 0},
      {0, EPIPE},
      {0, EPIPE},
      {6, 0},
      {0, EPIPE}},
     {"one\n", "two\n", "", "three\n", "four\n"}},
};

START_TEST(sends_fail)
{
    const char *const *arrived = networks[_i].arrived;
    int peers[6] = {open_outbox()}, connections = 1;

    plan = networks[_i].steps;
    put("one");
    put("two");
    put("three");
    put("four");
    flush();
    ck_assert(plan->at_most == 0 && plan->error == 0);
    for (; arrived[connections] != NULL; connections++)
        peers[connections] = tcp_accept(listener);
    ck_assert(!tcp_waits(listener));
    close_outbox();
    for (int i = 0; i < connections; i++)
        expect_last(peers[i], arrived[i]);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* If no line is sent, it tries once more and then gives up. */
START_TEST(breaks_without_progress)
{
    static const struct step steps[] = {
        {0, EPIPE}, {2, 0}, {0, EPIPE}, {0, EPIPE}, {0, 0}};

    open_outbox();
    plan = steps;
    put("one");
    ck_assert_int_eq(kit_outbox_flush(&outbox), -1);
    ck_assert_int_eq(captured_lines(), 1);
    close(tcp_accept(listener));
    ck_assert(!tcp_waits(listener));
    ck_assert_int_eq(outbox.fd, -1);
}
END_TEST

/* --- Other calls that fail ------------------------------------------------ */

static int open_once(void)
{
    int before = captured_lines(), lowest = fault_lowest();
    int rc = kit_outbox_open(&outbox, "127.0.0.1", port);

    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    ck_assert((outbox.fd < 0) == (rc != 0));
    close_outbox();
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
static const struct step no_room[] = {{0, EAGAIN}, {0, 0}};

START_TEST(receiver_does_not_read)
{
    open_outbox();
    plan = no_room;
    put("hello");
    /* The second look at the clock fails: it is past the time limit. */
    fault_order("kit_ticks", 2, 0);
    ck_assert_int_eq(kit_outbox_flush(&outbox), -1);
    ck_assert(fault_cancel() && captured_has("is it stopped?"));
}
END_TEST

/* Checking the connection, or waiting for room, is interrupted. */
START_TEST(interrupted_while_sending)
{
    static const char *const calls[] = {"recv", "poll"};
    int peer = open_outbox();

    plan = no_room;
    fault_order(calls[_i], 1, EINTR);
    put_flush_expect(peer, "hello");
    ck_assert(fault_cancel());
    ck_assert(!tcp_waits(listener));
}
END_TEST

/* A connection that cannot be checked is replaced; nothing is lost. */
START_TEST(checking_the_connection_fails)
{
    int peer = open_outbox();

    put("hello");
    fault_order("recv", 1, EIO);
    flush();
    ck_assert(fault_cancel());
    expect(tcp_accept(listener), "hello\n");
    ck_assert(tcp_ended(peer));
}
END_TEST

TEST_SUITE(outbox)
{
    Suite *suite = suite_create("outbox");
    TCase *tcase = suite_add_case(suite, "outbox");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_tests(tcase, lines_arrive_in_order, one_send_for_all_lines,
                    full_buffer_is_flushed, too_long_a_line,
                    receiver_does_not_listen, invalid_address, closed_twice,
                    receiver_stays_away, line_waits_for_the_receiver,
                    sigpipe_is_ignored, breaks_without_progress);
    tcase_add_loop_test(tcase, closed_connection_is_reopened, 0, 2);
    tcase_add_loop_test(tcase, received_bytes_are_ignored, 0, 2);
    tcase_add_rows(tcase, sends_fail, networks);
    if (faults_possible("outbox")) {
        tcase_add_tests(tcase, connecting_fails, receiver_does_not_read,
                        checking_the_connection_fails);
        tcase_add_loop_test(tcase, interrupted_while_sending, 0, 2);
    }
    return suite;
}
