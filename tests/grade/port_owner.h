/* SPDX-License-Identifier: MIT */
/* Which user listens on a port. Linux only. */
#ifndef GRADE_PORT_OWNER_H
#define GRADE_PORT_OWNER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * port_is_of: whether a process of USER listens at PORT of the address IP,
 * "127.0.0.1". Without /proc/net/tcp it returns true.
 */
bool port_is_of(unsigned user, const char *ip, uint16_t port);

#endif
