/* SPDX-License-Identifier: MIT */
/* Opening the database, or refusing what is not ours without touching it. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/say.h"
#include "server/private.h"
#include "server/store.h"

/* The head of every SQLite file (sqlite.org/fileformat.html, 1.3). */
enum {
    HEAD_LEN = 100,
    HEAD_SCHEMA = 60,      /* where user_version stands, big-endian */
    HEAD_APPLICATION = 68, /* where application_id stands */
    BUSY_MILLISECONDS = 1500,
    VALUE_MAX = 65536, /* bytes; what is longer was not written by us */
};

static const char magic[16] = "SQLite format 3";

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

/* Reads the head of FD and says whether it is that of one of our files. */
static int check_head(int fd, const char *path)
{
    unsigned char head[HEAD_LEN];
    ssize_t n = pread(fd, head, sizeof head, 0);

    if (n < 0) {
        kit_error("cannot read %s: %s", path, strerror(errno));
        return EX_IOERR;
    }
    if (n < HEAD_LEN || memcmp(head, magic, sizeof magic) != 0) {
        kit_error("%s is no database; name another file with --db", path);
        return EX_DATAERR;
    }
    if (big_endian(head + HEAD_APPLICATION) != STORE_APPLICATION) {
        kit_error("%s is the database of another program; name another file "
                  "with --db",
                  path);
        return EX_DATAERR;
    }
    if (big_endian(head + HEAD_SCHEMA) != STORE_SCHEMA) {
        kit_error("%s was made by another version of chat-server (tables %lu, "
                  "this one knows %d); use that version",
                  path, (unsigned long)big_endian(head + HEAD_SCHEMA),
                  STORE_SCHEMA);
        return EX_CONFIG;
    }
    return EX_OK;
}

/* Looks at the file REAL with END behind its name, where there is one. */
static int check_one_beside(const char *real, const char *end)
{
    char *name = sqlite3_mprintf("%s%s", real, end);
    int fd, rc = EX_OK;

    if (name == NULL) {
        kit_error("no memory to look for %s%s", real, end);
        return EX_OSERR;
    }
    fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
        rc = private_check(fd, name);
        close(fd);
    }
    sqlite3_free(name);
    return rc;
}

/*
 * Looks at what SQLite keeps beside the file, where it finds it: copied by
 * somebody with other modes, it would show as much as the file itself.
 */
static int check_beside(const char *path)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    char *real = realpath(path, NULL);
    int rc = EX_OK;

    if (real == NULL) {
        kit_error("cannot find the database %s: %s", path, strerror(errno));
        return EX_NOINPUT;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0] && rc == EX_OK; i++)
        rc = check_one_beside(real, ends[i]);
    free(real);
    return rc;
}

/* What to do about ERROR, an errno of open. */
static const char *advice(int error, enum store_mode mode)
{
    switch (error) {
    case ENOENT:
        return mode == STORE_EXISTING ? "make one with: chat-server adduser"
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
 * Looks at the file before SQLite does, for SQLite would write to it. Sets
 * EMPTY when there is nothing in it yet.
 */
static int check_file(bool *empty, const char *path, enum store_mode mode)
{
    int flags = O_RDWR | O_CLOEXEC | (mode == STORE_CREATE ? O_CREAT : 0);
    int fd = open(path, flags, S_IRUSR | S_IWUSR);
    struct stat status;
    int rc;

    if (fd < 0 || fstat(fd, &status) != 0) {
        kit_error("cannot open the database %s: %s: %s", path, strerror(errno),
                  advice(errno, mode));
        rc = EX_NOINPUT;
        goto done;
    }
    rc = private_check(fd, path);
    *empty = status.st_size == 0;
    if (rc == EX_OK && !*empty)
        rc = check_head(fd, path);
    if (rc == EX_OK)
        rc = check_beside(path);
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
 * Makes the tables and the marks in one transaction, before WAL is on: so
 * they stand in the file itself, where check_head will look. Another program
 * may have done it meanwhile.
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
 * A commit is on disk when it returns (FULL), readers and a writer do not
 * wait for each other (WAL), deleted rows are overwritten (secure_delete).
 */
static int prepare(struct store *store, const char *path, bool empty)
{
    /* NOMUTEX: a store belongs to one thread, as store.h says. */
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
        kit_error("no memory for the database");
        return EX_OSERR;
    }
    if (prepare(new, path, empty) != 0) {
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
        sqlite3_finalize(store->kept[i]);
    store_hold_close(store);
    sqlite3_close(store->db);
    free(store);
}
