/* SPDX-License-Identifier: MIT */
/* The receiver's loop: its port, the lines of its peers, and how it ends. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/show.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/loop.h"

static int a_peer; /* which a test shares with a script or a handler */
static int lines_shown;

/* --- Listening ------------------------------------------------------------ */

/* test_net.c has the other reasons why listening fails. */
START_TEST(port_in_use)
{
    struct kit_inbox *other = loop.inbox;
    uint16_t bound = 1;

    ck_assert_int_eq(kit_inbox_listen(&other, &bound, "127.0.0.1", loop.port),
                     -1);
    ck_assert_ptr_null(other);
    ck_assert_uint_eq(bound, 0);
    captured_one_line("is in use");
}
END_TEST

static void script_connect(void)
{
    a_peer = loop_peer();
}

/* After we have closed a connection, we can listen on its port immediately. */
START_TEST(port_is_free_again)
{
    loop_run(script_connect);
    kit_inbox_close(loop.inbox);
    ck_assert(!tcp_was_reset(a_peer));
    close(a_peer);
    loop_listen("127.0.0.1", loop.port);
}
END_TEST

static void script_nothing(void)
{
}

START_TEST(ready_line)
{
    char want[64];

    if (_i == 1 && !tcp_has_ipv6())
        return;
    if (_i == 1) {
        kit_inbox_close(loop.inbox);
        loop_listen("::1", 0);
    }
    snprintf(want, sizeof want, "listening on %s:%u\n",
             _i == 0 ? "127.0.0.1" : "[::1]", (unsigned)loop.port);
    loop_run(script_nothing);
    ck_assert_str_eq(captured(), want);
}
END_TEST

/* --- Lines ---------------------------------------------------------------- */

static void script_lines(void)
{
    int peer = tcp_connect(loop.port);

    loop_send(peer, "one\n\nthree\n");
    loop_expect("one||three|");
    close(peer);
}

/* After the signal the loop can run again. */
START_TEST(serves_again)
{
    loop_run(script_lines);
    loop_run(script_lines);
}
END_TEST

/* Lines in pieces from two peers; a third is silent all the time. */
static void script_pieces(void)
{
    int silent = tcp_connect(loop.port), a = loop_peer(), b = loop_peer();

    loop_send(a, "fir");
    loop_send(b, "sec");
    loop_send(b, "ond\n");
    loop_expect("second|");
    loop_send(a, "st\n");
    loop_expect("first|");
    ck_assert(!tcp_waits(silent));
    ck_assert(!tcp_waits(a));
}

static const struct {
    void (*script)(void);
    const char *refused; /* what is printed; NULL: not checked */
} scripts[] = {
    {script_lines, ""},
    {script_pieces, NULL},
};

START_TEST(lines_of_peers)
{
    loop_run_expect(scripts[_i].script, scripts[_i].refused);
}
END_TEST

/* --- The end -------------------------------------------------------------- */

static void script_last_line(void)
{
    loop_send(loop_peer(), "last line\n");
}

/* Lines that came before a signal are handled before the loop ends. */
START_TEST(signal_loses_no_line)
{
    loop_run(script_last_line);
    loop_expect("last line|");
}
END_TEST

static int on_line_and_signal(void *context, const char *peer_ip,
                              const char *line, size_t len)
{
    if (memcmp(line, "first", 5) == 0) {
        loop_send(a_peer, "late\n");
        kill(getpid(), SIGTERM);
    }
    return loop_line(context, peer_ip, line, len);
}

/* The same if line and signal come while another line is being handled. */
START_TEST(signal_loses_no_late_line)
{
    a_peer = tcp_connect(loop.port);
    loop_send(a_peer, "first\n");
    ck_assert_int_eq(loop_serve(on_line_and_signal, LOOP_LIMIT), 0);
    loop_expect("first|late|");
}
END_TEST

static void on_signal(int number)
{
}

/* Both signals end the loop, which then restores their old handlers. */
START_TEST(signals)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    struct sigaction after;

    loop.end_signal = numbers[_i];
    for (int i = 0; i < 2; i++)
        signal(numbers[i], on_signal);
    loop_run(script_nothing);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(sigaction(numbers[i], NULL, &after), 0);
        ck_assert(after.sa_handler == on_signal);
    }
}
END_TEST

START_TEST(time_is_up)
{
    int64_t since = kit_ticks();

    ck_assert_int_eq(loop_serve(loop_line, 1), 1);
    ck_assert_int_ge(kit_ticks() - since, 1000);
}
END_TEST

static int on_line_show(void *context, const char *peer_ip, const char *line,
                        size_t len)
{
    lines_shown++;
    kit_show_message("alice", line, len);
    return 0;
}

/* If a line cannot be shown, the loop ends, and the sender gets a reset. */
START_TEST(no_output)
{
    int ends[2], peer = tcp_connect(loop.port);

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    loop_send(peer, "one\ntwo\n");
    ck_assert_int_eq(loop_serve(on_line_show, LOOP_LIMIT), -1);
    ck_assert_int_eq(lines_shown, 1);
    ck_assert_int_eq(captured_lines(), 2);
    ck_assert(tcp_was_reset(peer));
}
END_TEST

/* A peer whose bytes were not read gets a reset: they were not processed. */
START_TEST(unread_bytes_at_the_end)
{
    int peer = tcp_connect(loop.port), quiet = tcp_connect(loop.port);

    loop_send(peer, "too late\n");
    kit_inbox_accept(loop.inbox);
    kit_inbox_accept(loop.inbox);
    ck_assert(tcp_waits_within(loop.inbox->peer[0].fd, LOOP_LIMIT * 1000));
    kit_inbox_close(loop.inbox);
    loop.inbox = NULL;
    ck_assert(tcp_was_reset(peer));
    ck_assert(!tcp_was_reset(quiet));
}
END_TEST

TEST_SUITE(inbox, 60, loop_setup, loop_teardown)
{
    tcase_add_tests(tcase, port_in_use, port_is_free_again, serves_again,
                    signal_loses_no_line, signal_loses_no_late_line, time_is_up,
                    no_output, unread_bytes_at_the_end);
    tcase_add_loop_test(tcase, ready_line, 0, 2);
    tcase_add_loop_test(tcase, signals, 0, 2);
    tcase_add_rows(tcase, lines_of_peers, scripts);
}
