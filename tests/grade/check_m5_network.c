/* SPDX-License-Identifier: MIT */
/* The sender on a network that is slow, breaks, or is not there. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/json.h"
#include "tests/grade/chance.h"
#include "tests/grade/chat.h"
#include "tests/grade/checks.h"
#include "tests/grade/transcript.h"

static struct chat chat;

/* --- A receiver that reads slowly ----------------------------------------- */

enum {
    BULK = 200,     /* lines */
    STUCK_MS = 200, /* without taking a byte: the sender waits for us */
    SMALL = 1024,   /* bytes of the receiver's buffer */
};

/* Types what the sender takes until it takes no more for a while. */
static size_t type_until_stuck(const char *bytes, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = write(chat.program->in, bytes + done, len - done);

        if (n > 0) {
            done += (size_t)n;
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            return done; /* it has gone: what came of it will tell */
        switch (program_turn(chat.program, chat.program->in, POLLOUT,
                             kit_ticks() + STUCK_MS)) {
        case EVENT_LATE:
            return done;
        case EVENT_GONE:
            program_died(chat.program, "it waits for a slow receiver");
        default:
            break;
        }
    }
    return done;
}

/* Types the rest, as far as the sender takes it now. */
static void type_some(const char *bytes, size_t *done, size_t len)
{
    while (*done < len) {
        ssize_t n = write(chat.program->in, bytes + *done, len - *done);

        if (n <= 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0)
            break;
        *done += (size_t)n;
    }
    program_close_input(chat.program);
}

/*
 * Reads from the connection, or takes the next one: one for each text is right
 * too. False when a line is cut.
 */
static bool hear_more(void)
{
    if (chat.visit.fd < 0) {
        chat_take(&chat);
        return true;
    }
    if (kit_lines_read(&chat.visit.in, chat.visit.fd) > 0)
        return true;
    if (kit_lines_unfinished(&chat.visit.in) > 0)
        return false;
    door_leave(&chat.visit);
    return true;
}

/* The next line, while more is typed. */
static const char *next_line(size_t *line_len, const char *bytes, size_t *done,
                             size_t len)
{
    const char *line;

    while (!kit_lines_take(&line, line_len, &chat.visit.in)) {
        bool open = chat.visit.fd >= 0;
        struct pollfd fds[] = {
            {.fd = open ? chat.visit.fd : chat.door.named, .events = POLLIN},
            {.fd = open ? -1 : chat.door.usual, .events = POLLIN},
            {.fd = chat.program->in, .events = POLLOUT},
        };
        enum event event =
            program_watch(chat.program, fds, 3, program_deadline());
        bool ready = (fds[0].revents | fds[1].revents) != 0;

        /* What it has handed over comes also when it has gone. */
        if (event == EVENT_GONE && open)
            event =
                program_turn(NULL, chat.visit.fd, POLLIN, program_deadline());
        ready |= event == EVENT_READY && open && chat.program->pid == 0;
        if (kit_lines_full(&chat.visit.in) || event == EVENT_LATE ||
            event == EVENT_GONE)
            return NULL;
        if (event == EVENT_READY && fds[2].revents != 0)
            type_some(bytes, done, len);
        if (event == EVENT_READY && ready && !hear_more())
            return NULL;
    }
    return line;
}

/* Fails the check unless LINE is whole: line number I. */
static void expect_whole(const char *line, size_t len, int i)
{
    cJSON *object = line != NULL ? kit_json_object(line, len) : NULL;

    if (object == NULL) {
        expected("%d whole lines", BULK);
        got("line %d: %s", i,
            line != NULL ? shown(line, len) : "the end, or no newline");
        if (line == NULL && kit_lines_unfinished(&chat.visit.in) == 0)
            fail("The connection ended after %d of %d lines.", i - 1, BULK);
        fail("Line %d is cut: write() may send less than asked.", i);
    }
    kit_json_free(object);
}

void m5_slow_reader(void)
{
    static char bytes[BULK * (KIT_TEXT_MAX + 1)];
    size_t done, line_len;

    for (int i = 0; i < BULK; i++) {
        chance_fill(bytes + i * (KIT_TEXT_MAX + 1), KIT_TEXT_MAX);
        bytes[i * (KIT_TEXT_MAX + 1) + KIT_TEXT_MAX] = '\n';
    }
    chat.rcvbuf = SMALL;
    chat_begin(&chat);
    step("%d texts of 4096 bytes are typed; the receiver, with a buffer of "
         "%d bytes, does not read before the sender waits for it.",
         BULK, SMALL);
    done = type_until_stuck(bytes, sizeof bytes);
    chat_take(&chat);
    step("The sender waits, %zu bytes were typed. Now the receiver reads.",
         done);
    for (int i = 1; i <= BULK; i++) {
        const char *line = next_line(&line_len, bytes, &done, sizeof bytes);

        expect_whole(line, line_len, i);
    }
    chat_exits(&chat, true);
}

/* --- A receiver that goes away -------------------------------------------- */

/* Ends the visit with a reset, as a machine does that was switched off. */
static void reset_visit(void)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(chat.visit.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    door_leave(&chat.visit);
}

static void close_door(void)
{
    close(chat.door.named);
    if (chat.door.usual >= 0)
        close(chat.door.usual);
    chat.door.named = chat.door.usual = -1;
}

void m5_peer_leaves(void)
{
    struct m5 m5;

    chat_begin(&chat);
    chat_say(&m5, &chat, "one", 3);
    step("The receiver goes away: a reset, and nobody listens any more.");
    program_while("the receiver went away");
    close_door();
    reset_visit();
    for (int i = 0; i < 20; i++)
        program_write(chat.program, "is anybody there?\n", 18);
    chat_exits(&chat, false);
}

void m5_reconnects(void)
{
    struct m5 m5;
    long long last;

    chat_begin(&chat);
    chat_say(&m5, &chat, "one", 3);
    last = m5.seq;
    step("The receiver ends the connection, and waits for another one.");
    program_while("the connection was dropped");
    door_leave(&chat.visit);
    /* The first text may still go to the old connection's grave. */
    for (int i = 0; i < 3; i++)
        program_write(chat.program, "again\n", 6);
    chat_read(&m5, &chat);
    expected("a seq greater than %lld, under the same secret", last);
    got("seq %lld", m5.seq);
    if (m5.seq <= last &&
        arbiter_count(&chat.arbiter, &chat.arbiter.userinfo) == 1)
        fail("seq starts again after a new connection: it never restarts "
             "under the same secret.");
    m5_open(&m5, &chat.secrets, "again", 5);
}

void m5_exit_codes(void)
{
    struct m5 m5;

    chat_begin(&chat);
    chat_say(&m5, &chat, "one", 3);
    chat_exits(&chat, true);
    step("Another run, whose last line has no newline.");
    program_while("the last line has no newline");
    chat_start(&chat);
    program_write(chat.program, "the last line", 13);
    program_close_input(chat.program);
    chat_read(&m5, &chat);
    m5_open(&m5, &chat.secrets, "the last line", 13);
    chat_exits(&chat, true);
    step("Another run, while nobody listens.");
    program_while("nobody listens");
    close_door();
    chat_start(&chat);
    program_write(chat.program, "nobody\n", 7);
    chat_exits(&chat, false);
    if (chat.program->err.len == 0) {
        expected("a message on standard error");
        got("nothing");
        fail("Nobody was reached, and your sender does not say so.");
    }
}

/* --- Memory --------------------------------------------------------------- */

enum { FEW = 400, MANY = 6000, GROWTH_KB = 8192 };

/* A run with COUNT texts; all of them are read. Returns its memory in KiB. */
static long run_many(int count)
{
    size_t len;
    char text[64];

    chat_start(&chat);
    step("%d texts are typed.", count);
    for (int i = 0; i < count; i++) {
        snprintf(text, sizeof text, "text number %d\n", i);
        program_write(chat.program, text, strlen(text));
        while (chat_line(&len, &chat) == NULL) {
            if (chat.program->pid == 0)
                program_died(chat.program, "a line for every text");
            door_leave(&chat.visit);
        }
    }
    chat_exits(&chat, true);
    detail("its memory: %ld KiB", chat.program->rss);
    return chat.program->rss;
}

void m5_memory(void)
{
    long few, many;

    chat.leaks = true;
    chat_prepare(&chat);
    few = run_many(FEW);
    many = run_many(MANY);
    if (many - few <= GROWTH_KB)
        return;
    expected("as much memory for %d texts as for %d", MANY, FEW);
    got("%ld KiB more", many - few);
    fail("%d messages grow memory by %ld MB: something is kept of each one.",
         MANY - FEW, (many - few) / 1024);
}
