/* SPDX-License-Identifier: MIT */
/*
 * The receiver's loop. It runs in the test itself. Meanwhile a script in
 * another thread acts as the peers, checks which lines the handler was given,
 * and ends the loop with a signal.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/inbox.h"
#include "lib/show.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum { LIMIT = 60 }; /* seconds after which a test has failed */

static struct kit_inbox *inbox;
static uint16_t port;
static int end_signal;     /* what ends the loop */
static int handled[2];     /* a pipe: what the handler was given */
static int lines_so_far;   /* calls of a handler that only counts */
static int peer_a, peer_b; /* for a handler, or for a test after its script */

static void listen_on(const char *ip, uint16_t wanted)
{
    ck_assert_int_eq(kit_inbox_listen(&inbox, &port, ip, wanted), 0);
}

static void setup(void)
{
    capture_errors();
    end_signal = SIGTERM;
    ck_assert_int_eq(pipe(handled), 0);
    listen_on("127.0.0.1", 0);
}

static void teardown(void)
{
    kit_inbox_close(inbox);
}

/* Writes "LINE|" to the pipe. The line "bad" closes its connection. */
static int on_line(void *context, const char *peer_ip, const char *line,
                   size_t len)
{
    ck_assert_ptr_eq(context, &handled);
    ck_assert_str_eq(peer_ip, "127.0.0.1");
    ck_assert_int_eq(write(handled[1], line, len), (ssize_t)len);
    ck_assert_int_eq(write(handled[1], "|", 1), 1);
    return len == 3 && memcmp(line, "bad", 3) == 0 ? -1 : 0;
}

/* What the handler is given next must be exactly WANT. */
static void expect(const char *want)
{
    static char got[KIT_LINE_MAX + 1];

    tcp_read(handled[0], got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

static int serve(kit_line_handler *handler, long long seconds)
{
    return kit_inbox_serve(inbox, handler, &handled, seconds);
}

static void send_text(int peer, const char *text)
{
    tcp_write(peer, text, strlen(text));
}

/* A new peer. The loop has accepted it: its first line has arrived. */
static int new_peer(void)
{
    int peer = tcp_connect(port);

    send_text(peer, "hello\n");
    expect("hello|");
    return peer;
}

/* Sends the line "good" from PEER, which must still be connected. */
static void expect_connected(int peer)
{
    send_text(peer, "good\n");
    expect("good|");
}

/* Waits until the clock, which counts milliseconds, has moved on. */
static void next_tick(void)
{
    int64_t now = kit_ticks();

    while (kit_ticks() == now)
        ;
}

static void *run_script(void *context)
{
    void (**script)(void) = context;

    /* From that line on the loop handles signals. */
    while (!captured_has("listening on"))
        next_tick();
    (*script)();
    kill(getpid(), end_signal);
    return NULL;
}

/* Runs the loop while SCRIPT runs. */
static void run(void (*script)(void))
{
    pthread_t thread = thread_begin(run_script, &script);

    ck_assert_int_eq(serve(on_line, LIMIT), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* --- Listening ------------------------------------------------------------ */

/* test_net.c has the other reasons why listening fails. */
START_TEST(port_in_use)
{
    struct kit_inbox *other = inbox;
    uint16_t bound = 1;

    ck_assert_int_eq(kit_inbox_listen(&other, &bound, "127.0.0.1", port), -1);
    ck_assert_ptr_null(other);
    ck_assert_uint_eq(bound, 0);
    captured_one_line("is in use");
}
END_TEST

static void script_connect(void)
{
    peer_b = new_peer();
}

/* After we have closed a connection, we can listen on its port immediately. */
START_TEST(port_is_free_again)
{
    run(script_connect);
    kit_inbox_close(inbox);
    ck_assert(!tcp_was_reset(peer_b));
    close(peer_b);
    listen_on("127.0.0.1", port);
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
        kit_inbox_close(inbox);
        listen_on("::1", 0);
    }
    snprintf(want, sizeof want, "listening on %s:%u\n",
             _i == 0 ? "127.0.0.1" : "[::1]", (unsigned)port);
    run(script_nothing);
    ck_assert_str_eq(captured(), want);
}
END_TEST

/* --- Lines ---------------------------------------------------------------- */

static void script_lines(void)
{
    int peer = tcp_connect(port);

    send_text(peer, "one\n\nthree\n");
    expect("one||three|");
    close(peer);
}

/* After the signal the loop can run again. */
START_TEST(serves_again)
{
    run(script_lines);
    run(script_lines);
}
END_TEST

/* Lines in pieces from two peers; a third is silent all the time. */
static void script_pieces(void)
{
    int silent = tcp_connect(port), a = new_peer(), b = new_peer();

    send_text(a, "fir");
    send_text(b, "sec");
    send_text(b, "ond\n");
    expect("second|");
    send_text(a, "st\n");
    expect("first|");
    ck_assert(!tcp_waits(silent));
    ck_assert(!tcp_waits(a));
}

static void script_last_line(void)
{
    send_text(new_peer(), "last line\n");
}

/* Lines that came before a signal are handled before the loop ends. */
START_TEST(signal_loses_no_line)
{
    run(script_last_line);
    expect("last line|");
}
END_TEST

static int on_line_and_signal(void *context, const char *peer_ip,
                              const char *line, size_t len)
{
    if (memcmp(line, "first", 5) == 0) {
        send_text(peer_b, "late\n");
        kill(getpid(), SIGTERM);
    }
    return on_line(context, peer_ip, line, len);
}

/* The same if line and signal come while another line is being handled. */
START_TEST(signal_loses_no_late_line)
{
    peer_b = tcp_connect(port);
    send_text(peer_b, "first\n");
    ck_assert_int_eq(serve(on_line_and_signal, LIMIT), 0);
    expect("first|late|");
}
END_TEST

static void on_signal(int number)
{
}

/* Both signals end the loop, and have their old handlers afterwards. */
START_TEST(signals)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    struct sigaction after;

    end_signal = numbers[_i];
    for (int i = 0; i < 2; i++)
        signal(numbers[i], on_signal);
    run(script_nothing);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(sigaction(numbers[i], NULL, &after), 0);
        ck_assert(after.sa_handler == on_signal);
    }
}
END_TEST

START_TEST(time_is_up)
{
    int64_t since = kit_ticks();

    ck_assert_int_eq(serve(on_line, 1), 1);
    ck_assert_int_ge(kit_ticks() - since, 1000);
}
END_TEST

/* --- Peers that are disconnected, and others that are not ----------------- */

static void script_bad(void)
{
    int bad = new_peer(), good = new_peer();

    send_text(bad, "bad\nbehind it\n");
    expect("bad|");
    ck_assert(tcp_was_reset(bad));
    expect_connected(good);
}

static void script_too_long(void)
{
    static char text[KIT_LINE_MAX + 1];
    int good = new_peer(), bad = new_peer();

    memset(text, 'x', KIT_LINE_MAX);
    send_text(bad, text);
    ck_assert(tcp_was_reset(bad));

    /* The longest line is just one byte shorter. */
    text[KIT_LINE_MAX - 1] = '\n';
    send_text(good, text);
    text[KIT_LINE_MAX - 1] = '|';
    expect(text);
}

static void script_unfinished(void)
{
    int bad = new_peer(), good = new_peer();

    send_text(bad, "half a li");
    ck_assert_int_eq(shutdown(bad, SHUT_WR), 0);
    ck_assert(tcp_was_reset(bad));
    expect_connected(good);
}

/* A peer that has sent all of its lines, each of which was accepted. */
static void script_normal_end(void)
{
    int peer = new_peer(), good = new_peer();

    send_text(peer, "last\n");
    ck_assert_int_eq(shutdown(peer, SHUT_WR), 0);
    expect("last|");
    ck_assert(!tcp_was_reset(peer));
    expect_connected(good);
}

static void script_reset(void)
{
    int bad = new_peer(), good = new_peer();

    send_text(bad, "half a li");
    tcp_reset(bad);
    expect_connected(good);
}

/* --- Silence -------------------------------------------------------------- */

static void script_silent(void)
{
    int64_t since = kit_ticks();

    ck_assert(!tcp_was_reset(tcp_connect(port)));
    ck_assert_int_ge(kit_ticks() - since, 100);
}

/* Silent in the middle of a line, which is lost. */
static void script_silent_line(void)
{
    int peer = new_peer();

    send_text(peer, "half a li");
    ck_assert(tcp_was_reset(peer));
}

/* A peer that sends single bytes is not silent. */
static void script_bytes(void)
{
    int alive = tcp_connect(port), silent = tcp_connect(port);

    while (!tcp_waits_within(silent, 50))
        send_text(alive, "x");
    ck_assert(!tcp_was_reset(silent));
    send_text(alive, "\nstill here\n");
}

START_TEST(a_byte_ends_the_silence)
{
    char got[KIT_LINE_MAX * 2];

    inbox->idle = 300;
    run(script_bytes);
    close(handled[1]);
    tcp_read(handled[0], got, sizeof got);
    ck_assert_ptr_nonnull(strstr(got, "still here|"));
}
END_TEST

static int on_line_slowly(void *context, const char *peer_ip, const char *line,
                          size_t len)
{
    int64_t end = kit_ticks() + 2 * inbox->idle;

    if (++lines_so_far == 3)
        kill(getpid(), SIGTERM);
    if (memcmp(line, "first", 5) != 0)
        return 0;
    send_text(peer_a, "other\n");
    send_text(peer_b, "second\n");
    while (kit_ticks() < end)
        ;
    return 0;
}

/* A peer whose bytes have not been read yet is not silent. */
START_TEST(unread_bytes_end_the_silence)
{
    inbox->idle = 100;
    peer_a = tcp_connect(port);
    peer_b = tcp_connect(port);
    send_text(peer_b, "first\n");
    ck_assert_int_eq(serve(on_line_slowly, 2), 0);
    ck_assert_int_eq(lines_so_far, 3);
}
END_TEST

/* --- Many peers ----------------------------------------------------------- */

static void script_full(void)
{
    int all[KIT_INBOX_PEERS], one_more;

    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        all[i] = new_peer();
        next_tick();
    }
    /* The first sends again: now the second has been silent longest. */
    expect_connected(all[0]);
    one_more = new_peer();
    ck_assert(!tcp_was_reset(all[1]));
    all[1] = one_more;
    for (int i = 0; i < KIT_INBOX_PEERS; i++)
        expect_connected(all[i]);
}

static const struct {
    void (*script)(void);
    const char *refused; /* what is printed; NULL: not checked */
} scripts[] = {
    {script_lines, ""},
    {script_pieces, NULL},
    {script_bad, ""}, /* a handler prints the reason itself */
    {script_too_long, "refused: length\n"},
    {script_unfinished, "refused: unfinished\n"},
    {script_normal_end, ""},
    {script_reset, NULL},
    {script_silent, ""},
    {script_silent_line, "refused: unfinished\n"},
    {script_full, ""},
};

START_TEST(scripts_of_peers)
{
    const char *refused = scripts[_i].refused;

    ck_assert_int_eq(inbox->idle, 30000);
    if (scripts[_i].script == script_silent ||
        scripts[_i].script == script_silent_line)
        inbox->idle = 100;
    run(scripts[_i].script);
    if (refused != NULL)
        ck_assert_str_eq(strchr(captured(), '\n') + 1, refused);
}
END_TEST

/* From now on this process can open MORE descriptors and no others. */
static void limit_descriptors(rlim_t more)
{
    int next;
    struct rlimit limit;

    /* poll rejects a list longer than the limit. */
    do
        next = dup(0);
    while (next < 2 * KIT_INBOX_PEERS);
    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = (rlim_t)next + more;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static int waiting;

static void script_queue(void)
{
    for (int i = 0; i < waiting; i++)
        expect("me|");
}

/*
 * Peers that connect at the same time wait in the backlog until there is room:
 * more of them than slots, or five with descriptors for only two.
 */
START_TEST(all_may_wait)
{
    waiting = _i == 0 ? 3 * KIT_INBOX_PEERS : 5;
    for (int i = 0; i < waiting; i++)
        send_text(tcp_connect(port), "me\n");
    if (_i == 1)
        limit_descriptors(2);
    run(script_queue);
}
END_TEST

/* No peer can be accepted or disconnected: the loop waits without spinning. */
START_TEST(no_descriptor_at_all)
{
    clock_t before;

    tcp_connect(port);
    limit_descriptors(0);
    before = clock();
    ck_assert_int_eq(serve(on_line, 1), 1);
    ck_assert_int_lt((clock() - before) * 1000 / CLOCKS_PER_SEC, 300);
}
END_TEST

static int on_line_show(void *context, const char *peer_ip, const char *line,
                        size_t len)
{
    lines_so_far++;
    kit_show_message("alice", line, len);
    return 0;
}

/* If a line cannot be shown, the loop ends, and the sender gets a reset. */
START_TEST(no_output)
{
    int ends[2], peer = tcp_connect(port);

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    send_text(peer, "one\ntwo\n");
    ck_assert_int_eq(serve(on_line_show, LIMIT), -1);
    ck_assert_int_eq(lines_so_far, 1);
    ck_assert_int_eq(captured_lines(), 2);
    ck_assert(tcp_was_reset(peer));
}
END_TEST

/* A peer whose bytes were not read gets a reset: they were not processed. */
START_TEST(unread_bytes_at_the_end)
{
    int peer = tcp_connect(port), quiet = tcp_connect(port);

    send_text(peer, "too late\n");
    kit_inbox_accept(inbox);
    kit_inbox_accept(inbox);
    ck_assert(tcp_waits_within(inbox->peer[0].fd, LIMIT * 1000));
    kit_inbox_close(inbox);
    inbox = NULL;
    ck_assert(tcp_was_reset(peer));
    ck_assert(!tcp_was_reset(quiet));
}
END_TEST

/* --- Faults: one error is printed, and no descriptor stays open ----------- */

static int listen_once(void)
{
    struct kit_inbox *other = inbox;
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
        inbox->accept_after = 0;
        fault_order("accept", 1, errors[i].error);
        kit_inbox_accept(inbox);
        ck_assert(fault_cancel());
        ck_assert((inbox->accept_after != 0) == errors[i].pauses);
    }
}
END_TEST

/* A connection that cannot be made non-blocking is closed. */
START_TEST(peer_that_would_block)
{
    int peer = tcp_connect(port), lowest = fault_lowest();

    fault_order("fcntl", 1, EIO);
    kit_inbox_accept(inbox);
    ck_assert(fault_cancel() && tcp_ended(peer));
    ck_assert_int_eq(fault_lowest(), lowest);
}
END_TEST

START_TEST(poll_fails)
{
    fault_order("poll", 1, EIO);
    ck_assert_int_eq(serve(on_line, LIMIT), -1);
    ck_assert(fault_cancel() && captured_has("cannot wait"));
}
END_TEST

static void script_two_lines(void)
{
    expect_connected(new_peer());
}

/* A signal that is not for the loop does not end it. */
START_TEST(poll_and_read_are_interrupted)
{
    static const char *const calls[] = {"poll", "read"};

    fault_order(calls[_i], 1, EINTR);
    run(script_two_lines);
    ck_assert(fault_cancel());
}
END_TEST

static void script_read_error(void)
{
    int peer = tcp_connect(port);

    fault_order("read", 1, EIO);
    send_text(peer, "hello\n");
    ck_assert(tcp_ended(peer));
    ck_assert(fault_cancel());
    new_peer();
}

START_TEST(reading_from_one_peer_fails)
{
    run(script_read_error);
}
END_TEST

TEST_SUITE(inbox, 60, setup, teardown)
{
    tcase_add_tests(tcase, port_in_use, port_is_free_again,
                    signal_loses_no_line, signal_loses_no_late_line,
                    serves_again, time_is_up, a_byte_ends_the_silence,
                    unread_bytes_end_the_silence, no_descriptor_at_all,
                    no_output, unread_bytes_at_the_end);
    tcase_add_loop_test(tcase, ready_line, 0, 2);
    tcase_add_loop_test(tcase, signals, 0, 2);
    tcase_add_rows(tcase, scripts_of_peers, scripts);
    tcase_add_loop_test(tcase, all_may_wait, 0, 2);
    if (faults_possible("inbox")) {
        tcase_add_tests(tcase, listening_fails, accepting_fails,
                        peer_that_would_block, poll_fails,
                        reading_from_one_peer_fails);
        tcase_add_loop_test(tcase, poll_and_read_are_interrupted, 0, 2);
    }
}
