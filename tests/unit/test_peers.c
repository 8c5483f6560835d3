/* SPDX-License-Identifier: MIT */
/*
 * The receiver's loop. It runs in the test itself; a thread plays the peers,
 * looks at what was handed on, and ends the loop with a signal.
 */
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/peers_internal.h"
#include "tests/unit/capture.h"
#include "tests/unit/tcp.h"

Suite *peers_suite(void);

enum { LIMIT = 60 }; /* seconds after which a test has failed */

static struct kit_peers *peers;
static uint16_t port;
static int last_signal = SIGTERM; /* what ends the loop */
static int handed[2]; /* a pipe: what was handed on, for the thread to read */

static void setup(void)
{
    capture(STDERR_FILENO);
    ck_assert_int_eq(pipe(handed), 0);
    ck_assert_int_eq(kit_peers_listen(&peers, &port, "127.0.0.1", 0), 0);
}

static void teardown(void)
{
    kit_peers_close(peers);
}

/* Writes to the pipe, which has room for all of a test. */
static void put(const char *bytes, size_t len)
{
    ck_assert_int_eq(write(handed[1], bytes, len), (ssize_t)len);
}

/* Hands a line on as "IP: LINE|". The line "bad" closes its connection. */
static int on_line(void *context, const char *peer_ip, const char *line,
                   size_t len)
{
    ck_assert_ptr_eq(context, &port);
    put(peer_ip, strlen(peer_ip));
    put(": ", 2);
    put(line, len);
    put("|", 1);
    return len == 3 && memcmp(line, "bad", 3) == 0 ? -1 : 0;
}

/* Exactly WANT, lines with "|" behind each, is handed on next. */
static void expect(const char *want)
{
    char got[512];

    tcp_read(handed[0], got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

static void say(int peer, const char *text)
{
    tcp_write(peer, text, strlen(text));
}

/* A peer that has said hello, so that it surely was taken in. */
static int new_peer(void)
{
    int peer = tcp_connect(port);

    say(peer, "hello\n");
    expect("127.0.0.1: hello|");
    return peer;
}

/* The clock has milliseconds: two peers shall not have been heard in one. */
static void next_tick(void)
{
    int64_t now = kit_ticks();

    while (kit_ticks() == now)
        ;
}

/* The loop has said that it listens: from now on signals are its own. */
static void wait_until_ready(void)
{
    while (!captured_has("listening on"))
        next_tick();
}

static void *run_script(void *context)
{
    void (**script)(void) = context;

    wait_until_ready();
    (*script)();
    kill(getpid(), last_signal);
    return NULL;
}

/* Serves while SCRIPT runs, and ends with it. */
static void serve(void (*script)(void))
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, run_script, &script), 0);
    ck_assert_int_eq(kit_peers_serve(peers, on_line, &port, LIMIT), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* --- Lines ---------------------------------------------------------------- */

static void script_lines(void)
{
    int peer = tcp_connect(port);

    say(peer, "one\n\nthree\n");
    expect("127.0.0.1: one|127.0.0.1: |127.0.0.1: three|");
    close(peer);
}

START_TEST(lines_are_handed_on)
{
    serve(script_lines);
}
END_TEST

/* Lines in pieces, from two peers at once; a third is silent all the time. */
static void script_pieces(void)
{
    int silent = tcp_connect(port), a = new_peer(), b = new_peer();

    say(a, "fir");
    say(b, "sec");
    say(b, "ond\n");
    expect("127.0.0.1: second|");
    say(a, "st\n");
    expect("127.0.0.1: first|");
    ck_assert(!tcp_waits(silent));
    ck_assert(!tcp_waits(a));
}

START_TEST(pieces_of_two_peers)
{
    serve(script_pieces);
}
END_TEST

/* Lines that came before a signal are handed on before the end. */
static void script_last_words(void)
{
    int peer = new_peer();

    say(peer, "last words\n");
}

START_TEST(signal_swallows_no_lines)
{
    serve(script_last_words);
    expect("127.0.0.1: last words|");
}
END_TEST

/* --- Peers that are shown the door ---------------------------------------- */

static void script_bad(void)
{
    int bad = new_peer(), good = new_peer();

    say(bad, "bad\nbehind it\n");
    expect("127.0.0.1: bad|");
    ck_assert(tcp_ended(bad));
    say(good, "good\n");
    expect("127.0.0.1: good|");
}

START_TEST(refused_line_closes_its_connection_alone)
{
    serve(script_bad);
    /* What was refused is the handler's to say. */
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

static void script_long(void)
{
    static char text[KIT_LINE_MAX], want[KIT_LINE_MAX + 32];
    static char got[KIT_LINE_MAX + 32];
    int good = new_peer(), bad = new_peer();

    memset(text, 'x', sizeof text);
    tcp_write(bad, text, KIT_LINE_MAX);
    ck_assert(tcp_ended(bad));

    /* The longest line is just one byte shorter. */
    tcp_write(good, text, KIT_LINE_MAX - 1);
    say(good, "\n");
    snprintf(want, sizeof want, "127.0.0.1: %.*s|", KIT_LINE_MAX - 1, text);
    tcp_read(handed[0], got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

START_TEST(too_long_a_line)
{
    serve(script_long);
    ck_assert(captured_has("\nrefused: length\n"));
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

static void script_unfinished(void)
{
    int bad = new_peer(), good = new_peer();

    say(bad, "half a li");
    if (shutdown(bad, SHUT_WR) == 0)
        ck_assert(tcp_ended(bad));
    say(good, "good\n");
    expect("127.0.0.1: good|");
}

START_TEST(unfinished_line_is_dropped)
{
    serve(script_unfinished);
    ck_assert(captured_has("\nrefused: unfinished\n"));
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

static void script_reset(void)
{
    int bad = new_peer(), good = new_peer();

    say(bad, "half a li");
    tcp_reset(bad);
    say(good, "good\n");
    expect("127.0.0.1: good|");
}

START_TEST(reset_does_not_disturb)
{
    serve(script_reset);
}
END_TEST

/* --- Silence, and a full house -------------------------------------------- */

static void script_silent(void)
{
    int64_t since = kit_ticks();
    int silent = tcp_connect(port);

    ck_assert(tcp_ended(silent));
    ck_assert_int_ge(kit_ticks() - since, 100);
}

START_TEST(silence_ends_a_connection)
{
    ck_assert_int_eq(peers->idle, 30000);
    peers->idle = 100;
    serve(script_silent);
}
END_TEST

/* Who says something, if only a byte, stays; the silent one leaves. */
static void script_alive(void)
{
    int alive = tcp_connect(port), silent = tcp_connect(port);

    while (!tcp_waits(silent)) {
        say(alive, "x");
        next_tick();
    }
    ck_assert(tcp_ended(silent));
    say(alive, "\nstill here\n");
}

START_TEST(a_byte_is_no_silence)
{
    char got[KIT_LINE_MAX * 2];

    peers->idle = 300;
    serve(script_alive);
    close(handed[1]);
    tcp_read(handed[0], got, sizeof got);
    ck_assert_ptr_nonnull(strstr(got, "still here|"));
}
END_TEST

static void script_full(void)
{
    int all[KIT_PEERS_MAX], one_more;

    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        all[i] = new_peer();
        next_tick();
    }
    /* The first speaks again: now the second is the one idle longest. */
    say(all[0], "again\n");
    expect("127.0.0.1: again|");
    one_more = new_peer();
    ck_assert(tcp_ended(all[1]));
    for (int i = 0; i < KIT_PEERS_MAX; i++) {
        if (i == 1)
            continue;
        say(all[i], "here\n");
        expect("127.0.0.1: here|");
    }
    say(one_more, "here\n");
    expect("127.0.0.1: here|");
}

START_TEST(idlest_makes_room)
{
    serve(script_full);
}
END_TEST

/* --- No descriptors ------------------------------------------------------- */

/* From now on this process can open MORE descriptors and no others. */
static void limit_descriptors(rlim_t more)
{
    int next;
    struct rlimit limit;

    /* poll takes no longer lists than there may be descriptors. */
    do
        next = dup(0);
    while (next < 2 * KIT_PEERS_MAX);
    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = (rlim_t)next + more;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void script_five(void)
{
    expect("127.0.0.1: me|127.0.0.1: me|127.0.0.1: me|127.0.0.1: me|"
           "127.0.0.1: me|");
}

/* Five peers wait where there is room for two: all get their turn. */
START_TEST(no_descriptor_for_one_more)
{
    for (int i = 0; i < 5; i++)
        say(tcp_connect(port), "me\n");
    limit_descriptors(2);
    serve(script_five);
}
END_TEST

/* Nobody can leave, nobody can come in: then the loop rests, and idles. */
START_TEST(no_descriptor_at_all)
{
    clock_t before;

    tcp_connect(port);
    limit_descriptors(0);
    before = clock();
    ck_assert_int_eq(kit_peers_serve(peers, on_line, &port, 1), 1);
    ck_assert_int_lt((clock() - before) * 1000 / CLOCKS_PER_SEC, 300);
}
END_TEST

/* --- Beginning and end ---------------------------------------------------- */

START_TEST(time_is_up)
{
    int64_t since = kit_ticks();

    ck_assert_int_eq(kit_peers_serve(peers, on_line, &port, 1), 1);
    ck_assert_int_ge(kit_ticks() - since, 1000);
}
END_TEST

static void script_nothing(void)
{
}

START_TEST(ready_line)
{
    char want[64];

    snprintf(want, sizeof want, "listening on 127.0.0.1:%u\n", (unsigned)port);
    serve(script_nothing);
    ck_assert_str_eq(captured(), want);
}
END_TEST

START_TEST(ready_line_of_ipv6)
{
    char want[64];

    if (!tcp_has_ipv6())
        return;
    kit_peers_close(peers);
    ck_assert_int_eq(kit_peers_listen(&peers, &port, "::1", 0), 0);
    snprintf(want, sizeof want, "listening on [::1]:%u\n", (unsigned)port);
    serve(script_nothing);
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

    last_signal = numbers[_i];
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    serve(script_nothing);
    ck_assert_int_eq(sigaction(SIGINT, NULL, &after), 0);
    ck_assert(after.sa_handler == on_signal);
    ck_assert_int_eq(sigaction(SIGTERM, NULL, &after), 0);
    ck_assert(after.sa_handler == on_signal);
}
END_TEST

/* One that has ended can begin again; the old signal is forgotten. */
START_TEST(serves_again)
{
    serve(script_lines);
    serve(script_lines);
}
END_TEST

/* --- Where there is no listening ------------------------------------------ */

static void expect_no_listening(const char *ip, uint16_t where, const char *why)
{
    struct kit_peers *others = peers;
    uint16_t bound = 1;

    ck_assert_int_eq(kit_peers_listen(&others, &bound, ip, where), -1);
    ck_assert_ptr_null(others);
    ck_assert_uint_eq(bound, 0);
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_msg(captured_has(why), "%s", captured());
}

START_TEST(port_in_use)
{
    expect_no_listening("127.0.0.1", port,
                        "is in use: choose another with "
                        "--port N, or --port 0 for any");
}
END_TEST

/* An address of RFC 5737, which nobody has. */
START_TEST(address_of_others)
{
    expect_no_listening("192.0.2.1", 0, "--listen ADDR");
}
END_TEST

START_TEST(no_address)
{
    static const char *const names[] = {"localhost", "127.1", "", "::g"};

    expect_no_listening(names[_i], 0, "no address");
}
END_TEST

static void add_lines(Suite *suite)
{
    TCase *tcase = tcase_create("lines");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, lines_are_handed_on);
    tcase_add_test(tcase, pieces_of_two_peers);
    tcase_add_test(tcase, signal_swallows_no_lines);
    tcase_add_test(tcase, refused_line_closes_its_connection_alone);
    tcase_add_test(tcase, too_long_a_line);
    tcase_add_test(tcase, unfinished_line_is_dropped);
    tcase_add_test(tcase, reset_does_not_disturb);
    suite_add_tcase(suite, tcase);
}

Suite *peers_suite(void)
{
    Suite *suite = suite_create("peers");
    TCase *tcase = tcase_create("peers");

    add_lines(suite);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, silence_ends_a_connection);
    tcase_add_test(tcase, a_byte_is_no_silence);
    tcase_add_test(tcase, idlest_makes_room);
    tcase_add_test(tcase, no_descriptor_for_one_more);
    tcase_add_test(tcase, no_descriptor_at_all);
    tcase_add_test(tcase, time_is_up);
    tcase_add_test(tcase, ready_line);
    tcase_add_test(tcase, ready_line_of_ipv6);
    tcase_add_loop_test(tcase, signals, 0, 2);
    tcase_add_test(tcase, serves_again);
    tcase_add_test(tcase, port_in_use);
    tcase_add_test(tcase, address_of_others);
    tcase_add_loop_test(tcase, no_address, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
