/* SPDX-License-Identifier: MIT */
/* Whose port it is. Linux only. */
#ifndef GRADE_PORT_OWNER_H
#define GRADE_PORT_OWNER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * port_is_of: whether a process of USER listens at PORT of the address IP,
 * "127.0.0.1". Where the system does not tell, it returns true.
 */
bool port_is_of(unsigned user, const char *ip, uint16_t port);

#endif
