/* SPDX-License-Identifier: MIT */
/* Handles standard streams that are closed when the program starts. */
#ifndef KIT_STREAMS_H
#define KIT_STREAMS_H

#include <stdbool.h>

/*
 * kit_streams_open: opens /dev/null on each of the descriptors 0, 1 and 2 that
 * is closed, for example with "2>&-". Otherwise the next socket would get that
 * number, and error messages would be sent to a peer. Call it before anything
 * else opens a descriptor; kit_options does.
 *
 * Descriptor 0 is opened for writing only, 1 and 2 for reading only. So using
 * them fails with EBADF, and no text is lost without an error. If there is no
 * /dev/null, exits with EX_OSFILE.
 */
void kit_streams_open(void);

/* kit_can_read, kit_can_write: whether FD is open for reading, for writing. */
bool kit_can_read(int fd);
bool kit_can_write(int fd);

#endif
