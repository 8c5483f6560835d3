/* SPDX-License-Identifier: MIT */
/* A sender whose receivers reset the connection, talk back, or do not read. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/lines.h"
#include "lib/members.h"
#include "lib/outbox.h"
#include "tests/attack/hostile_server.h"
#include "tests/attack/sender_run.h"
#include "tests/support/figure.h"
#include "tests/support/fixture.h"
#include "tests/support/http_client.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum {
    TEXTS = 200,
    MANY = 5000, /* more than all buffers on the way hold */
    QUEUE = 8,   /* connections that fill the backlog of a listener */
    CUT = 20000, /* bytes at most that are read before a reset */
    PEAK_KIB = 32 * 1024,
};

/* A receiver, and the server that knows its address. */
struct receiver {
    int listener;
    struct http_server server;
    char m4[1024];
    /* What it does with a connection. NULL: it accepts none. */
    void (*meet)(struct receiver *receiver, int fd);
    struct kit_lines in;
    long connections, lines;
    long disordered; /* lines whose seq is not the next */
    uint32_t last;   /* seq of this connection */
    pthread_t thread;
};

static void *accept_all(void *context)
{
    struct receiver *receiver = context;
    int fd;

    while ((fd = tcp_next(receiver->listener)) >= 0) {
        receiver->connections++;
        receiver->last = 0; /* one connection is one chat */
        memset(&receiver->in, 0, sizeof receiver->in);
        receiver->meet(receiver, fd);
        close(fd);
    }
    return NULL;
}

/* BUFFER: the size of its receive buffers, as for tcp_listen_buffered. */
static void open_receiver(struct receiver *receiver, int buffer,
                          void (*meet)(struct receiver *receiver, int fd))
{
    uint16_t port;

    memset(receiver, 0, sizeof *receiver);
    receiver->listener = tcp_listen_buffered(&port, buffer);
    snprintf(receiver->m4, sizeof receiver->m4,
             "{\"token\":\"" HOSTILE_TOKEN "\",\"ip_addr\":\"127.0.0.1\","
             "\"port\":%u,\"secret\":\"" HOSTILE_SECRET "\",\"senderinfo\":"
             "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
             (unsigned)port);
    http_server_open(&receiver->server, 200, receiver->m4);
    receiver->meet = meet;
    if (meet != NULL)
        receiver->thread = thread_begin(accept_all, receiver);
}

static void close_receiver(struct receiver *receiver)
{
    shutdown(receiver->listener, SHUT_RDWR);
    if (receiver->meet != NULL)
        pthread_join(receiver->thread, NULL);
    close(receiver->listener);
    http_server_close(&receiver->server);
}

/* --- Receivers that do not read ------------------------------------------- */

/* Connects until the backlog of the listener is full. */
static void fill_backlog(const struct receiver *receiver, int fds[QUEUE])
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;

    ck_assert_int_eq(listen(receiver->listener, 0), 0);
    getsockname(receiver->listener, (struct sockaddr *)&at, &size);
    for (int i = 0; i < QUEUE; i++) {
        fds[i] = http_socket();
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
        (void)!connect(fds[i], (struct sockaddr *)&at, sizeof at);
    }
}

START_TEST(not_read)
{
    static struct receiver silent, full;
    struct sender_run to_silent, to_full, last;
    int fds[QUEUE];

    row_begin("21 sender: receivers that do not read, or do not accept");
    open_receiver(&silent, 4096, NULL);
    open_receiver(&full, 0, NULL);
    fill_backlog(&full, fds);
    sender_run_begin(&to_silent, fixture_builds[0], silent.server.url, MANY);
    sender_run_begin(&to_full, fixture_builds[1], full.server.url, 1);
    sender_run_begin(&last, fixture_builds[1], silent.server.url, 1);
    sender_run_end(&last);
    sender_run_end(&to_full);
    sender_run_end(&to_silent);
    figure_is("not accepted: exit code", to_full.code, EX_UNAVAILABLE);
    figure_wait("not accepted: ended after", to_full.ms,
                KIT_OUTBOX_CONNECT_SECONDS * 1e3);
    figure_is("not read: exit code", to_silent.code, EX_IOERR);
    figure_wait("not read: ended after", to_silent.ms,
                KIT_OUTBOX_SEND_SECONDS * 1e3);
    figure_is("one text, not read: exit code", last.code, EX_IOERR);
    figure_wait("one text, not read: ended after", last.ms,
                KIT_OUTBOX_CLOSE_SECONDS * 1e3);
    figure_most("memory of the largest", (double)sender_run_peak(), "KiB",
                PEAK_KIB);
    for (int i = 0; i < QUEUE; i++)
        close(fds[i]);
    close_receiver(&full);
    close_receiver(&silent);
    row_end();
}
END_TEST

/* --- Receivers that end the connection, or talk --------------------------- */

static void leave(struct receiver *receiver, int fd)
{
    (void)receiver;
    (void)fd;
}

static void reset(struct receiver *receiver, int fd)
{
    (void)receiver;
    tcp_reset_on_close(fd);
}

/* Checks the numbers of the complete lines that have arrived. */
static void check_lines(struct receiver *receiver)
{
    const char *line;
    size_t len;

    while (kit_lines_take(&line, &len, &receiver->in)) {
        cJSON *m5 = kit_json_object(line, len);
        uint32_t seq = 0;

        ck_assert_int_eq(kit_json_seq(&seq, m5, "seq"), 0);
        kit_json_free(m5);
        receiver->lines++;
        receiver->disordered += seq != receiver->last + 1;
        receiver->last = seq;
    }
}

/* Reads for a while, and resets in the middle of a line. */
static void reset_in_mid_line(struct receiver *receiver, int fd)
{
    ssize_t n;

    for (long left = 1 + (receiver->connections * 7919) % CUT; left > 0;
         left -= n) {
        n = kit_lines_read(&receiver->in, fd);
        if (n <= 0)
            break;
        check_lines(receiver);
    }
    tcp_reset_on_close(fd);
}

/* Sends as much as the sender's buffers hold, and also reads. */
static void talk(struct receiver *receiver, int fd)
{
    static const char nonsense[65536];
    struct pollfd one = {.fd = fd, .events = POLLIN | POLLOUT};

    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (poll(&one, 1, -1) == 1) {
        if ((one.revents & POLLOUT) != 0)
            (void)!send(fd, nonsense, sizeof nonsense, MSG_NOSIGNAL);
        if ((one.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            if (kit_lines_read(&receiver->in, fd) <= 0)
                return;
            check_lines(receiver);
        }
    }
}

static const struct {
    const char *row;
    void (*meet)(struct receiver *receiver, int fd);
    long least; /* lines that must arrive */
    int code;   /* the least exit code: 1 if texts are lost */
} rows[] = {
    {"21 sender: a receiver that leaves", leave, 0, 1},
    {"21 sender: a receiver that resets", reset, 0, 1},
    {"21 sender: a receiver that resets in mid-line", reset_in_mid_line, 1, 1},
    {"21 sender: a receiver that talks", talk, TEXTS, 0},
};

START_TEST(not_a_receiver)
{
    static struct receiver receiver;
    struct sender_run run;

    row_begin("%s", rows[_i].row);
    open_receiver(&receiver, 0, rows[_i].meet);
    sender_run_begin(&run, fixture_builds[_i % 2], receiver.server.url, TEXTS);
    sender_run_end(&run);
    close_receiver(&receiver);
    figure_note("connections", (double)receiver.connections, "");
    figure_least("texts that arrived", (double)receiver.lines, "",
                 (double)rows[_i].least);
    figure_is("... that were not the next of their chat", receiver.disordered,
              0);
    figure_least("exit code", run.code, "", rows[_i].code);
    figure_wait("ended after", run.ms, KIT_OUTBOX_CONNECT_SECONDS * 1e3);
    figure_most("memory", (double)sender_run_peak(), "KiB", PEAK_KIB);
    row_end();
}
END_TEST

TEST_SUITE(sender, 120, NULL, NULL)
{
    tcase_add_test(tcase, not_read);
    tcase_add_rows(tcase, not_a_receiver, rows);
}
