/* SPDX-License-Identifier: MIT */
/*
 * The loops of a sender and a receiver. The handler of the sender puts each
 * text into the outbox, as on_text of the solution does, or fails as a test
 * plans. Another thread is the receiver.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/client.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

static int listener;
static uint16_t port;
static struct kit_outbox outbox;
static const int *plan; /* what the handler returns; -1: it sends the text */
static size_t waited;   /* bytes in the buffer before the last text */

static void setup(void)
{
    capture_errors();
    outbox = (struct kit_outbox){.fd = -1};
    listener = tcp_listen(&port);
}

/* A chat ends with its connection: the next text opens a new one. */
static int on_text(void *context, const char *text, size_t len)
{
    struct kit_line line = {.len = len};

    ck_assert_ptr_eq(context, &plan);
    if (plan != NULL && *plan != -1)
        return *plan++;
    plan = plan != NULL ? plan + 1 : NULL;
    if (!kit_outbox_is_open(&outbox) &&
        kit_outbox_open(&outbox, "127.0.0.1", port) != 0)
        return EX_UNAVAILABLE;
    waited = outbox.len;
    memcpy(line.bytes, text, len);
    return kit_outbox_line(&outbox, &line) == 0 ? EX_OK : EX_IOERR;
}

static int run(void)
{
    int rc = kit_sender_run(&outbox, on_text, &plan);

    ck_assert_int_eq(outbox.fd, -1);
    return rc;
}

/* --- Receivers ------------------------------------------------------------ */

static char got[256]; /* what a receiver has got */

/* Reads all of one connection, then closes it with END. */
static void receive(void (*end)(int fd))
{
    int peer = tcp_accept(listener);

    tcp_read(peer, got, sizeof got);
    end(peer);
}

static void close_normally(int fd)
{
    close(fd);
}

static void *close_after_all(void *unused)
{
    receive(close_normally);
    return NULL;
}

static void *reset_after_all(void *unused)
{
    receive(tcp_reset);
    return NULL;
}

static int keys; /* where the user types */

/* Resets after one line. When the error is printed, the user types more. */
static void *reset_after_one(void *unused)
{
    int peer = tcp_accept(listener);

    tcp_read(peer, got, sizeof "one\n");
    tcp_reset(peer);
    while (!captured_has("number 1 of this chat"))
        ;
    ck_assert_int_eq(write(keys, "two\n", 4), 4);
    close(keys);
    receive(close_normally);
    return NULL;
}

/* Types the second line when the first has arrived. */
static void *type_slowly(void *unused)
{
    int peer = tcp_accept(listener);

    tcp_read(peer, got, sizeof "one\n");
    ck_assert_str_eq(got, "one\n");
    ck_assert_int_eq(write(keys, "two\n", 4), 4);
    close(keys);
    tcp_read(peer, got, sizeof got);
    close(peer);
    return NULL;
}

/* --- Sending -------------------------------------------------------------- */

#define LONG_TEXT 5000

/* What the user types, what happens, and the exit code. */
static const struct {
    const char *input;
    int plan[4]; /* what the handler returns; -1: it sends the text */
    void *(*receiver)(void *); /* NULL: nothing listens */
    int code;
    const char *got;     /* by the receiver */
    const char *printed; /* a part of the only line; NULL: nothing */
} chats[] = {
    {"", {0}, NULL, EX_OK, "", NULL},
    {"one\ntwo\n", {-1, -1}, close_after_all, EX_OK, "one\ntwo\n", NULL},
    {"one\ntwo", {-1, -1}, close_after_all, EX_OK, "one\ntwo\n", NULL},
    {"one\n",
     {-1},
     reset_after_all,
     EX_IOERR,
     "one\n",
     "number 1 of this chat"},
    {"one\ntwo\n",
     {-1, -1},
     reset_after_all,
     EX_IOERR,
     "one\ntwo\n",
     "numbers 1 to 2 of this chat"},
    /* Some texts fail, then one is sent: the exit code is the last error. */
    {"one\ntwo\n",
     {EX_NOUSER, -1},
     close_after_all,
     EX_NOUSER,
     "two\n",
     "this text was not sent"},
    {"one\ntwo\n",
     {-1, EX_TEMPFAIL},
     close_after_all,
     EX_TEMPFAIL,
     "one\n",
     "this text was not sent"},
    {"one\ntwo\n",
     {EX_UNAVAILABLE, -1},
     close_after_all,
     EX_UNAVAILABLE,
     "two\n",
     "this text was not sent"},
    {"one\n", {EX_IOERR}, NULL, EX_IOERR, "", "this text was not sent"},
    /* These errors would recur for every text, so sending stops. */
    {"one\ntwo\nthree\n",
     {-1, EX_IOERR},
     close_after_all,
     EX_IOERR,
     "one\n",
     NULL},
    {"one\ntwo\nthree\n",
     {-1, EX_NOPERM},
     close_after_all,
     EX_NOPERM,
     "one\n",
     NULL},
    {"one\ntwo\n", {EX_SOFTWARE}, NULL, EX_SOFTWARE, "", NULL},
    {"one\ntwo\n",
     {-1, EX_NOPERM},
     reset_after_all,
     EX_NOPERM,
     "one\n",
     "number 1 of this chat"},
};

START_TEST(sends_what_is_typed)
{
    void *(*receiver)(void *) = chats[_i].receiver;
    const char *input = chats[_i].input;
    pthread_t thread =
        receiver != NULL ? thread_begin(receiver, NULL) : pthread_self();

    feed(input, strlen(input));
    plan = chats[_i].plan;
    ck_assert_int_eq(run(), chats[_i].code);
    if (receiver != NULL)
        pthread_join(thread, NULL);
    ck_assert_str_eq(got, chats[_i].got);
    if (chats[_i].printed == NULL)
        ck_assert_str_eq(captured(), "");
    else
        captured_one_line(chats[_i].printed);
}
END_TEST

/* A text that is too long is skipped, and the others are sent. */
START_TEST(long_text)
{
    static char text[LONG_TEXT + 16];
    pthread_t thread = thread_begin(close_after_all, NULL);

    memset(text, 'x', LONG_TEXT);
    memcpy(text + LONG_TEXT, "\nshort\n", 8);
    feed(text, LONG_TEXT + 7);
    ck_assert_int_eq(run(), EX_DATAERR);
    pthread_join(thread, NULL);
    ck_assert_str_eq(got, "short\n");
    captured_one_line("4096");
}
END_TEST

START_TEST(reading_fails)
{
    feed_from(open(".", O_RDONLY));
    ck_assert_int_eq(run(), EX_IOERR);
    captured_one_line("cannot read standard input");
}
END_TEST

/* Lines that are already waiting are sent together. */
START_TEST(one_send_for_waiting_lines)
{
    pthread_t thread = thread_begin(close_after_all, NULL);

    feed("one\ntwo\n", 8);
    ck_assert_int_eq(run(), EX_OK);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(waited, 4);
}
END_TEST

/* Standard input becomes a pipe with the first line. */
static void type_first(void)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "one\n", 4), 4);
    feed_from(ends[0]);
    keys = ends[1];
}

/* A single line is sent immediately: the next is typed only when it arrives. */
START_TEST(each_line_at_once)
{
    pthread_t thread = thread_begin(type_slowly, NULL);

    type_first();
    ck_assert_int_eq(run(), EX_OK);
    pthread_join(thread, NULL);
    ck_assert_str_eq(got, "two\n");
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* The chat after a reset succeeds, but the lost text is not forgotten. */
START_TEST(next_chat_after_a_reset)
{
    pthread_t thread = thread_begin(reset_after_one, NULL);

    type_first();
    ck_assert_int_eq(run(), EX_IOERR);
    pthread_join(thread, NULL);
    ck_assert_str_eq(got, "two\n");
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* If the receiver does not read, a new chat would time out as well: give up. */
START_TEST(receiver_has_stalled)
{
    feed("one\ntwo\nthree\n", 14);
    fault_order("send", 1, ETIMEDOUT);
    ck_assert_int_eq(run(), EX_IOERR);
    ck_assert(fault_cancel());
    ck_assert(captured_has("numbers 1 to 3 of this chat"));
    ck_assert(captured_has("the texts after that were not sent"));
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

/* --- Receiving ------------------------------------------------------------ */

static struct kit_inbox *inbox;

static void open_inbox(void)
{
    ck_assert_int_eq(kit_inbox_listen(&inbox, &port, "127.0.0.1", 0), 0);
}

static int stop_here(void *context, const char *peer_ip, const char *line,
                     size_t len)
{
    ck_assert_ptr_eq(context, got);
    ck_assert_str_eq(peer_ip, "127.0.0.1");
    memcpy(got, line, len);
    kill(getpid(), SIGTERM);
    return 0;
}

START_TEST(receives_until_a_signal)
{
    int peer;

    open_inbox();
    peer = tcp_connect(port);
    tcp_write(peer, "hello\n", 6);
    ck_assert_int_eq(kit_receiver_run(inbox, stop_here, got), EX_OK);
    kit_inbox_close(inbox);
    ck_assert_str_eq(got, "hello");
    ck_assert(!tcp_was_reset(peer));
    captured_one_line("listening on");
}
END_TEST

static const struct {
    const char *call;
    int count, code;
    const char *printed;
} ends[] = {
    /* The second reading of the clock is far in the future. */
    {"kit_ticks", 2, EX_TEMPFAIL, "the session has ended after 12 hours"},
    {"poll", 1, EX_IOERR, "cannot wait for connections"},
};

START_TEST(receiving_ends)
{
    open_inbox();
    fault_order(ends[_i].call, ends[_i].count, EIO);
    ck_assert_int_eq(kit_receiver_run(inbox, stop_here, got), ends[_i].code);
    ck_assert(fault_cancel() && captured_has(ends[_i].printed));
    ck_assert_int_eq(captured_lines(), 2);
    kit_inbox_close(inbox);
}
END_TEST

TEST_SUITE(client, 60, setup, NULL)
{
    tcase_add_rows(tcase, sends_what_is_typed, chats);
    tcase_add_tests(tcase, long_text, reading_fails, one_send_for_waiting_lines,
                    each_line_at_once, next_chat_after_a_reset,
                    receives_until_a_signal);
    if (faults_possible("client")) {
        tcase_add_test(tcase, receiver_has_stalled);
        tcase_add_rows(tcase, receiving_ends, ends);
    }
}
