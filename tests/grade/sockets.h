/* SPDX-License-Identifier: MIT */
/* TCP sockets on addresses of this machine. */
#ifndef GRADE_SOCKETS_H
#define GRADE_SOCKETS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * socket_listen: listens at IP and PORT; 0 is any free port. RCVBUF is the
 * receive buffer of its connections in bytes; 0 is the system's default.
 * Returns the socket, or -1.
 */
int socket_listen(const char *ip, uint16_t port, int rcvbuf);

/* socket_connect: connects to IP and PORT. Returns the socket, or -1. */
int socket_connect(const char *ip, uint16_t port);

#endif
