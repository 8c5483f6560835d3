/* SPDX-License-Identifier: MIT */
/*
 * The database of accounts and sessions: one SQLite file, or memory alone.
 *
 * A store belongs to one thread at a time. Several programs may have the same
 * file open. Whatever fails inside says so on standard error.
 */
#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/crypto.h"

enum {
    STORE_APPLICATION = 0x6b636861, /* marks our files: "kcha" */
    STORE_SCHEMA = 1,               /* the version of the tables */
};

/* The prepared statements; their SQL is in store.c. */
enum store_query {
    STORE_BEGIN,
    STORE_COMMIT,
    STORE_ROLLBACK,
    STORE_ACCOUNT_ADD,
    STORE_ACCOUNT_SET,
    STORE_ACCOUNT_REMOVE,
    STORE_ACCOUNT_FIND,
    STORE_ACCOUNT_COSTS,
    STORE_ACCOUNT_UPGRADE,
    STORE_ACCOUNT_LIST,
    STORE_ACCOUNT_LOGIN,
    STORE_SESSION_EXPIRE,
    STORE_SESSION_ADD,
    STORE_SESSION_TRIM,
    STORE_SESSION_DROP,
    STORE_SESSION_LOOKUP,
    STORE_QUERIES,
};

/* A reader that stands still, for its locks; all zero where there is none. */
struct store_read_lock {
    sqlite3 *db;
    sqlite3_stmt *row;
    int64_t since; /* kit_ticks */
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *kept[STORE_QUERIES]; /* prepared when first asked */
    struct store_read_lock lock;
};

/* Whether a file that is not there yet is made. */
enum store_mode { STORE_EXISTING, STORE_CREATE };

/*
 * store_open: opens the database in the file PATH, or one in memory where
 * PATH is NULL. A new file is for its owner's eyes alone. Returns EX_OK; or
 * another exit code of sysexits.h with STORE NULL and the reason on standard
 * error: others may read the file, it is no database, that of another
 * program, or of a newer version. Then not one byte of it has changed.
 */
int store_open(struct store **store, const char *path,
               enum store_mode mode) KIT_MUST_CHECK;

/*
 * store_advice: what to do about the newest error of DB
 * (sqlite.org/rescode.html): a static text to print behind the error, or "" if
 * there is no advice.
 */
const char *store_advice(sqlite3 *db);

/* store_close: gives everything back. NULL is nothing to do. */
void store_close(struct store *store);

/*
 * store_query: the statement of QUERY, ready for its values, which
 * store_end takes away again; NULL when it cannot be had.
 */
sqlite3_stmt *store_query(struct store *store, enum store_query query);

/*
 * store_row: the next row of STATEMENT: 1 there is one, 0 there is none, -1
 * the database failed.
 */
int store_row(struct store *store, sqlite3_stmt *statement) KIT_MUST_CHECK;

/* store_end: STATEMENT is done; its values are forgotten. NULL is nothing. */
void store_end(sqlite3_stmt *statement);

/* store_run: carries STATEMENT out to its end. Returns 0 or -1. */
int store_run(struct store *store, sqlite3_stmt *statement) KIT_MUST_CHECK;

/*
 * store_text, store_bytes, store_number: value number I (from 1) of
 * STATEMENT. What is bound must live until store_end. A statement that is
 * NULL is left alone; store_run and store_row fail on it.
 */
void store_text(sqlite3_stmt *statement, int i, const char *text);
void store_bytes(sqlite3_stmt *statement, int i, const void *p, size_t len);
void store_number(sqlite3_stmt *statement, int i, long long number);

/*
 * store_copy_text, store_copy_bytes: copies column I (from 0) of the row that
 * STATEMENT stands on to OUT, with its zero or of exactly that size. Returns
 * 0, or -1 when it is not that.
 */
int store_copy_text(char *out, size_t out_size, sqlite3_stmt *statement,
                    int i) KIT_MUST_CHECK;
int store_copy_bytes(void *out, size_t out_size, sqlite3_stmt *statement,
                     int i) KIT_MUST_CHECK;

/*
 * store_begin: begins to write. store_finish: where RC is 0, all since then is
 * on disk when it returns 0; otherwise everything since store_begin is undone
 * and it returns RC.
 */
int store_begin(struct store *store) KIT_MUST_CHECK;
int store_finish(struct store *store, int rc) KIT_MUST_CHECK;

/*
 * For who asks many questions a second, and of a file alone. SQLite locks the
 * file for each question and unlocks it, two calls of the kernel each time,
 * unless another connection of the same process has the lock already: so one
 * is opened that only reads, and stands on a row. No answer is older for it.
 * What other programs write meanwhile may stay in the log of changes until
 * store_begin, which lets go.
 *
 * store_read_lock_open: opens it for the file PATH of STORE. Returns 0, or -1
 * with the reason on standard error. store_read_lock_renew: to be called before
 * a question; when the last time is 50 milliseconds ago, it stands on a row of
 * now.
 */
int store_read_lock_open(struct store *store, const char *path) KIT_MUST_CHECK;
void store_read_lock_renew(struct store *store);

/* store_read_lock_release: lets go of the lock. store_read_lock_close: for
 * good. */
void store_read_lock_release(struct store *store);
void store_read_lock_close(struct store *store);

#endif
