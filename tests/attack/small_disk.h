/* SPDX-License-Identifier: MIT */
/*
 * A file system of 8 MiB (tmpfs) in a mount namespace that only the server is
 * in. Most systems let every user create one (user_namespaces(7)).
 */
#ifndef TESTS_ATTACK_SMALL_DISK_H
#define TESTS_ATTACK_SMALL_DISK_H

#include <stdbool.h>

#include "tests/support/target.h"

/*
 * small_disk_open: TARGET, which does not run yet, will have its database on
 * such a disk. Returns false, with nothing changed, if the system forbids it.
 * small_disk_close: stops the server, which ends the disk, and copies the
 * database back.
 */
bool small_disk_open(struct target *target);
void small_disk_close(void);

/* small_disk_mount: for struct process_way: the disk, with the accounts on it.
 */
void small_disk_mount(void);

/* small_disk_seen: a path of NAME on it for other processes; static. */
const char *small_disk_seen(const char *name);

/* small_disk_fill: fills it with a file "filler". */
void small_disk_fill(void);

#endif
