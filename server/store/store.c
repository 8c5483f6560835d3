/* SPDX-License-Identifier: MIT */
/* SQLite: opening the file, prepared statements, transactions. */
#include "server/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"
#include "server/store/queries.h"
#include "server/store/secret_file.h"

/* --- Errors --------------------------------------------------------------- */

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
               "whose names begin with its name";
    case SQLITE_NOMEM:
        return ": close other programs";
    case SQLITE_ERROR: /* such as a missing table */
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

/* Prints the latest error of the database and what to do. Returns -1. */
static int fail(struct store *store)
{
    kit_error("the database failed: %s%s", sqlite3_errmsg(store->db),
              store_advice(store->db));
    return -1;
}

/* --- Opening -------------------------------------------------------------- */

/* The header of every SQLite file (sqlite.org/fileformat.html, 1.3). */
enum {
    HEADER_LEN = 100,
    HEADER_SCHEMA = 60,      /* offset of user_version, big-endian */
    HEADER_APPLICATION = 68, /* offset of application_id, big-endian */
};

enum {
    BUSY_MILLISECONDS = 1500, /* how long to wait for other writers */
    VALUE_MAX = 65536,        /* bytes; we never write longer values */
};

static const char magic[16] = "SQLite format 3";

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

/* Checks that FD has the header of one of our files. */
static int check_header(int fd, const char *path)
{
    unsigned char header[HEADER_LEN];
    ssize_t n = pread(fd, header, sizeof header, 0);

    if (n < 0) {
        kit_error("cannot read %s: %s: check its disk", path, strerror(errno));
        return EX_IOERR;
    }
    if (n < HEADER_LEN || memcmp(header, magic, sizeof magic) != 0) {
        kit_error("%s is not a database: name another file with --db", path);
        return EX_DATAERR;
    }
    if (big_endian(header + HEADER_APPLICATION) != STORE_APPLICATION) {
        kit_error("%s is the database of another program: name another file "
                  "with --db",
                  path);
        return EX_DATAERR;
    }
    if (big_endian(header + HEADER_SCHEMA) != STORE_SCHEMA) {
        kit_error("%s was made by another version of chat-server (its tables "
                  "have version %lu, this program needs %d): use that version, "
                  "or name a new file with --db",
                  path, (unsigned long)big_endian(header + HEADER_SCHEMA),
                  STORE_SCHEMA);
        return EX_CONFIG;
    }
    return EX_OK;
}

/* Checks the mode of the file REAL + SUFFIX if it exists. */
static int check_side_file(const char *real, const char *suffix)
{
    char *name = sqlite3_mprintf("%s%s", real, suffix);
    int fd, rc = EX_OK;

    if (name == NULL) {
        kit_error("no memory to check the mode of %s%s: close other programs",
                  real, suffix);
        return EX_OSERR;
    }
    fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
        rc = secret_file_check(fd, name);
        close(fd);
    }
    sqlite3_free(name);
    return rc;
}

/*
 * Checks the files that SQLite keeps next to the database: they contain the
 * same secrets, and a copy may have another mode. realpath, because SQLite
 * keeps them next to the file that a symbolic link leads to.
 */
static int check_side_files(const char *path)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
    char *real = realpath(path, NULL);
    int rc = EX_OK;

    if (real == NULL) {
        kit_error("cannot find the database %s: %s: name a file with --db",
                  path, strerror(errno));
        return EX_NOINPUT;
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && rc == EX_OK;
         i++)
        rc = check_side_file(real, suffixes[i]);
    free(real);
    return rc;
}

/* What to do when open failed with ERROR (an errno). */
static const char *open_advice(int error, enum store_mode mode)
{
    switch (error) {
    case ENOENT:
        return mode == STORE_EXISTING
                   ? "check its name, or make one with the command adduser"
                   : "make its folder first, with mkdir";
    case EACCES:
    case EPERM:
    case EROFS:
        return "you need write access to the file and its folder";
    case ENOSPC:
    case EDQUOT:
        return "delete files on this disk, or name a file on another";
    default:
        return "name a file with --db";
    }
}

/*
 * Checks the file before SQLite opens it, since SQLite would write to it.
 * Creates it if MODE is STORE_CREATE. Sets EMPTY to whether it has no bytes.
 */
static int check_file(bool *empty, const char *path, enum store_mode mode)
{
    int flags = O_RDWR | O_CLOEXEC | (mode == STORE_CREATE ? O_CREAT : 0);
    int fd = open(path, flags, S_IRUSR | S_IWUSR);
    struct stat status;
    int rc;

    if (fd < 0 || fstat(fd, &status) != 0) {
        kit_error("cannot open the database %s: %s: %s", path, strerror(errno),
                  open_advice(errno, mode));
        rc = EX_NOINPUT;
        goto done;
    }
    rc = secret_file_check(fd, path);
    *empty = status.st_size == 0;
    if (rc == EX_OK && !*empty)
        rc = check_header(fd, path);
    if (rc == EX_OK)
        rc = check_side_files(path);
done:
    if (fd >= 0)
        close(fd);
    return rc;
}

static int execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

/*
 * Creates the tables and sets the two numbers in the header, in one
 * transaction, unless another program has done so meanwhile. Call this before
 * WAL mode is on, so that the header is written to the file itself, where
 * check_header reads it, and not to the log.
 */
static int make_tables(struct store *store)
{
    char *sql = NULL;
    int rc = -1;

    if (execute(store, "BEGIN IMMEDIATE") != 0)
        return -1;
    if (sqlite3_table_column_metadata(store->db, NULL, "accounts", NULL, NULL,
                                      NULL, NULL, NULL, NULL) == SQLITE_OK)
        return execute(store, "ROLLBACK");
    sql = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = "
                          "%d; %s; COMMIT",
                          STORE_APPLICATION, STORE_SCHEMA, store_schema);
    if (sql != NULL)
        rc = execute(store, sql);
    sqlite3_free(sql);
    return rc;
}

/*
 * Opens the database with these settings: a commit is on disk when it returns
 * (synchronous = FULL; store_defer_sync changes that), readers and a writer do
 * not wait for each other (WAL), deleted rows are overwritten (secure_delete).
 * The final SELECT fails if the tables are missing or damaged.
 */
static int open_database(struct store *store, const char *path, bool empty)
{
    /* NOMUTEX: only one thread at a time uses a store. */
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int rc = -1;

    if (sqlite3_open_v2(path != NULL ? path : ":memory:", &store->db, flags,
                        NULL) != SQLITE_OK)
        goto done;
    sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    if (empty && make_tables(store) != 0)
        goto done;
    rc = execute(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                        "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                        "SELECT 1 FROM accounts, sessions LIMIT 1");
done:
    if (rc != 0)
        kit_error("cannot use the database %s: %s%s",
                  path != NULL ? path : "in memory", sqlite3_errmsg(store->db),
                  store_advice(store->db));
    return rc;
}

int store_open(struct store **store, const char *path, enum store_mode mode)
{
    struct store *new = NULL;
    bool empty = true;
    int rc = EX_OK;

    *store = NULL;
    if (path != NULL)
        rc = check_file(&empty, path, mode);
    if (rc != EX_OK)
        return rc;
    new = calloc(1, sizeof *new);
    if (new == NULL) {
        kit_error("no memory for the database: close other programs");
        return EX_OSERR;
    }
    new->wal.fd = -1;
    if (open_database(new, path, empty) != 0) {
        store_close(new);
        return EX_UNAVAILABLE;
    }
    *store = new;
    return EX_OK;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < STORE_QUERIES; i++)
        sqlite3_finalize(store->statements[i]);
    read_lock_close(&store->lock);
    sqlite3_close(store->db);
    wal_close(&store->wal);
    free(store);
}

/* --- Statements ----------------------------------------------------------- */

sqlite3_stmt *store_statement(struct store *store, enum store_query query)
{
    sqlite3_stmt **statement = &store->statements[query];

    /* Preparing takes longer than most queries, so do it only once. */
    if (*statement == NULL &&
        sqlite3_prepare_v3(store->db, store_queries[query], -1,
                           SQLITE_PREPARE_PERSISTENT, statement,
                           NULL) != SQLITE_OK)
        fail(store);
    return *statement;
}

int store_step(struct store *store, sqlite3_stmt *statement)
{
    if (statement == NULL)
        return -1;
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        return 0;
    default:
        return fail(store);
    }
}

void store_reset(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    if (statement != NULL)
        sqlite3_clear_bindings(statement);
}

int store_run(struct store *store, sqlite3_stmt *statement)
{
    int row = store_step(store, statement);

    store_reset(statement);
    return row == 0 ? 0 : -1;
}

/*
 * The results of binding are not checked. If it fails, the value is NULL, which
 * the columns for text and blobs reject, and which equals no row's value.
 */
void store_bind_text(sqlite3_stmt *statement, int i, const char *text)
{
    if (statement != NULL)
        sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
}

void store_bind_bytes(sqlite3_stmt *statement, int i, const void *p, size_t len)
{
    if (statement != NULL)
        sqlite3_bind_blob(statement, i, p, (int)len, SQLITE_STATIC);
}

void store_bind_number(sqlite3_stmt *statement, int i, long long number)
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

/* --- Transactions --------------------------------------------------------- */

/* Copies all of the log to the database, and empties it: see wal_sync. */
static int renew_log(struct store *store)
{
    if (sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                                  NULL, NULL) != SQLITE_OK)
        return fail(store);
    wal_renewed(&store->wal);
    return 0;
}

int store_begin(struct store *store)
{
    /* A read lock can keep the commit from copying the write-ahead log into the
       file (a checkpoint). */
    read_lock_release(&store->lock);
    if (wal_is_broken(&store->wal) && renew_log(store) != 0)
        return -1;
    return store_run(store, store_statement(store, STORE_BEGIN));
}

int store_finish(struct store *store, int rc)
{
    if (rc == 0 && store_run(store, store_statement(store, STORE_COMMIT)) == 0)
        return 0;

    /* After some errors SQLite has rolled back automatically. */
    if (sqlite3_get_autocommit(store->db) == 0 &&
        store_run(store, store_statement(store, STORE_ROLLBACK)) != 0)
        return -1;
    return rc == 0 ? -1 : rc;
}

int store_defer_sync(struct store *store)
{
    if (!wal_open(&store->wal, sqlite3_db_filename(store->db, "main")) ||
        execute(store, "PRAGMA synchronous = NORMAL") == 0)
        return 0;
    return fail(store);
}
