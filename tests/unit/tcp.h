/* SPDX-License-Identifier: MIT */
/* Both ends of TCP on the loopback. Whatever fails or hangs ends the test. */
#ifndef KIT_TESTS_TCP_H
#define KIT_TESTS_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* tcp_listen: listens on any free port of 127.0.0.1 and sets PORT. */
int tcp_listen(uint16_t *port);

/* tcp_has_ipv6: whether this machine has the address ::1. */
bool tcp_has_ipv6(void);

/* tcp_accept: waits for a connection to LISTENER. */
int tcp_accept(int listener);

/* tcp_connect: connects to PORT of 127.0.0.1. */
int tcp_connect(uint16_t port);

/* tcp_write: sends LEN bytes of BYTES. */
void tcp_write(int fd, const void *bytes, size_t len);

/*
 * tcp_read: reads until OUT_SIZE - 1 bytes are there or the other end closes,
 * terminates them with a zero and returns how many they are.
 */
size_t tcp_read(int fd, char *out, size_t out_size);

/* tcp_waits: whether FD has bytes, an end or a connection right now. */
bool tcp_waits(int fd);

/* tcp_waits_within: the same, waiting for it for at most MS milliseconds. */
bool tcp_waits_within(int fd, int ms);

/* tcp_ended: waits for the end of FD and says whether no byte came before. */
bool tcp_ended(int fd);

/* tcp_reset: closes FD rudely, so that the other end sees an error. */
void tcp_reset(int fd);

#endif
