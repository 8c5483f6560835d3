/* SPDX-License-Identifier: MIT */
/*
 * The write-ahead log of the database: the file to which SQLite appends every
 * change of a transaction before the commit returns. It copies them to the
 * database itself later.
 */
#ifndef SERVER_STORE_WAL_H
#define SERVER_STORE_WAL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "backends/crypto.h"

struct wal {
    int fd;           /* -1: the database has no log */
    atomic_int error; /* why the log is broken, an errno; 0: it is not */
};

/*
 * wal_open: opens the log of the database PATH, which SQLite must have open, so
 * that the log cannot be replaced. Returns false if there is none: SQLite
 * cannot use one on some network disks, or for a database in memory (PATH is
 * NULL or "").
 */
bool wal_open(struct wal *wal, const char *path);

/*
 * wal_sync: waits until all bytes of the log are on disk. Any thread may call
 * it. Returns 0; or -1 with the reason on standard error. Then the log is
 * broken: bytes are missing, and after a crash SQLite ignores all changes
 * behind such a gap. So wal_sync fails until wal_renewed is called.
 *
 * wal_renewed: SQLite has copied all changes to the database, and has begun a
 * new log.
 */
int wal_sync(struct wal *wal) KIT_MUST_CHECK;
bool wal_is_broken(struct wal *wal);
void wal_renewed(struct wal *wal);

/* wal_close: closes the file. Call it after SQLite has closed the database. */
void wal_close(struct wal *wal);

#endif
