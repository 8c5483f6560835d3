/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection: whole lines, in order, none twice, whatever the
 * network does. For what it does seldom, a send of our own stands before the
 * system's and plays a plan.
 */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/link.h"
#include "tests/unit/capture.h"
#include "tests/unit/tcp.h"

Suite *link_suite(void);

/* What the coming calls of send do: take so many bytes, or fail with why. */
struct step {
    size_t at_most;
    int why; /* 0: success */
};

static const struct step *plan; /* NULL: as the system does; ends with {0} */
static int sends;

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    size_t most = len;

    sends++;
    if (plan != NULL && (plan->at_most != 0 || plan->why != 0)) {
        const struct step *step = plan++;

        if (step->why != 0) {
            errno = step->why;
            return -1;
        }
        most = step->at_most < len ? step->at_most : len;
    }
    return sendto(fd, bytes, most, flags, NULL, 0);
}

static int listener;
static uint16_t port;
static struct kit_link to_bob; /* the link under test */

static void setup(void)
{
    capture(STDERR_FILENO);
    listener = tcp_listen(&port);
}

static int open_link(void)
{
    ck_assert_int_eq(kit_link_open(&to_bob, "127.0.0.1", port), 0);
    return tcp_accept(listener);
}

static void put(const char *line)
{
    ck_assert_int_eq(kit_link_line(&to_bob, line, strlen(line)), 0);
}

static void flush(void)
{
    ck_assert_int_eq(kit_link_flush(&to_bob), 0);
}

/* Exactly WANT is what comes next over PEER. */
static void expect(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

/* Exactly WANT and then the end. */
static void expect_last(int peer, const char *want)
{
    char got[256];

    tcp_read(peer, got, sizeof got);
    ck_assert_str_eq(got, want);
}

START_TEST(lines_arrive_in_order)
{
    int bob = open_link();

    put("one");
    put("");
    put("three");
    flush();
    expect(bob, "one\n\nthree\n");
    put("four");
    ck_assert_int_eq(kit_link_close(&to_bob), 0);
    expect_last(bob, "four\n");
    ck_assert_int_eq(to_bob.fd, -1);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* Lines that wait go out together: one send for all of them. */
START_TEST(one_send_for_all_that_waits)
{
    int bob = open_link();

    put("one");
    put("two");
    ck_assert_int_eq(sends, 0);
    ck_assert(!tcp_waits(bob));
    flush();
    ck_assert_int_eq(sends, 1);
    flush();
    ck_assert_int_eq(sends, 1);
}
END_TEST

START_TEST(full_buffer_flushes_itself)
{
    static char line[KIT_LINE_MAX], got[4 * KIT_LINE_MAX + 1];
    int bob = open_link();

    memset(line, 'x', sizeof line);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(kit_link_line(&to_bob, line, KIT_LINE_MAX - 1), 0);
    ck_assert_int_eq(sends, 0);
    put("more");
    ck_assert_int_ge(sends, 1);
    ck_assert_uint_eq(tcp_read(bob, got, sizeof got), 4 * KIT_LINE_MAX);
    flush();
    expect(bob, "more\n");
}
END_TEST

START_TEST(longest_line)
{
    static char line[KIT_LINE_MAX];
    int bob = open_link();

    memset(line, 'x', sizeof line);
    ck_assert_int_eq(kit_link_line(&to_bob, line, KIT_LINE_MAX), -1);
    ck_assert_int_eq(captured_lines(), 1);
    put("short");
    flush();
    expect(bob, "short\n");
}
END_TEST

/* --- Where there is nobody ------------------------------------------------ */

START_TEST(nobody_listens)
{
    char address[64];

    close(listener);
    snprintf(address, sizeof address, "127.0.0.1 port %u", (unsigned)port);
    ck_assert_int_eq(kit_link_open(&to_bob, "127.0.0.1", port), -1);
    ck_assert_int_eq(to_bob.fd, -1);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert(captured_has(address));
    ck_assert(captured_has("still running?"));
}
END_TEST

START_TEST(names_are_no_addresses)
{
    static const char *const names[] = {"localhost",  "127.1",      "",
                                        "127.0.0.1 ", "0x7f000001", NULL};

    ck_assert_int_eq(kit_link_open(&to_bob, names[_i], port), -1);
    ck_assert(!tcp_waits(listener));
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* Closing what never was open leaves descriptor 0 alone. */
START_TEST(closing_a_closed_link)
{
    feed("still here", 10);
    ck_assert_int_eq(kit_link_close(&to_bob), 0);
    ck_assert_int_eq(kit_link_close(&to_bob), 0);
    ck_assert(tcp_waits(STDIN_FILENO));
}
END_TEST

/* --- Receivers that go away ----------------------------------------------- */

/* One that has closed is noticed before a line is lost to it. */
START_TEST(closed_connection_is_reopened)
{
    int bob = open_link();

    put("one");
    flush();
    expect(bob, "one\n");
    if (_i == 0)
        close(bob);
    else
        tcp_reset(bob);
    put("two");
    flush();
    bob = tcp_accept(listener);
    expect(bob, "two\n");
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(receiver_that_stays_away)
{
    int bob = open_link();

    close(bob);
    close(listener);
    put("one");
    ck_assert_int_eq(kit_link_flush(&to_bob), -1);
    ck_assert_int_eq(captured_lines(), 1);
    /* Nothing is handed over, and it is not tried again. */
    ck_assert_int_eq(kit_link_close(&to_bob), -1);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* What failed to go out goes first when the receiver is back. */
START_TEST(line_waits_for_the_receiver)
{
    const struct step broken[] = {{0, EPIPE}, {0, EPIPE}, {0, 0}};
    int bob = open_link();

    plan = broken;
    put("one");
    ck_assert_int_eq(kit_link_flush(&to_bob), -1);
    ck_assert_int_eq(captured_lines(), 1);
    close(bob);
    close(tcp_accept(listener));
    put("two");
    flush();
    bob = tcp_accept(listener);
    expect(bob, "one\ntwo\n");
}
END_TEST

/* No signal ends the program, even where a send finds a broken pipe. */
START_TEST(broken_pipe_is_no_signal)
{
    int ends[2];

    ck_assert_int_eq(signal(SIGPIPE, SIG_DFL) == SIG_ERR, 0);
    open_link();
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], "x", 1), -1);
}
END_TEST

/* A receiver never sends. If one does, nothing comes of it. */
START_TEST(what_comes_is_ignored)
{
    static char much[3 * 16 * 1024];
    int bob = open_link();

    tcp_write(bob, much, _i == 0 ? 5 : sizeof much);
    put("one");
    flush();
    expect(bob, "one\n");
    put("two");
    flush();
    expect(bob, "two\n");
    ck_assert(!tcp_waits(listener));
}
END_TEST

/* --- Sends that go wrong, by plan ----------------------------------------- */

START_TEST(short_sends)
{
    const struct step bits[] = {{1, 0},      {2, 0}, {0, EINTR}, {3, 0},
                                {0, EAGAIN}, {1, 0}, {0, 0}};
    int bob = open_link();

    plan = bits;
    put("first line");
    put("second line");
    flush();
    expect(bob, "first line\nsecond line\n");
    ck_assert_int_eq(sends, 7);
    ck_assert(!tcp_waits(listener));
}
END_TEST

/*
 * "one" is handed over whole, "two" up to a point, then the connection
 * breaks: "two" goes first over the new one, and "one" does not go again.
 */
static const struct {
    size_t sent;
    const char *before, *after;
} breaks[] = {
    {3, "one", "one\ntwo\nthree\n"}, /* the newline is part of a line */
    {4, "one\n", "two\nthree\n"},       {5, "one\nt", "two\nthree\n"},
    {7, "one\ntwo", "two\nthree\n"},    {8, "one\ntwo\n", "three\n"},
    {13, "one\ntwo\nthree", "three\n"},
};
enum { BREAKS = sizeof breaks / sizeof breaks[0] };

START_TEST(break_in_the_middle)
{
    const struct step broken[] = {{breaks[_i].sent, 0}, {0, EPIPE}, {0, 0}};
    int bob = open_link(), again;

    plan = broken;
    put("one");
    put("two");
    put("three");
    flush();
    again = tcp_accept(listener);
    expect_last(bob, breaks[_i].before);
    ck_assert_int_eq(kit_link_close(&to_bob), 0);
    expect_last(again, breaks[_i].after);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* As long as every connection takes a line, there is one more. */
START_TEST(breaks_with_progress)
{
    const struct step broken[] = {{4, 0},     {0, ECONNRESET}, {4, 0},
                                  {0, EPIPE}, {0, EPIPE},      {0, 0}};
    int first = open_link(), second, third, fourth;

    plan = broken;
    put("one");
    put("two");
    put("three");
    flush();
    second = tcp_accept(listener);
    third = tcp_accept(listener);
    fourth = tcp_accept(listener);
    expect_last(first, "one\n");
    expect_last(second, "two\n");
    expect_last(third, "");
    ck_assert_int_eq(kit_link_close(&to_bob), 0);
    expect_last(fourth, "three\n");
}
END_TEST

/* Without progress there is one more try, and then an end. */
START_TEST(breaks_without_progress)
{
    const struct step broken[] = {
        {0, EPIPE}, {2, 0}, {0, EPIPE}, {0, EPIPE}, {0, 0}};

    open_link();
    plan = broken;
    put("one");
    ck_assert_int_eq(kit_link_flush(&to_bob), -1);
    ck_assert_int_eq(captured_lines(), 1);
    close(tcp_accept(listener));
    ck_assert(!tcp_waits(listener));
    ck_assert_int_eq(to_bob.fd, -1);
}
END_TEST

Suite *link_suite(void)
{
    Suite *suite = suite_create("link");
    TCase *tcase = tcase_create("link");

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, lines_arrive_in_order);
    tcase_add_test(tcase, one_send_for_all_that_waits);
    tcase_add_test(tcase, full_buffer_flushes_itself);
    tcase_add_test(tcase, longest_line);
    tcase_add_test(tcase, nobody_listens);
    tcase_add_loop_test(tcase, names_are_no_addresses, 0, 6);
    tcase_add_test(tcase, closing_a_closed_link);
    tcase_add_loop_test(tcase, closed_connection_is_reopened, 0, 2);
    tcase_add_test(tcase, receiver_that_stays_away);
    tcase_add_test(tcase, line_waits_for_the_receiver);
    tcase_add_test(tcase, broken_pipe_is_no_signal);
    tcase_add_loop_test(tcase, what_comes_is_ignored, 0, 2);
    tcase_add_test(tcase, short_sends);
    tcase_add_loop_test(tcase, break_in_the_middle, 0, BREAKS);
    tcase_add_test(tcase, breaks_with_progress);
    tcase_add_test(tcase, breaks_without_progress);
    suite_add_tcase(suite, tcase);
    return suite;
}
