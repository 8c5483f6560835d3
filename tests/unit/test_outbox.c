/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection: whole lines, in order, and at its end a message
 * about lines that may be lost. The test is the receiver. It replaces send, so
 * that sending can fail as planned.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/outbox.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

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
static int closes_first = -1;   /* a peer that closes just before a send */

/* Waits until the peer's FIN or RST has arrived at FD. */
static void wait_for_end(int fd)
{
    ck_assert(tcp_waits_within(fd, stopwatch_patience()));
}

/* Replaces the system's send in this program. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    size_t most = len;

    sends++;
    if (closes_first >= 0) {
        close(closes_first);
        closes_first = -1;
        wait_for_end(fd);
    }
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
    outbox = (struct kit_outbox){.fd = -1};
    listener = tcp_listen(&port);
}

/* Opens the outbox; returns the receiver's end of the connection. */
static int open_outbox(void)
{
    ck_assert_int_eq(kit_outbox_open(&outbox, "127.0.0.1", port), 0);
    return tcp_accept(listener);
}

/* Puts LEN bytes of TEXT into the outbox. Returns the result. */
static int try_put(const char *text, size_t len)
{
    static struct kit_line line;

    memcpy(line.bytes, text, len < sizeof line.bytes ? len : 0);
    line.len = len;
    return kit_outbox_line(&outbox, &line);
}

static void put(const char *line)
{
    ck_assert_int_eq(try_put(line, strlen(line)), 0);
}

static void flush(void)
{
    ck_assert_int_eq(kit_outbox_flush(&outbox), 0);
}

/* Exactly WANT must come next over PEER. */
static void expect(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, strlen(want) + 1);
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

/* A receiver in another thread, from now on to the end of the connection. */
struct receiver {
    pthread_t thread;
    int fd;
    void (*end)(int fd); /* what it does after the last line */
    char got[256];
    volatile bool has_ended;
};

static void end_with_fin(int fd)
{
    close(fd);
}

static void *receive(void *context)
{
    struct receiver *receiver = context;

    tcp_read(receiver->fd, receiver->got, sizeof receiver->got);
    receiver->has_ended = true;
    receiver->end(receiver->fd);
    return NULL;
}

/*
 * Closes the outbox, whose lines PEER receives: exactly WANT, until it calls
 * END. Returns the result.
 */
static int close_outbox(int peer, const char *want, void (*end)(int fd))
{
    struct receiver receiver = {.fd = peer, .end = end};
    int rc;

    receiver.thread = thread_begin(receive, &receiver);
    rc = kit_outbox_close(&outbox);
    /* It has waited. */
    ck_assert(receiver.has_ended);
    ck_assert_int_eq(pthread_join(receiver.thread, NULL), 0);
    ck_assert_str_eq(receiver.got, want);
    ck_assert_int_eq(outbox.fd, -1);
    return rc;
}

START_TEST(lines_arrive_in_order)
{
    int peer = open_outbox();

    put("one");
    put("two");
    flush();
    expect(peer, "one\ntwo\n");
    put("three");
    ck_assert_int_eq(close_outbox(peer, "three\n", end_with_fin), 0);
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
    int peer = open_outbox();

    if (!wrong_lines[_i].open)
        ck_assert_int_eq(close_outbox(peer, "", end_with_fin), 0);
    ck_assert_int_eq(try_put(text, wrong_lines[_i].len), -1);
    captured_one_line(wrong_lines[_i].reason);
    if (wrong_lines[_i].open)
        put_flush_expect(peer, "short");
    ck_assert_uint_eq(outbox.len, 0);
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

/* test_net.c has more invalid addresses. */
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
    for (int i = 0; i < 2; i++) {
        ck_assert(!kit_outbox_is_open(&outbox));
        ck_assert_int_eq(kit_outbox_flush(&outbox), 0);
        ck_assert_int_eq(kit_outbox_close(&outbox), 0);
    }
    ck_assert_int_eq(read(STDIN_FILENO, &byte, 1), 1);
}
END_TEST

/* --- The end of a connection ---------------------------------------------- */

enum end { FIN, RST };
enum notice { BY_LOOKING, BY_FLUSHING, BY_CLOSING, NOTICES };

/* Notices the end in this way. Returns whether OUTBOX has lost something. */
static bool notice(enum notice how)
{
    if (how == BY_LOOKING)
        ck_assert(!kit_outbox_is_open(&outbox));
    if (how == BY_FLUSHING && outbox.len > 0)
        ck_assert_int_eq(kit_outbox_flush(&outbox), -1);
    return kit_outbox_close(&outbox) != 0;
}

/*
 * A receiver has read GOT lines, and BUFFERED more are still in the outbox when
 * it ends the connection. PRINTED names those that may be lost.
 */
static const struct {
    int got, buffered;
    enum end end;
    const char *printed; /* a part of it; NULL: nothing */
} endings[] = {
    {0, 0, FIN, NULL},
    {0, 0, RST, NULL},
    {2, 0, FIN, NULL},
    {1, 0, RST, "refused a text or was stopped: text 1 of this chat"},
    {3, 0, RST, "refused a text or was stopped: texts 1 to 3 of this chat"},
    {0, 1, FIN, "closed the connection: text 1 of this chat"},
    {2, 1, FIN, "closed the connection: text 3 of this chat"},
    {2, 2, FIN, "closed the connection: texts 3 to 4 of this chat"},
    {1, 1, RST, "texts 1 to 2 of this chat"},
};

START_TEST(connection_ends)
{
    int row = _i / NOTICES, peer = open_outbox();
    const char *printed = endings[row].printed;

    for (int i = 0; i < endings[row].got; i++)
        put_flush_expect(peer, "one");
    for (int i = 0; i < endings[row].buffered; i++)
        put("two");
    ck_assert(kit_outbox_is_open(&outbox));
    if (endings[row].end == FIN)
        close(peer);
    else
        tcp_reset(peer);
    wait_for_end(outbox.fd);
    ck_assert_int_eq(notice(_i % NOTICES), printed != NULL);
    ck_assert_int_eq(outbox.fd, -1);
    if (printed == NULL)
        ck_assert_str_eq(captured(), "");
    else
        captured_one_line(printed);
    /* It does not connect again. */
    ck_assert(!tcp_waits(listener));
}
END_TEST

/* A line that crosses the FIN of the receiver was not processed. */
START_TEST(line_after_the_fin)
{
    int peer = open_outbox();

    put_flush_expect(peer, "one");
    closes_first = peer;
    put("two");
    flush();
    ck_assert(notice(_i));
    captured_one_line("texts 1 to 2 of this chat");
}
END_TEST

/* The receiver refuses the last line, when everything was sent. */
START_TEST(reset_at_the_end)
{
    int peer = open_outbox();

    put("one");
    ck_assert_int_eq(close_outbox(peer, "one\n", tcp_reset), -1);
    captured_one_line("text 1 of this chat may not have been shown");
}
END_TEST

/* A later connection that succeeds does not make up for lost lines. */
START_TEST(loss_is_remembered)
{
    int peer = open_outbox();

    put_flush_expect(peer, "one");
    tcp_reset(peer);
    wait_for_end(outbox.fd);
    ck_assert(!kit_outbox_is_open(&outbox));
    captured_one_line("text 1");
    for (int i = 0; i < 2; i++) {
        peer = open_outbox();
        put_flush_expect(peer, "two");
        ck_assert_int_eq(close_outbox(peer, "", end_with_fin), i == 0 ? -1 : 0);
    }
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* The lines of each connection are counted from 1. */
START_TEST(numbers_of_each_connection)
{
    for (int i = 0; i < 2; i++) {
        int peer = open_outbox();

        put_flush_expect(peer, "one");
        put_flush_expect(peer, "two");
        tcp_reset(peer);
        wait_for_end(outbox.fd);
        ck_assert(!kit_outbox_is_open(&outbox));
    }
    ck_assert_int_eq(captured_lines(), 2);
    ck_assert_ptr_nonnull(
        strstr(strchr(captured(), '\n'), "texts 1 to 2 of this chat"));
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
    ck_assert(kit_outbox_is_open(&outbox));
    put_flush_expect(peer, "two");
    ck_assert_int_eq(close_outbox(peer, "", end_with_fin), 0);
    ck_assert(!tcp_waits(listener));
}
END_TEST

/* --- Sends that fail ------------------------------------------------------ */

/* What the sends of four lines do, and what arrives. */
static const struct {
    struct step steps[8];
    const char *arrived;
    const char *printed; /* a part of it; NULL: all was sent */
} networks[] = {
    {{{1, 0}, {2, 0}, {0, EINTR}, {3, 0}, {0, EAGAIN}, {1, 0}},
     "one\ntwo\nthree\nfour\n",
     NULL},
    {{{0, EPIPE}}, "", "refused a text or was stopped: texts 1 to 4"},
    {{{5, 0}, {0, EPIPE}}, "one\nt", "texts 1 to 4"},
    {{{8, 0}, {0, ECONNRESET}}, "one\ntwo\n", "texts 1 to 4"},
    {{{8, 0}, {0, EHOSTUNREACH}}, "one\ntwo\n", "the connection has failed ("},
};

START_TEST(sends_fail)
{
    const char *arrived = networks[_i].arrived;
    const char *printed = networks[_i].printed;
    int peer = open_outbox();

    plan = networks[_i].steps;
    put("one");
    put("two");
    put("three");
    put("four");
    ck_assert_int_eq(kit_outbox_flush(&outbox), printed == NULL ? 0 : -1);
    ck_assert(plan->at_most == 0 && plan->error == 0);
    ck_assert((outbox.fd >= 0) == (printed == NULL));
    if (printed == NULL) {
        ck_assert_int_eq(close_outbox(peer, arrived, end_with_fin), 0);
        ck_assert_str_eq(captured(), "");
        return;
    }
    expect(peer, arrived);
    ck_assert(tcp_ended(peer));
    captured_one_line(printed);
    ck_assert_int_eq(kit_outbox_close(&outbox), -1);
    ck_assert(!outbox.stalled && !tcp_waits(listener));
}
END_TEST

/* If a full buffer cannot be sent, the next line is rejected. */
START_TEST(full_buffer_is_lost)
{
    static const struct step broken[] = {{0, EPIPE}, {0, 0}};
    static char line[KIT_LINE_MAX];

    open_outbox();
    memset(line, 'x', KIT_LINE_MAX - 1);
    for (int i = 0; i < 4; i++)
        put(line);
    plan = broken;
    ck_assert_int_eq(try_put("more", 4), -1);
    captured_one_line("texts 1 to 4");
    ck_assert_int_eq(outbox.fd, -1);
    ck_assert_int_eq(try_put("more", 4), -1);
}
END_TEST

/* --- Other calls that fail ------------------------------------------------ */

static int open_once(void)
{
    int before = captured_lines(), lowest = fault_lowest();
    int rc = kit_outbox_open(&outbox, "127.0.0.1", port);

    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    ck_assert((outbox.fd < 0) == (rc != 0));
    /* Connections of earlier calls that failed may wait, too. */
    while (tcp_waits(listener))
        close(tcp_accept(listener));
    if (rc == 0)
        wait_for_end(outbox.fd);
    ck_assert_int_eq(kit_outbox_close(&outbox), 0);
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
    ck_assert(fault_cancel() && outbox.stalled);
    captured_one_line("(is it stopped?): text 1 of this chat");
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

START_TEST(checking_the_connection_fails)
{
    int peer = open_outbox();

    put("hello");
    fault_order("recv", 1, EIO);
    ck_assert_int_eq(kit_outbox_flush(&outbox), -1);
    ck_assert(fault_cancel() && tcp_ended(peer));
    captured_one_line("text 1 of this chat");
}
END_TEST

/* Waiting for the receiver to close is interrupted, and goes on. */
START_TEST(interrupted_while_closing)
{
    int peer = open_outbox();

    put("one");
    fault_order("poll", 1, EINTR);
    ck_assert_int_eq(close_outbox(peer, "one\n", end_with_fin), 0);
    ck_assert(fault_cancel());
}
END_TEST

/* It never closes. The second look at the clock is past the time limit. */
START_TEST(receiver_does_not_close)
{
    int peer = open_outbox();

    if (_i == 1)
        put("one");
    fault_order("kit_ticks", 2, 0);
    ck_assert_int_eq(kit_outbox_close(&outbox), _i == 1 ? -1 : 0);
    ck_assert(fault_cancel());
    ck_assert_int_eq(outbox.fd, -1);
    if (_i == 1)
        captured_one_line(
            "did not close the connection in time: text 1 of this chat");
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

/* Its bytes do not extend the time limit. */
START_TEST(receiver_sends_without_end)
{
    int peer = open_outbox();
    pthread_t thread;

    put_flush_expect(peer, "one");
    thread = thread_begin(send_without_end, &peer);
    ck_assert(kit_outbox_is_open(&outbox));
    fault_order("kit_ticks", 20, 0);
    ck_assert_int_eq(kit_outbox_close(&outbox), -1);
    ck_assert(fault_cancel());
    captured_one_line("text 1 of this chat");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

TEST_SUITE(outbox, 60, setup, NULL)
{
    tcase_add_tests(tcase, lines_arrive_in_order, one_send_for_all_lines,
                    full_buffer_is_flushed, receiver_does_not_listen,
                    invalid_address, closed_twice, reset_at_the_end,
                    loss_is_remembered, numbers_of_each_connection,
                    sigpipe_is_ignored, full_buffer_is_lost);
    tcase_add_rows(tcase, wrong_line, wrong_lines);
    tcase_add_loop_test(tcase, connection_ends, 0,
                        NOTICES * (int)COUNT(endings));
    tcase_add_loop_test(tcase, line_after_the_fin, 0, NOTICES);
    tcase_add_loop_test(tcase, received_bytes_are_ignored, 0, 2);
    tcase_add_rows(tcase, sends_fail, networks);
    if (faults_possible("outbox")) {
        tcase_add_tests(tcase, connecting_fails, receiver_does_not_read,
                        checking_the_connection_fails,
                        interrupted_while_closing, receiver_sends_without_end);
        tcase_add_loop_test(tcase, interrupted_while_sending, 0, 2);
        tcase_add_loop_test(tcase, receiver_does_not_close, 0, 2);
    }
}
