/* SPDX-License-Identifier: MIT */
/*
 * A mock of the receiver that a sender under test connects to. It listens on an
 * address that differs from run to run, on two ports: the one in message 4, and
 * the default port 4444, which catches a sender that ignores message 4.
 */
#ifndef GRADE_MOCK_RECEIVER_H
#define GRADE_MOCK_RECEIVER_H

#include "lib/lines.h"
#include "tests/grade/program.h"
#include "tests/support/tcp.h"

struct mock_receiver {
    char ip[16];    /* "127.37.4.11", or 127.0.0.1 where only that works */
    uint16_t port;  /* the port for message 4 */
    int named_fd;   /* listens on that port */
    int default_fd; /* listens on port 4444; -1: it does not */
};

/* A connection from the sender. */
struct mock_connection {
    int fd; /* -1: none */
    bool via_default_port;
    struct kit_lines in;
    char line[KIT_LINE_MAX + 1];
};

/*
 * mock_receiver_open: starts to listen. For RCVBUF see tcp_listen_buffered.
 * mock_receiver_open_default: also listens on port 4444, unless it is in use.
 * mock_receiver_open calls it, except on 127.0.0.1, where another check may use
 * that port.
 */
void mock_receiver_open(struct mock_receiver *r, int rcvbuf);
void mock_receiver_open_default(struct mock_receiver *r, int rcvbuf);

/*
 * mock_receiver_open_localhost: also listens on 127.0.0.1, on the port in R,
 * to catch a sender that resolves "localhost". If that port is in use there, R
 * moves to another port, which message 4 must then name. Returns the socket, or
 * -1 if R itself is on 127.0.0.1 or no port is free there.
 */
int mock_receiver_open_localhost(struct mock_receiver *r);

/* mock_receiver_has_peer: whether a connection waits to be accepted. */
bool mock_receiver_has_peer(const struct mock_receiver *r);

/*
 * mock_receiver_accept: waits until P connects and accepts the connection. The
 * check fails if P does not connect.
 */
void mock_receiver_accept(struct mock_connection *connection,
                          const struct mock_receiver *r, struct program *p);

/*
 * mock_receiver_line: the next line from P and its length, zero-terminated and
 * without its newline. Returns NULL at the end of the connection. The check
 * fails if nothing comes, or if the line is longer than the protocol allows.
 */
const char *mock_receiver_line(size_t *len, struct mock_connection *connection,
                               struct program *p);

/*
 * mock_receiver_hang_up: closes the connection, normally if all that has come
 * was read. mock_receiver_reset: resets it, as after a line that is refused.
 */
void mock_receiver_hang_up(struct mock_connection *connection);
void mock_receiver_reset(struct mock_connection *connection);

/*
 * mock_receiver_wait_exit: closes the input of P and waits until it has ended,
 * like program_wait_exit, which returns the same. Meanwhile it does what a
 * receiver does: it reads, and closes normally after the sender's half-close.
 */
int mock_receiver_wait_exit(struct mock_connection *connection,
                            const struct mock_receiver *r, struct program *p);

#endif
