/* SPDX-License-Identifier: MIT */
/*
 * A real disk of a few MiB that only the server sees: in a mount namespace of
 * its own, which anybody may have on most systems (user_namespaces(7)).
 */
#ifndef ATTACK_SMALL_H
#define ATTACK_SMALL_H

#include <stdbool.h>

#include "tests/attack/target.h"

/*
 * small_open: from here on the database of TARGET, which does not run yet, is
 * on such a disk. Returns false, and nothing has changed, where that is not
 * permitted. small_close: stops the server, with which the disk goes, and
 * gives TARGET its database back as it was there.
 */
bool small_open(struct target *target);
void small_close(void);

/* small_mount: for struct process_way: the disk, with the accounts on it. */
void small_mount(void);

/* small_seen: the path of NAME on it, for others, until the next call. */
const char *small_seen(const char *name);

/* small_fill: a file "filler" takes all the room that is left. */
void small_fill(void);

#endif
