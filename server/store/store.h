/* SPDX-License-Identifier: MIT */
/*
 * The database of accounts and sessions: one SQLite file, or memory only.
 *
 * Only one thread at a time may use a store. Several processes may have the
 * same file open. Every function that can fail prints the reason on standard
 * error.
 */
#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"
#include "server/store/queries.h"
#include "server/store/read_lock.h"
#include "server/store/wal.h"

enum {
    STORE_APPLICATION = 0x6b636861, /* marks our files: "kcha" */
    STORE_SCHEMA = 1,               /* the version of the tables */
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[STORE_QUERIES]; /* NULL until first used */
    struct read_lock lock;                   /* store_close closes it */
    struct wal wal;                          /* see store_defer_sync */
};

/* --- Opening and closing -------------------------------------------------- */

/* Whether store_open creates a file that does not exist. */
enum store_mode { STORE_EXISTING, STORE_CREATE };

/*
 * store_open: opens the database in the file PATH, or a new one in memory if
 * PATH is NULL. A new file gets mode 0600. Returns EX_OK; or another exit code
 * of sysexits.h with STORE NULL and the reason on standard error: other users
 * can access the file, or it is not a database, or it belongs to another
 * program or another version of this one. In these cases the file is not
 * changed.
 */
int store_open(struct store **store, const char *path,
               enum store_mode mode) KIT_MUST_CHECK;

/* store_close: closes the database and frees STORE. NULL is allowed. */
void store_close(struct store *store);

/*
 * store_advice: what the user can do about the latest error of DB
 * (sqlite.org/rescode.html): a static text, beginning with ": ", to print
 * after the error. "" if there is no advice.
 */
const char *store_advice(sqlite3 *db);

/* --- Statements ----------------------------------------------------------- */

/*
 * store_statement: the prepared statement for QUERY. Bind its values, run or
 * step it, and reset it. Returns NULL on error; the functions below accept
 * NULL, so only the result of store_run or store_step has to be checked.
 */
sqlite3_stmt *store_statement(struct store *store, enum store_query query);

/*
 * store_bind_text, store_bind_bytes, store_bind_number: binds parameter I
 * (from 1) of STATEMENT. Texts and bytes are not copied: they must live until
 * store_run or store_reset.
 */
void store_bind_text(sqlite3_stmt *statement, int i, const char *text);
void store_bind_bytes(sqlite3_stmt *statement, int i, const void *p,
                      size_t len);
void store_bind_number(sqlite3_stmt *statement, int i, long long number);

/* store_run: executes STATEMENT and resets it. Returns 0 or -1. */
int store_run(struct store *store, sqlite3_stmt *statement) KIT_MUST_CHECK;

/*
 * store_step: reads the next row of STATEMENT. Returns 1 if there is one, 0
 * after the last one, -1 on error.
 */
int store_step(struct store *store, sqlite3_stmt *statement) KIT_MUST_CHECK;

/*
 * store_copy_text: copies column I (from 0) of the current row to OUT, with a
 * terminating zero. Returns 0; or -1, with OUT all zero, if the value is NULL,
 * too long, or contains a zero byte.
 *
 * store_copy_bytes: the same for a blob. Returns -1 unless its length is
 * exactly OUT_SIZE.
 */
int store_copy_text(char *out, size_t out_size, sqlite3_stmt *statement,
                    int i) KIT_MUST_CHECK;
int store_copy_bytes(void *out, size_t out_size, sqlite3_stmt *statement,
                     int i) KIT_MUST_CHECK;

/* store_reset: ends the reading of rows and unbinds all values. */
void store_reset(sqlite3_stmt *statement);

/* --- Transactions --------------------------------------------------------- */

/*
 * store_begin: begins a transaction that writes. Waits up to 1.5 seconds for
 * other writers. Returns 0 or -1.
 *
 * store_finish: ends the transaction. If RC is 0, commits: all changes are on
 * disk when it returns 0, unless store_defer_sync was called. Otherwise, or if
 * the commit fails, undoes everything since store_begin, and returns RC, or -1
 * on error.
 */
int store_begin(struct store *store) KIT_MUST_CHECK;
int store_finish(struct store *store, int rc) KIT_MUST_CHECK;

/*
 * store_defer_sync: from now on, store_finish returns before the changes are on
 * disk, and wal_sync waits for that, also in another thread. If the machine
 * crashes between the two, the database is intact, but the changes are lost.
 * If wal_sync has failed, store_begin begins a new log, or fails. Has no effect
 * on a database in memory, or without a write-ahead log. Returns 0 or -1.
 */
int store_defer_sync(struct store *store) KIT_MUST_CHECK;

#endif
