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
 * wal_open: opens the log of the database PATH. Call it while SQLite has the
 * database open: SQLite may delete the log when it closes the database. Returns
 * false if the database has no log: it is in memory (PATH is NULL or ""), or on
 * a network disk where SQLite cannot use a log.
 */
bool wal_open(struct wal *wal, const char *path);

/*
 * wal_sync: waits until all bytes of the log are on disk. Any thread may call
 * it. Returns 0; or -1 with the reason on standard error. After a failure the
 * log is broken: bytes are missing, and after a crash SQLite ignores everything
 * behind the gap. So wal_sync then fails until wal_renewed is called.
 *
 * wal_is_broken: whether wal_sync has failed since the last wal_renewed.
 * wal_renewed: call it when SQLite has copied all changes to the database and
 * emptied the log.
 */
int wal_sync(struct wal *wal) KIT_MUST_CHECK;
bool wal_is_broken(struct wal *wal);
void wal_renewed(struct wal *wal);

/* wal_close: closes the file. Call it after SQLite has closed the database. */
void wal_close(struct wal *wal);

#endif
