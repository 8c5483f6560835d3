/* SPDX-License-Identifier: MIT */
/*
 * A read lock on the database file, which makes many small queries faster. For
 * each query SQLite locks and unlocks the file, two system calls each, unless
 * another connection of the same process has the lock already. So this is a
 * second connection that stays in the middle of reading.
 *
 * Query results are as fresh as without it. But while it is held, changes that
 * other programs commit may have to stay in the write-ahead log, which grows.
 * Therefore store_begin releases it.
 */
#ifndef SERVER_STORE_READ_LOCK_H
#define SERVER_STORE_READ_LOCK_H

#include <sqlite3.h>
#include <stdint.h>

#include "backends/crypto.h"

/* Initialize it with {0}: it is not open. */
struct read_lock {
    sqlite3 *db;       /* NULL: it is not open */
    sqlite3_stmt *row; /* holds the lock until it is reset */
    int64_t since;     /* kit_ticks when it was renewed */
};

/*
 * read_lock_open: opens the second connection to the database in the file
 * PATH. Returns 0, or -1 with the reason on standard error.
 */
int read_lock_open(struct read_lock *lock, const char *path) KIT_MUST_CHECK;

/*
 * read_lock_renew: call it before a query. Takes the lock, or takes it again.
 * Does nothing if the last time was less than 50 milliseconds ago, even if the
 * lock was released since then, or if LOCK is not open.
 */
void read_lock_renew(struct read_lock *lock);

/* read_lock_release: releases the lock until the next renewal. */
void read_lock_release(struct read_lock *lock);

/* read_lock_close: closes the second connection, if LOCK is open. */
void read_lock_close(struct read_lock *lock);

#endif
