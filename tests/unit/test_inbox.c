/* SPDX-License-Identifier: MIT */
/* What peers say is handed on, and nobody disturbs the others. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/inbox_script.h"

/* --- Lines ---------------------------------------------------------------- */

static void script_lines(void)
{
    int peer = tcp_connect(inbox_script.port);

    inbox_script_say(peer, "one\n\nthree\n");
    inbox_script_expect("127.0.0.1: one|127.0.0.1: |127.0.0.1: three|");
    close(peer);
}

START_TEST(lines_are_handed_on)
{
    inbox_script_run(script_lines);
}
END_TEST

/* Lines in pieces, from two peers at once; a third is silent all the time. */
static void script_pieces(void)
{
    int silent = tcp_connect(inbox_script.port), a = inbox_script_peer(),
        b = inbox_script_peer();

    inbox_script_say(a, "fir");
    inbox_script_say(b, "sec");
    inbox_script_say(b, "ond\n");
    inbox_script_expect("127.0.0.1: second|");
    inbox_script_say(a, "st\n");
    inbox_script_expect("127.0.0.1: first|");
    ck_assert(!tcp_waits(silent));
    ck_assert(!tcp_waits(a));
}

START_TEST(pieces_of_two_peers)
{
    inbox_script_run(script_pieces);
}
END_TEST

/* Lines that came before a signal are handed on before the end. */
static void script_last_words(void)
{
    int peer = inbox_script_peer();

    inbox_script_say(peer, "last words\n");
}

START_TEST(signal_swallows_no_lines)
{
    inbox_script_run(script_last_words);
    inbox_script_expect("127.0.0.1: last words|");
}
END_TEST

/* The same, where line and signal come while another line is handed on. */
static int late; /* the peer who says it */

static int on_line_and_signal(void *context, const char *peer_ip,
                              const char *line, size_t len)
{
    if (memcmp(line, "first", 5) == 0) {
        inbox_script_say(late, "late\n");
        kill(getpid(), SIGTERM);
    }
    return inbox_script_on_line(context, peer_ip, line, len);
}

START_TEST(signal_swallows_no_late_line)
{
    late = tcp_connect(inbox_script.port);
    inbox_script_say(late, "first\n");
    ck_assert_int_eq(kit_inbox_serve(inbox_script.inbox, on_line_and_signal,
                                     &inbox_script, 60),
                     0);
    inbox_script_expect("127.0.0.1: first|127.0.0.1: late|");
}
END_TEST

/* --- Peers that are shown the door ---------------------------------------- */

static void script_bad(void)
{
    int bad = inbox_script_peer(), good = inbox_script_peer();

    inbox_script_say(bad, "bad\nbehind it\n");
    inbox_script_expect("127.0.0.1: bad|");
    ck_assert(tcp_ended(bad));
    inbox_script_say(good, "good\n");
    inbox_script_expect("127.0.0.1: good|");
}

START_TEST(refused_line_closes_its_connection_alone)
{
    inbox_script_run(script_bad);
    /* What was refused is the handler's to say. */
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

static void script_long(void)
{
    static char text[KIT_LINE_MAX], want[KIT_LINE_MAX + 32];
    static char got[KIT_LINE_MAX + 32];
    int good = inbox_script_peer(), bad = inbox_script_peer();

    memset(text, 'x', sizeof text);
    tcp_write(bad, text, KIT_LINE_MAX);
    ck_assert(tcp_ended(bad));

    /* The longest line is just one byte shorter. */
    tcp_write(good, text, KIT_LINE_MAX - 1);
    inbox_script_say(good, "\n");
    snprintf(want, sizeof want, "127.0.0.1: %.*s|", KIT_LINE_MAX - 1, text);
    tcp_read(inbox_script.handed[0], got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

START_TEST(too_long_a_line)
{
    inbox_script_run(script_long);
    ck_assert(captured_has("\nrefused: length\n"));
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

static void script_unfinished(void)
{
    int bad = inbox_script_peer(), good = inbox_script_peer();

    inbox_script_say(bad, "half a li");
    ck_assert_int_eq(shutdown(bad, SHUT_WR), 0);
    ck_assert(tcp_ended(bad));
    inbox_script_say(good, "good\n");
    inbox_script_expect("127.0.0.1: good|");
}

START_TEST(unfinished_line_is_dropped)
{
    inbox_script_run(script_unfinished);
    ck_assert(captured_has("\nrefused: unfinished\n"));
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

static void script_reset(void)
{
    int bad = inbox_script_peer(), good = inbox_script_peer();

    inbox_script_say(bad, "half a li");
    tcp_reset(bad);
    inbox_script_say(good, "good\n");
    inbox_script_expect("127.0.0.1: good|");
}

START_TEST(reset_does_not_disturb)
{
    inbox_script_run(script_reset);
}
END_TEST

/* --- Beginning and end ---------------------------------------------------- */

START_TEST(time_is_up)
{
    int64_t since = kit_ticks();

    ck_assert_int_eq(kit_inbox_serve(inbox_script.inbox, inbox_script_on_line,
                                     &inbox_script, 1),
                     1);
    ck_assert_int_ge(kit_ticks() - since, 1000);
}
END_TEST

static void script_nothing(void)
{
}

START_TEST(ready_line)
{
    char want[64];

    snprintf(want, sizeof want, "listening on 127.0.0.1:%u\n",
             (unsigned)inbox_script.port);
    inbox_script_run(script_nothing);
    ck_assert_str_eq(captured(), want);
}
END_TEST

START_TEST(ready_line_of_ipv6)
{
    char want[64];

    if (!tcp_has_ipv6())
        return;
    kit_inbox_close(inbox_script.inbox);
    ck_assert_int_eq(
        kit_inbox_listen(&inbox_script.inbox, &inbox_script.port, "::1", 0), 0);
    snprintf(want, sizeof want, "listening on [::1]:%u\n",
             (unsigned)inbox_script.port);
    inbox_script_run(script_nothing);
    ck_assert_str_eq(captured(), want);
}
END_TEST

static void on_signal(int number)
{
}

/* Both signals end it well, and are the program's own again afterwards. */
START_TEST(signals)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    struct sigaction after;

    inbox_script.signal = numbers[_i];
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    inbox_script_run(script_nothing);
    ck_assert_int_eq(sigaction(SIGINT, NULL, &after), 0);
    ck_assert(after.sa_handler == on_signal);
    ck_assert_int_eq(sigaction(SIGTERM, NULL, &after), 0);
    ck_assert(after.sa_handler == on_signal);
}
END_TEST

/* One that has ended can begin again; the old signal is forgotten. */
START_TEST(serves_again)
{
    inbox_script_run(script_lines);
    inbox_script_run(script_lines);
}
END_TEST

TEST_SUITE(inbox)
{
    Suite *suite = suite_create("inbox");
    TCase *tcase = suite_add_case(suite, "inbox");

    tcase_add_checked_fixture(tcase, inbox_script_begin, inbox_script_end);
    tcase_add_tests(tcase, lines_are_handed_on, pieces_of_two_peers,
                    signal_swallows_no_lines, signal_swallows_no_late_line,
                    refused_line_closes_its_connection_alone, too_long_a_line,
                    unfinished_line_is_dropped, reset_does_not_disturb,
                    time_is_up, ready_line, ready_line_of_ipv6);
    tcase_add_loop_test(tcase, signals, 0, 2);
    tcase_add_test(tcase, serves_again);
    return suite;
}
