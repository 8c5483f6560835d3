/* SPDX-License-Identifier: MIT */
#include "tests/grade/mock_receiver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

#define LOCALHOST "127.0.0.1"

enum { NEWLINE_MS = 3000 }; /* for the rest of a line */

/* Listens at R's address, on a port that the system chooses. */
static bool listen_on_any_port(struct mock_receiver *r, int rcvbuf)
{
    r->port = 0;
    r->named_fd = tcp_try_listen(r->ip, &r->port, rcvbuf);
    return r->named_fd >= 0;
}

void mock_receiver_open_default(struct mock_receiver *r, int rcvbuf)
{
    uint16_t port = KIT_PORT_DEFAULT;

    r->default_fd = tcp_try_listen(r->ip, &port, rcvbuf);
}

void mock_receiver_open(struct mock_receiver *r, int rcvbuf)
{
    snprintf(r->ip, sizeof r->ip, "127.%u.%u.%u",
             (unsigned)(1 + random_below(200)), (unsigned)random_below(255),
             (unsigned)(2 + random_below(250)));
    /* Only Linux accepts all of 127.0.0.0/8. */
    if (!listen_on_any_port(r, rcvbuf)) {
        snprintf(r->ip, sizeof r->ip, LOCALHOST);
        must(listen_on_any_port(r, rcvbuf));
    }
    /* On 127.0.0.1, port 4444 could catch the sender of another check. */
    r->default_fd = -1;
    if (strcmp(r->ip, LOCALHOST) != 0)
        mock_receiver_open_default(r, rcvbuf);
}

int mock_receiver_open_localhost(struct mock_receiver *r)
{
    if (strcmp(r->ip, LOCALHOST) == 0)
        return -1;
    /* Other programs may use a few of the ports of 127.0.0.1. */
    for (int tries = 0; tries < 100; tries++) {
        int fd = tcp_try_listen(LOCALHOST, &r->port, 0);

        if (fd >= 0)
            return fd;
        close(r->named_fd);
        must(listen_on_any_port(r, 0));
    }
    return -1;
}

bool mock_receiver_has_peer(const struct mock_receiver *r)
{
    return tcp_waits(r->named_fd) || tcp_waits(r->default_fd);
}

/*
 * Fails the check if P has printed that it tried another address or port than
 * those of R (lib/outbox.c).
 */
static void find_wrong_address(const struct mock_receiver *r,
                               const struct program *p)
{
    const char *at = strstr(p->err.bytes, "the receiver at ");
    char ip[64];
    unsigned port;

    if (at == NULL ||
        sscanf(at, "the receiver at %63s port %u", ip, &port) != 2)
        return;
    expected("a connection to the receiver at %s", r->ip);
    got("it tried %s port %u", printable(ip, strlen(ip)), port);
    if (strcmp(ip, r->ip) != 0)
        fail("%s connects to %s: it must use ip_addr of message 4.", p->role,
             printable(ip, strlen(ip)));
    if (port == 0)
        fail("%s connects to port 0: read port of message 4, or use "
             "KIT_PORT_DEFAULT if there is none.",
             p->role);
    if (port == htons(r->port))
        fail("%s swaps the bytes of the port: kit_outbox_open needs the port "
             "of message 4 unchanged, without htons.",
             p->role);
}

void mock_receiver_accept(struct mock_connection *connection,
                          const struct mock_receiver *r, struct program *p)
{
    int64_t end = program_deadline();
    struct pollfd both[] = {{.fd = r->named_fd, .events = POLLIN},
                            {.fd = r->default_fd, .events = POLLIN}};
    enum event event;

    memset(connection, 0, sizeof *connection);
    do
        event = program_poll(p, both, 2, end);
    while (event == EVENT_OUTPUT);
    if (event == EVENT_EXITED) {
        find_wrong_address(r, p);
        program_fail(p, "a connection to the receiver");
    }
    if (event == EVENT_TIMEOUT) {
        expected("a connection to the receiver at %s", r->ip);
        got("none for %d seconds", PROGRAM_SECONDS);
        fail_as(TIME_OUT, "%s does not connect to the receiver%s.", p->role,
                program_activity());
    }
    connection->via_default_port = !tcp_waits(r->named_fd);
    connection->fd = accept(
        connection->via_default_port ? r->default_fd : r->named_fd, NULL, NULL);
    must(connection->fd >= 0);
    fcntl(connection->fd, F_SETFL, O_NONBLOCK);
}

/* Fails the check because the newline after a line does not come. */
static _Noreturn void fail_newline(const struct mock_connection *connection,
                                   const struct program *p)
{
    const struct kit_lines *in = &connection->in;
    size_t len = kit_lines_unfinished(in);
    bool zero = in->bytes[in->end - 1] == '\0';

    expected("a newline at the end of message 5");
    got("%zu bytes, then nothing for %d seconds; the last byte is %s", len,
        NEWLINE_MS / 1000, zero ? "a zero byte" : "not a newline");
    if (zero)
        fail("%s sends a zero byte after the line in place of its newline.",
             p->role);
    fail("%s sends a line without a newline at its end: the receiver waits for "
         "the rest (kit_outbox_line adds it).",
         p->role);
}

/* Waits for more bytes. */
static void await_more(struct mock_connection *connection, struct program *p)
{
    int64_t end = kit_ticks() + NEWLINE_MS;
    enum event event = EVENT_OUTPUT;

    if (kit_lines_unfinished(&connection->in) == 0) {
        program_await(p, connection->fd, POLLIN, "a line of message 5");
        return;
    }
    while (event == EVENT_OUTPUT)
        event = program_poll_one(p, connection->fd, POLLIN, end);
    if (event == EVENT_EXITED)
        program_fail(p, "the rest of a line of message 5");
    if (event == EVENT_TIMEOUT)
        fail_newline(connection, p);
}

/* Reads more bytes. Returns false at the end of the connection. */
static bool read_more(struct mock_connection *connection, struct program *p)
{
    if (kit_lines_full(&connection->in)) {
        expected("a newline within %d bytes", KIT_LINE_MAX);
        got("none");
        fail("Message 5 is one line of at most %d bytes, with a newline at its "
             "end.",
             KIT_LINE_MAX);
    }
    if (!tcp_waits(connection->fd))
        await_more(connection, p);
    return kit_lines_read(&connection->in, connection->fd) > 0;
}

const char *mock_receiver_line(size_t *len, struct mock_connection *connection,
                               struct program *p)
{
    const char *line;

    while (!kit_lines_take(&line, len, &connection->in)) {
        if (read_more(connection, p))
            continue;
        if (kit_lines_unfinished(&connection->in) == 0)
            return NULL;
        expected("a newline at the end of message 5");
        got("%zu bytes without one, then the end of the connection",
            kit_lines_unfinished(&connection->in));
        fail("The last line is truncated: it has no newline. Either write() "
             "sent fewer bytes than asked, or the newline is missing.");
    }
    memcpy(connection->line, line, *len);
    connection->line[*len] = '\0';
    return connection->line;
}

void mock_receiver_hang_up(struct mock_connection *connection)
{
    close(connection->fd);
    connection->fd = -1;
}

void mock_receiver_reset(struct mock_connection *connection)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    mock_receiver_hang_up(connection);
}

/* Reads and drops what has come. Closes at the end of the connection. */
static void drop_input(struct mock_connection *connection)
{
    char dropped[4096];
    ssize_t n = recv(connection->fd, dropped, sizeof dropped, MSG_DONTWAIT);

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        mock_receiver_hang_up(connection);
}

int mock_receiver_wait_exit(struct mock_connection *connection,
                            const struct mock_receiver *r, struct program *p)
{
    int64_t end = program_deadline();
    enum event event = EVENT_OUTPUT;

    program_close_input(p);
    while (event == EVENT_OUTPUT || event == EVENT_READY) {
        bool open = connection->fd >= 0;
        struct pollfd fds[] = {
            {.fd = open ? connection->fd : r->named_fd, .events = POLLIN},
            {.fd = open ? -1 : r->default_fd, .events = POLLIN}};

        event = program_poll(p, fds, 2, end);
        if (event == EVENT_READY && open)
            drop_input(connection);
        else if (event == EVENT_READY)
            mock_receiver_accept(connection, r, p);
    }
    return program_wait_exit(p);
}
