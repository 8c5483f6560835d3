/* SPDX-License-Identifier: MIT */
/* Texts from standard input: each is a whole line. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "lib/input.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"
#include "tests/unit/terminal.h"

static struct kit_input input;

static void expect_other(int want)
{
    const char *text;
    size_t len;

    ck_assert_int_eq(kit_input_text(&text, &len, &input), want);
}

static void expect_bytes(const char *want, size_t want_len)
{
    const char *text;
    size_t len;

    ck_assert_int_eq(kit_input_text(&text, &len, &input), KIT_INPUT_TEXT);
    ck_assert_uint_eq(len, want_len);
    ck_assert_mem_eq(text, want, len);
}

static void expect_text(const char *want)
{
    expect_bytes(want, strlen(want));
}

/* A new pipe, from which standard input is read. Returns its other end. */
static int feed_pipe(void)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    feed_from(ends[0]);
    return ends[1];
}

/* --- Lines of a file ------------------------------------------------------ */

static const struct {
    const char *input, *texts[4];
} files[] = {
    {"", {NULL}},
    {"hello bob\n\nZoë\n", {"hello bob", "", "Zoë"}},
    {"one\ntwo", {"one", "two"}}, /* the last line may have no newline */
    /* From Windows: a byte order mark is removed at the start only. */
    {"\xef\xbb\xbfone\r\n\xef\xbb\xbftwo\n", {"one\r", "\xef\xbb\xbftwo"}},
    {"\xef\xbb\xbf", {NULL}},
};

START_TEST(lines_of_a_file)
{
    feed(files[_i].input, strlen(files[_i].input));
    for (const char *const *text = files[_i].texts; *text != NULL; text++)
        expect_text(*text);
    expect_other(KIT_INPUT_END);
    expect_other(KIT_INPUT_END);
    ck_assert_str_eq(captured(), "");
}
END_TEST

START_TEST(zero_bytes_are_text)
{
    feed("a\0b\n", 4);
    expect_bytes("a\0b", 3);
}
END_TEST

/* Each datagram is one read, as from a pipe whose writer is slow. */
START_TEST(byte_order_mark_in_pieces)
{
    static const char *const pieces[] = {"\xef", "\xbb", "\xbfone\n",
                                         "\xef\xbb\xbftwo\n", ""};
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    for (size_t i = 0; i < COUNT(pieces); i++)
        ck_assert_int_ge(send(ends[1], pieces[i], strlen(pieces[i]), 0), 0);
    feed_from(ends[0]);
    expect_text("one");
    expect_text("\xef\xbb\xbftwo");
    expect_other(KIT_INPUT_END);
}
END_TEST

START_TEST(has_line_until_the_last)
{
    feed("one\ntwo\nthree", 13);
    ck_assert(!kit_input_has_line(&input));
    expect_text("one");
    ck_assert(kit_input_has_line(&input));
    expect_text("two");
    ck_assert(!kit_input_has_line(&input));
    expect_text("three");
    ck_assert(!kit_input_has_line(&input));
}
END_TEST

/* Texts do not stay in memory: each read wipes those before it. */
START_TEST(texts_are_wiped)
{
    static const char zeros[KIT_LINE_MAX];

    feed("one\ntwo\nthree", 13);
    expect_text("one");
    expect_text("two");
    expect_text("three");
    ck_assert_mem_eq(input.lines.bytes, "three", 5);
    ck_assert_mem_eq(input.lines.bytes + 5, zeros, sizeof zeros - 5);
    expect_other(KIT_INPUT_END);
    ck_assert_mem_eq(input.lines.bytes, zeros, sizeof zeros);
}
END_TEST

/* --- Long lines ----------------------------------------------------------- */

/*
 * Lengths around the limits of a text, of the buffer, and of many buffers. Each
 * is tested twice: in the last line, without a newline (even _i), and between
 * two other lines (odd _i).
 */
static const size_t long_lines[] = {
    KIT_TEXT_MAX, KIT_TEXT_MAX + 1, KIT_LINE_MAX - 1,
    KIT_LINE_MAX, KIT_LINE_MAX + 1, 2 * KIT_LINE_MAX,
    20000,        10 * KIT_LINE_MAX};

START_TEST(long_line)
{
    size_t len = long_lines[_i / 2];
    bool last = _i % 2 == 0;
    char *text = malloc(len + 32);

    ck_assert_ptr_nonnull(text);
    memcpy(text, "before\n", 7);
    memset(text + 7, 'x', len);
    memcpy(text + 7 + len, "\nafter\n", 7);
    feed(text, 7 + len + (last ? 0 : 7));

    expect_text("before");
    text[7 + len] = '\0';
    if (len <= KIT_TEXT_MAX)
        expect_text(text + 7);
    else
        expect_other(KIT_INPUT_REFUSED);
    if (!last)
        expect_text("after");
    expect_other(KIT_INPUT_END);
    if (len <= KIT_TEXT_MAX)
        ck_assert_str_eq(captured(), "");
    else
        captured_one_line("4096");
    free(text);
}
END_TEST

/* The newline of a rejected line is not an empty text or a waiting line. */
START_TEST(rest_of_a_long_line_is_not_a_text)
{
    static char line[KIT_LINE_MAX];
    int writer = feed_pipe();

    memset(line, 'x', sizeof line);
    ck_assert_int_eq(write(writer, line, sizeof line), sizeof line);
    expect_other(KIT_INPUT_REFUSED);
    ck_assert_int_eq(write(writer, "tail\nnext\nlast", 14), 14);
    expect_text("next");
    ck_assert(!kit_input_has_line(&input));
    close(writer);
    expect_text("last");
}
END_TEST

/* While a long line is skipped, the first newline only ends that line. */
START_TEST(has_line_after_a_skipped_one)
{
    input.skipping = true;
    memcpy(input.lines.bytes, "tail\nnext\n", 10);
    for (input.lines.end = 5; input.lines.end < 10; input.lines.end++)
        ck_assert(!kit_input_has_line(&input));
    ck_assert(kit_input_has_line(&input));
    expect_text("next");
}
END_TEST

/* --- At a terminal -------------------------------------------------------- */

START_TEST(at_a_terminal)
{
    struct terminal terminal = terminal_open();

    feed_from(terminal.program);
    terminal_type(&terminal, "hello bob\nand bye\n\004");
    expect_text("hello bob");
    expect_text("and bye");
    expect_other(KIT_INPUT_END);
    captured_one_line("Ctrl-D");
}
END_TEST

/* A line that the terminal keeps whole is sent; one that it may cut is not. */
static const struct {
    size_t len;
    int want;
} typed[] = {
    {1000, KIT_INPUT_TEXT},
#ifdef __linux__
    {4094, KIT_INPUT_TEXT},
    {4095, KIT_INPUT_REFUSED},
    {KIT_TEXT_MAX, KIT_INPUT_REFUSED},
    {KIT_TEXT_MAX + 1, KIT_INPUT_REFUSED},
    {2 * KIT_TEXT_MAX + 2, KIT_INPUT_REFUSED},
#endif
};

START_TEST(long_line_at_a_terminal)
{
    static char keys[3 * KIT_TEXT_MAX];
    struct terminal terminal = terminal_open();
    bool sent = typed[_i].want == KIT_INPUT_TEXT;

    memset(keys, 'x', typed[_i].len);
    strcpy(keys + typed[_i].len, "\nafter\n\004");
    feed_from(terminal.program);
    terminal_type(&terminal, keys);
    if (sent)
        expect_bytes(keys, typed[_i].len);
    else
        expect_other(KIT_INPUT_REFUSED);
    expect_text("after");
    expect_other(KIT_INPUT_END);
    ck_assert_int_eq(captured_lines(), sent ? 1 : 2);
}
END_TEST

/* In this mode a terminal passes on every key, so it cuts no line. */
START_TEST(noncanonical_terminal)
{
    static char keys[KIT_TEXT_MAX + 2];
    struct terminal terminal = terminal_open();
    struct termios mode;

    ck_assert_int_eq(tcgetattr(terminal.program, &mode), 0);
    mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    ck_assert_int_eq(tcsetattr(terminal.program, TCSANOW, &mode), 0);
    feed_from(terminal.program);
    memset(keys, 'x', KIT_TEXT_MAX);
    keys[KIT_TEXT_MAX] = '\n';
    terminal_type(&terminal, keys);
    expect_bytes(keys, KIT_TEXT_MAX);
}
END_TEST

/* --- Errors --------------------------------------------------------------- */

START_TEST(read_error_ends_it)
{
    feed_from(open(".", O_RDONLY));
    expect_other(KIT_INPUT_FAILED);
    expect_other(KIT_INPUT_END);
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* After an error, the half of a line that was read is not a text. */
START_TEST(read_error_drops_the_rest)
{
    int writer = feed_pipe();

    ck_assert_int_eq(fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(write(writer, "one\nhalf", 8), 8);
    expect_text("one");
    expect_other(KIT_INPUT_FAILED);
    expect_other(KIT_INPUT_END);
}
END_TEST

START_TEST(interrupted)
{
    feed("hello\n", 6);
    fault_order("read", 1, EINTR);
    expect_text("hello");
    ck_assert(fault_cancel());
}
END_TEST

/* --- Watching a connection ------------------------------------------------ */

/* A connection that is watched, and the user, who waits for its end. */
static struct {
    struct kit_outbox outbox;
    int peer, keys;
    void (*end)(int peer);
    /* The user types after this is printed; NULL: after the connection is
       closed. */
    const char *printed;
} watched;

/* Watches a connection over which a line was sent; standard input is a pipe. */
static void watch(void)
{
    struct kit_line line = {5, "hello"};
    uint16_t port;
    int listener = tcp_listen(&port);

    watched.outbox.fd = -1;
    ck_assert_int_eq(kit_outbox_open(&watched.outbox, "127.0.0.1", port), 0);
    watched.peer = tcp_accept(listener);
    ck_assert_int_eq(kit_outbox_line(&watched.outbox, &line), 0);
    ck_assert_int_eq(kit_outbox_flush(&watched.outbox), 0);
    watched.keys = feed_pipe();
    input.watch = &watched.outbox;
}

static void end_with_fin(int peer)
{
    char line[7];

    tcp_read(peer, line, sizeof line);
    close(peer);
}

/* The user types only after the program has noticed the end. */
static void *type_after_the_end(void *connection)
{
    watched.end(watched.peer);
    while (watched.printed != NULL ? !captured_has(watched.printed)
                                   : fcntl(*(int *)connection, F_GETFD) >= 0)
        sched_yield();
    ck_assert_int_eq(write(watched.keys, "typed\n", 6), 6);
    return NULL;
}

static const struct {
    void (*end)(int peer);
    const char *printed;
} watched_ends[] = {
    {tcp_reset, "(number 1 of this chat) may not have been shown"},
    {end_with_fin, NULL},
};

START_TEST(watched_connection_ends)
{
    pthread_t thread;
    int connection;

    watch();
    connection = watched.outbox.fd;
    watched.end = watched_ends[_i].end;
    watched.printed = watched_ends[_i].printed;
    thread = thread_begin(type_after_the_end, &connection);
    expect_text("typed");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(watched.outbox.fd, -1);
    ck_assert_int_eq(captured_lines(), watched.printed != NULL);

    /* From now on there is nothing to watch. */
    ck_assert_int_eq(write(watched.keys, "more\n", 5), 5);
    expect_text("more");
    close(watched.keys);
    expect_other(KIT_INPUT_END);
}
END_TEST

/* Bytes from the peer are not input, and do not end the waiting. */
START_TEST(watched_connection_has_bytes)
{
    static const char bytes[100000];

    watch();
    tcp_write(watched.peer, bytes, sizeof bytes);
    ck_assert_int_eq(write(watched.keys, "typed\n", 6), 6);
    expect_text("typed");
    close(watched.keys);
    expect_other(KIT_INPUT_END);
    ck_assert_int_ge(watched.outbox.fd, 0);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* If waiting is interrupted or fails, the text is still returned. */
START_TEST(watching_fails)
{
    static const int errors[] = {EINTR, EBADF, ENOMEM};

    watch();
    ck_assert_int_eq(write(watched.keys, "typed\n", 6), 6);
    fault_order("pselect", 1, errors[_i]);
    expect_text("typed");
    ck_assert(fault_cancel());
}
END_TEST

TEST_SUITE(input, 60, capture_errors, NULL)
{
    tcase_add_rows(tcase, lines_of_a_file, files);
    tcase_add_loop_test(tcase, long_line, 0, 2 * (int)COUNT(long_lines));
    tcase_add_rows(tcase, long_line_at_a_terminal, typed);
    tcase_add_tests(tcase, zero_bytes_are_text, byte_order_mark_in_pieces,
                    has_line_until_the_last, texts_are_wiped,
                    rest_of_a_long_line_is_not_a_text,
                    has_line_after_a_skipped_one, at_a_terminal,
                    noncanonical_terminal, read_error_ends_it,
                    read_error_drops_the_rest);
    tcase_add_test(tcase, watched_connection_has_bytes);
    tcase_add_rows(tcase, watched_connection_ends, watched_ends);
    if (faults_possible("input")) {
        tcase_add_test(tcase, interrupted);
        tcase_add_loop_test(tcase, watching_fails, 0, 3);
    }
}
