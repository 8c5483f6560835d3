/* SPDX-License-Identifier: MIT */
/* Standard input, output and error that the caller may have closed. */
#ifndef KIT_STREAMS_H
#define KIT_STREAMS_H

#include <stdbool.h>

/*
 * kit_streams_open: opens /dev/null on each of the descriptors 0, 1 and 2
 * that the caller has closed ("2>&-"). Otherwise the next socket would get
 * that number, and error messages would go to a peer. Call it before anything
 * else opens a descriptor; kit_options does.
 *
 * Descriptor 0 is opened only for writing, 1 and 2 only for reading, so that
 * using them fails with EBADF: no text is lost without an error. Ends the
 * program with EX_OSFILE if there is no /dev/null.
 */
void kit_streams_open(void);

/* kit_can_read, kit_can_write: whether FD is open in this direction. */
bool kit_can_read(int fd);
bool kit_can_write(int fd);

#endif
