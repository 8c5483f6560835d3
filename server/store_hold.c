/* SPDX-License-Identifier: MIT */
/* A reader that stands still, so that others need not lock the file anew. */
#include "lib/clock.h"
#include "lib/say.h"
#include "server/store.h"

enum { HOLD_MILLISECONDS = 50 };

int store_hold_open(struct store *store, const char *path)
{
    struct store_hold *hold = &store->hold;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;

    if (sqlite3_open_v2(path, &hold->db, flags, NULL) == SQLITE_OK &&
        sqlite3_prepare_v3(hold->db, "SELECT 1 FROM sqlite_master", -1,
                           SQLITE_PREPARE_PERSISTENT, &hold->row,
                           NULL) == SQLITE_OK)
        return 0;
    kit_error("cannot read the database %s: %s%s", path,
              sqlite3_errmsg(hold->db), store_advice(hold->db));
    store_hold_close(store);
    return -1;
}

void store_hold_renew(struct store *store)
{
    struct store_hold *hold = &store->hold;
    int64_t now;

    if (hold->db == NULL)
        return;
    now = kit_ticks();
    if (now - hold->since < HOLD_MILLISECONDS)
        return;
    hold->since = now;

    /* Standing on a row it has the lock; without one all are only slower. */
    sqlite3_reset(hold->row);
    if (sqlite3_step(hold->row) != SQLITE_ROW)
        sqlite3_reset(hold->row);
}

void store_hold_off(struct store *store)
{
    sqlite3_reset(store->hold.row);
}

void store_hold_close(struct store *store)
{
    sqlite3_finalize(store->hold.row);
    sqlite3_close(store->hold.db);
    store->hold = (struct store_hold){NULL, NULL, 0};
}
