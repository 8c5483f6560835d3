/* SPDX-License-Identifier: MIT */
/* The TCP connection of a sending program. */
#ifndef TESTS_BENCH_PEERS_CONNECTION_H
#define TESTS_BENCH_PEERS_CONNECTION_H

/*
 * connection_open: connects to ADDRESS, "127.0.0.1:4444", without delays.
 * Returns the socket. Exits if that fails.
 */
int connection_open(const char *address);

#endif
