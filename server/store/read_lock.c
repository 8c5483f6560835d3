/* SPDX-License-Identifier: MIT */
/* A connection that stays in the middle of reading one row. */
#include "server/store/read_lock.h"

#include "lib/clock.h"
#include "lib/say.h"
#include "server/store/store.h"

enum { READ_LOCK_MILLISECONDS = 50 };

int read_lock_open(struct read_lock *lock, const char *path)
{
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;

    if (sqlite3_open_v2(path, &lock->db, flags, NULL) == SQLITE_OK &&
        sqlite3_prepare_v3(lock->db, "SELECT 1 FROM sqlite_master", -1,
                           SQLITE_PREPARE_PERSISTENT, &lock->row,
                           NULL) == SQLITE_OK)
        return 0;
    kit_error("cannot read the database %s: %s%s", path,
              sqlite3_errmsg(lock->db), store_advice(lock->db));
    read_lock_close(lock);
    return -1;
}

void read_lock_renew(struct read_lock *lock)
{
    int64_t now;

    if (lock->db == NULL)
        return;
    now = kit_ticks();
    if (now - lock->since < READ_LOCK_MILLISECONDS)
        return;
    lock->since = now;

    /* The statement holds the lock from its first row until it is reset. If
       this fails, queries are only slower. */
    sqlite3_reset(lock->row);
    if (sqlite3_step(lock->row) != SQLITE_ROW)
        sqlite3_reset(lock->row);
}

void read_lock_release(struct read_lock *lock)
{
    sqlite3_reset(lock->row);
}

void read_lock_close(struct read_lock *lock)
{
    sqlite3_finalize(lock->row);
    sqlite3_close(lock->db);
    *lock = (struct read_lock){NULL, NULL, 0};
}
