/* SPDX-License-Identifier: MIT */
/* Kept statements over SQLite, and transactions. */
#include "server/store.h"

#include <string.h>

#include "lib/say.h"

const char *store_advice(sqlite3 *db)
{
    switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ": another program is using it: end that program, or try again";
    case SQLITE_FULL:
        return ": delete files on this disk, or move the database to another";
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return ": you need write access to its folder and to all files there "
               "whose names begin like its own";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ": the file is damaged: use a copy, or import the accounts "
               "into a new file";
    case SQLITE_IOERR:
        return ": check that its disk is connected and not full";
    default:
        return "";
    }
}

/* Prints the newest error of the database and what to do. Returns -1. */
static int complain(struct store *store)
{
    kit_error("the database: %s%s", sqlite3_errmsg(store->db),
              store_advice(store->db));
    return -1;
}

sqlite3_stmt *store_query(struct store *store, enum store_query query)
{
    sqlite3_stmt **kept = &store->kept[query];

    /* Preparing costs more than most queries do: once is enough. */
    if (*kept == NULL &&
        sqlite3_prepare_v3(store->db, store_sql[query], -1,
                           SQLITE_PREPARE_PERSISTENT, kept, NULL) != SQLITE_OK)
        complain(store);
    return *kept;
}

int store_row(struct store *store, sqlite3_stmt *statement)
{
    if (statement == NULL)
        return -1;
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        return 0;
    default:
        return complain(store);
    }
}

void store_end(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    if (statement != NULL)
        sqlite3_clear_bindings(statement);
}

int store_run(struct store *store, sqlite3_stmt *statement)
{
    int row = store_row(store, statement);

    store_end(statement);
    return row == 0 ? 0 : -1;
}

/* A value that cannot be bound (no memory) is NULL, which no column takes. */
void store_text(sqlite3_stmt *statement, int i, const char *text)
{
    if (statement != NULL)
        sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
}

void store_bytes(sqlite3_stmt *statement, int i, const void *p, size_t len)
{
    if (statement != NULL)
        sqlite3_bind_blob(statement, i, p, (int)len, SQLITE_STATIC);
}

void store_number(sqlite3_stmt *statement, int i, long long number)
{
    if (statement != NULL)
        sqlite3_bind_int64(statement, i, number);
}

int store_copy_text(char *out, size_t out_size, sqlite3_stmt *statement, int i)
{
    const unsigned char *text = sqlite3_column_text(statement, i);
    size_t len = (size_t)sqlite3_column_bytes(statement, i);

    memset(out, 0, out_size);
    if (text == NULL || len >= out_size || memchr(text, 0, len) != NULL)
        return -1;
    memcpy(out, text, len);
    return 0;
}

int store_copy_bytes(void *out, size_t out_size, sqlite3_stmt *statement, int i)
{
    const void *bytes = sqlite3_column_blob(statement, i);

    memset(out, 0, out_size);
    if (bytes == NULL || (size_t)sqlite3_column_bytes(statement, i) != out_size)
        return -1;
    memcpy(out, bytes, out_size);
    return 0;
}

int store_begin(struct store *store)
{
    /* The commit shall be able to copy the log of changes to the file. */
    store_hold_off(store);
    return store_run(store, store_query(store, STORE_BEGIN));
}

int store_finish(struct store *store, int rc)
{
    if (rc == 0 && store_run(store, store_query(store, STORE_COMMIT)) == 0)
        return 0;

    /* Some errors have undone it already. */
    if (sqlite3_get_autocommit(store->db) == 0 &&
        store_run(store, store_query(store, STORE_ROLLBACK)) != 0)
        return -1;
    return rc == 0 ? -1 : rc;
}
