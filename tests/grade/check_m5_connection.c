/* SPDX-License-Identifier: MIT */
/* The connection of the sender: slow receivers, lost ones, exit codes. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

/* --- A receiver that reads slowly ----------------------------------------- */

enum {
    BULK = 200,     /* lines */
    STUCK_MS = 200, /* without reading a byte: then the sender is blocked */
    SMALL = 1024,   /* bytes of the receive buffer */
};

/* Types as much of the rest as the sender reads now. */
static void type_some(const char *bytes, size_t *done, size_t len)
{
    while (*done < len) {
        ssize_t n = write(harness.program->in, bytes + *done, len - *done);

        if (n <= 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0)
            break; /* it has closed its input: the lines will show why */
        *done += (size_t)n;
    }
    program_close_input(harness.program);
}

/* Types until the sender has read nothing for STUCK_MS. */
static void type_until_stuck(const char *bytes, size_t *done, size_t len)
{
    enum event event = EVENT_READY;

    while (event != EVENT_TIMEOUT && harness.program->in >= 0) {
        type_some(bytes, done, len);
        event = program_poll_one(harness.program, harness.program->in, POLLOUT,
                                 kit_ticks() + STUCK_MS);
        if (event == EVENT_EXITED)
            program_fail(harness.program,
                         "the sender waits for the slow receiver");
    }
}

/*
 * Reads from the connection, or accepts the next one: a sender may use one for
 * each text. Returns false if the connection ends within a line.
 */
static bool read_more_lines(void)
{
    if (harness.connection.fd < 0) {
        sender_accept(&harness);
        return true;
    }
    if (kit_lines_read(&harness.connection.in, harness.connection.fd) > 0)
        return true;
    if (kit_lines_unfinished(&harness.connection.in) > 0)
        return false;
    mock_receiver_hang_up(&harness.connection);
    return true;
}

/* Types the rest until the next line comes. Returns the line, or NULL. */
static const char *type_and_read_line(size_t *line_len, const char *bytes,
                                      size_t *done, size_t len)
{
    const char *line;

    while (!kit_lines_take(&line, line_len, &harness.connection.in)) {
        bool open = harness.connection.fd >= 0;
        struct pollfd fds[] = {
            {.fd =
                 open ? harness.connection.fd : harness.receiver_side.named_fd,
             .events = POLLIN},
            {.fd = open ? -1 : harness.receiver_side.default_fd,
             .events = POLLIN},
            {.fd = harness.program->in, .events = POLLOUT},
        };
        enum event event =
            program_poll(harness.program, fds, 3, program_deadline());
        bool ready = (fds[0].revents | fds[1].revents) != 0;

        /* The kernel still delivers what the sender sent before it exited. */
        if (event == EVENT_EXITED && open)
            event = program_poll_one(NULL, harness.connection.fd, POLLIN,
                                     program_deadline());
        ready |= event == EVENT_READY && open && harness.program->pid == 0;
        if (kit_lines_full(&harness.connection.in) || event == EVENT_TIMEOUT ||
            event == EVENT_EXITED)
            return NULL;
        if (event == EVENT_READY && fds[2].revents != 0)
            type_some(bytes, done, len);
        if (event == EVENT_READY && ready && !read_more_lines())
            return NULL;
    }
    return line;
}

/* Fails the check unless LINE, line number I, is complete. */
static void expect_complete(const char *line, size_t len, int i)
{
    cJSON *object = line != NULL ? kit_json_object(line, len) : NULL;

    if (object == NULL) {
        expected("%d complete lines", BULK);
        got("line %d: %s", i,
            line != NULL ? printable(line, len)
                         : "the connection ended, or no newline came");
        if (line == NULL && kit_lines_unfinished(&harness.connection.in) == 0)
            fail("Only %d of %d lines came. Then the connection ended, or "
                 "nothing came for %d seconds.",
                 i - 1, BULK, PROGRAM_SECONDS);
        fail("Line %d is truncated: write() may send fewer bytes than asked. "
             "Then send the rest.",
             i);
    }
    kit_json_free(object);
}

void m5_slow_reader(void)
{
    static char bytes[BULK * (KIT_TEXT_MAX + 1)];
    size_t done = 0, line_len;

    for (int i = 0; i < BULK; i++) {
        random_letters(bytes + i * (KIT_TEXT_MAX + 1), KIT_TEXT_MAX);
        bytes[i * (KIT_TEXT_MAX + 1) + KIT_TEXT_MAX] = '\n';
    }
    harness.rcvbuf = SMALL;
    sender_setup_and_start(&harness);
    step("%d texts of 4096 bytes are typed. The receiver has a buffer of %d "
         "bytes and reads nothing until the sender blocks.",
         BULK, SMALL);
    type_until_stuck(bytes, &done, sizeof bytes);
    sender_accept(&harness);
    step("The sender blocks after %zu bytes of input. Now the receiver reads.",
         done);
    for (int i = 1; i <= BULK; i++) {
        const char *line =
            type_and_read_line(&line_len, bytes, &done, sizeof bytes);

        expect_complete(line, line_len, i);
    }
    sender_expect_exit(&harness, true);
}

/* --- A receiver that disconnects ------------------------------------------ */

static void stop_listening(void)
{
    close(harness.receiver_side.named_fd);
    if (harness.receiver_side.default_fd >= 0)
        close(harness.receiver_side.default_fd);
    harness.receiver_side.named_fd = harness.receiver_side.default_fd = -1;
}

/* Types TEXT, reads its message 5 and resets the connection. */
static void type_and_reset(const char *text)
{
    struct m5 m5;

    sender_type_and_open(&m5, &harness, text, strlen(text));
    step("The receiver refuses it: it resets the connection.");
    mock_receiver_reset(&harness.connection);
}

void m5_peer_leaves(void)
{
    struct m5 m5;

    sender_setup_and_start(&harness);
    program_set_activity("the receiver refuses a text");
    type_and_reset("one");
    sender_expect_exit(&harness, false);
    step("The sender runs again. This time the receiver stops listening, too.");
    sender_new_secrets(&harness);
    sender_start(&harness);
    sender_type_and_open(&m5, &harness, "one", 3);
    stop_listening();
    mock_receiver_reset(&harness.connection);
    program_set_activity("the receiver has disconnected");
    for (int i = 0; i < 20; i++)
        program_write(harness.program, "is anybody there?\n", 18);
    sender_expect_exit(&harness, false);
}

/* The chat has ended. TEXT must begin a new one. */
static void expect_new_chat(const char *text)
{
    int before = mock_server_count(&harness.server, &harness.server.userinfo);
    struct m5 m5;

    sender_type(&harness, text, strlen(text));
    expected("message 3 again, and a connection to the receiver");
    if (!sender_connects(&harness)) {
        if (harness.program->pid == 0)
            program_fail(harness.program, "message 3 again");
        got("no connection for %d seconds", PROGRAM_SECONDS);
        fail("No new chat begins%s: if the connection has ended "
             "(kit_outbox_is_open), the next text needs a new message 4 and a "
             "new connection (begin_chat).",
             program_activity());
    }
    sender_read_m5(&m5, &harness);
    expected("message 3 again, then seq 1 with the new ticket");
    if (mock_server_count(&harness.server, &harness.server.userinfo) ==
        before) {
        got("another connection, and no message 3");
        fail("A chat ends with its connection: ask for a new secret "
             "(message 3) before the next text.");
    }
    got("seq %lld, and %s ticket", m5.seq,
        strcmp(m5.senderinfo, harness.senderinfo) == 0 ? "this" : "another");
    if (m5.seq != 1)
        fail("seq is %lld in a new chat: every chat starts with seq 1.",
             m5.seq);
    if (strcmp(m5.senderinfo, harness.senderinfo) != 0)
        fail("The ticket is not the one in the new message 4: read all of its "
             "members for every chat.");
    m5_open(&m5, &harness.inputs, text, strlen(text));
}

void m5_new_chat(void)
{
    struct m5 m5;

    sender_setup_and_start(&harness);
    sender_type_and_open(&m5, &harness, "one", 3);
    sender_type_and_open(&m5, &harness, "two", 3);
    /* The key must come from all of the secret. */
    sender_similar_chat(&harness, strlen(harness.secret) - 1);
    step("The receiver closes the connection and waits for a new one.");
    program_set_activity("the receiver has closed the connection");
    mock_receiver_hang_up(&harness.connection);
    expect_new_chat("again");
    type_and_reset("this one is lost");
    program_set_activity("the receiver has reset the connection");
    sender_similar_chat(&harness, 0);
    expect_new_chat("and again");
    sender_expect_exit(&harness, false);
}

void m5_exit_codes(void)
{
    struct m5 m5;

    sender_setup_and_start(&harness);
    sender_type_and_open(&m5, &harness, "one", 3);
    sender_expect_exit(&harness, true);
    step("The sender runs again, and its last line of input has no newline.");
    program_set_activity("the last line has no newline");
    sender_start(&harness);
    program_write(harness.program, "the last line", 13);
    program_close_input(harness.program);
    sender_read_m5(&m5, &harness);
    m5_open(&m5, &harness.inputs, "the last line", 13);
    sender_expect_exit(&harness, true);
    step("The sender runs again, and no receiver listens.");
    program_set_activity("no receiver listens");
    stop_listening();
    sender_start(&harness);
    program_write(harness.program, "nobody\n", 7);
    sender_expect_exit(&harness, false);
    if (harness.program->err.len == 0) {
        expected("a message on standard error");
        got("nothing");
        fail("Your sender could not connect to the receiver, but prints no "
             "error.");
    }
}
