/* SPDX-License-Identifier: MIT */
/*
 * TCP on the loopback, both ends. A call that fails, or that waits longer than
 * stopwatch_patience, fails the test.
 */
#ifndef TESTS_SUPPORT_TCP_H
#define TESTS_SUPPORT_TCP_H

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* tcp_address: the address and port in TEXT, "127.0.0.1:4444". */
struct sockaddr_in tcp_address(const char *text);

/*
 * tcp_listen: listens on a free PORT of 127.0.0.1. tcp_listen_buffered: the
 * same with a receive buffer of BUFFER bytes, or the default if that is 0.
 */
int tcp_listen(uint16_t *port);
int tcp_listen_buffered(uint16_t *port, int buffer);

/*
 * tcp_try_listen: the same at IP and PORT, which becomes a free one if it is 0.
 * Returns -1 if that is impossible, for example because PORT is in use.
 */
int tcp_try_listen(const char *ip, uint16_t *port, int buffer);

/* tcp_has_ipv6: whether this machine has the address ::1. */
bool tcp_has_ipv6(void);

/* tcp_accept: waits for a connection to LISTENER. */
int tcp_accept(int listener);

/*
 * tcp_next: the next connection to LISTENER, however long that takes. Returns
 * -1 when LISTENER has been shut down.
 */
int tcp_next(int listener);

/* tcp_connect: connects to PORT of 127.0.0.1. */
int tcp_connect(uint16_t port);

/* tcp_connect_to: connects to an address as for tcp_address. */
int tcp_connect_to(const char *address);

/*
 * tcp_try_connect: connects to IP and PORT. Returns -1 with errno if that is
 * impossible within 3 seconds.
 */
int tcp_try_connect(const char *ip, uint16_t port);

/* tcp_write: sends LEN bytes of BYTES. */
void tcp_write(int fd, const void *bytes, size_t len);

/*
 * tcp_send: the same, but the peer may close the connection. Returns whether
 * it was all sent.
 */
bool tcp_send(int fd, const void *bytes, size_t len);

/*
 * tcp_read: reads until OUT_SIZE - 1 bytes are there or the peer closes, and
 * terminates them. Returns how many there are.
 */
size_t tcp_read(int fd, char *out, size_t out_size);

/* tcp_waits: whether FD has bytes, an end of file or a connection right now. */
bool tcp_waits(int fd);

/* tcp_waits_within: the same after waiting for at most MS milliseconds. */
bool tcp_waits_within(int fd, int ms);

/* tcp_ended: waits for the next byte or the end; whether it is the end. */
bool tcp_ended(int fd);

/*
 * tcp_was_reset: waits for the end, before which no byte may come. Returns
 * whether it is a reset (RST) and not a normal one (FIN).
 */
bool tcp_was_reset(int fd);

/*
 * tcp_still_open: waits for at most MS milliseconds, then closes those of COUNT
 * connections ALL that their peer has closed; their fd is -1 from then on.
 * Returns how many are left.
 */
int tcp_still_open(struct pollfd *all, int count, int ms);

/*
 * tcp_drain: reads until the peer has closed, and closes FD. Returns how many
 * bytes came before.
 */
size_t tcp_drain(int fd);

/*
 * tcp_deliver: connects to ADDRESS, sends LEN bytes of BYTES and the end, and
 * waits until the peer has closed. Returns how many bytes the peer sent.
 */
size_t tcp_deliver(const char *address, const void *bytes, size_t len);

/*
 * tcp_reset_on_close: from now on closing FD resets the connection and drops
 * what has not been sent. tcp_reset: does that, and closes FD.
 */
void tcp_reset_on_close(int fd);
void tcp_reset(int fd);

#endif
