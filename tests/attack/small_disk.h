/* SPDX-License-Identifier: MIT */
/*
 * A real disk of a few MiB that only the server sees: in a mount namespace of
 * its own, which anybody may have on most systems (user_namespaces(7)).
 */
#ifndef TESTS_ATTACK_SMALL_DISK_H
#define TESTS_ATTACK_SMALL_DISK_H

#include <stdbool.h>

#include "tests/support/target.h"

/*
 * small_disk_open: from here on the database of TARGET, which does not run yet,
 * is on such a disk. Returns false, and nothing has changed, where that is not
 * permitted. small_disk_close: stops the server, with which the disk goes, and
 * gives TARGET its database back as it was there.
 */
bool small_disk_open(struct target *target);
void small_disk_close(void);

/* small_disk_mount: for struct process_way: the disk, with the accounts on it.
 */
void small_disk_mount(void);

/* small_disk_seen: the path of NAME on it, for others, until the next call. */
const char *small_disk_seen(const char *name);

/* small_disk_fill: a file "filler" takes all the room that is left. */
void small_disk_fill(void);

#endif
