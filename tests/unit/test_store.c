/* SPDX-License-Identifier: MIT */
/* The database file: its contents, its mode, invalid files. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/store/accounts.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/support/tree.h"

enum { FILE_SIZE = 65536 };

static char folder[256], path[300];
static struct store *store, *other; /* closed after the test */
static char phc[PASSWORD_HASH_SIZE];

/* A folder without a database. */
static void setup(void)
{
    ck_assert_int_eq(temp_folder(folder, sizeof folder, "store"), 0);
    snprintf(path, sizeof path, "%s/db", folder);
    capture(STDERR_FILENO);
}

static void teardown(void)
{
    store_close(store);
    store_close(other);
    ck_assert_int_eq(tree_remove(folder), 0);
}

/* Opens the database, which it creates if necessary. */
static struct store *open_path(void)
{
    struct store *new;

    ck_assert_int_eq(store_open(&new, path, STORE_CREATE), EX_OK);
    return new;
}

static void reopen(void)
{
    store_close(store);
    store = open_path();
}

/* Opening the database must fail with exit code CODE. */
static void check_rejected(int code, enum store_mode mode)
{
    struct store *rejected = (struct store *)path;

    ck_assert_int_eq(store_open(&rejected, path, mode), code);
    ck_assert_ptr_null(rejected);
}

static void execute(const char *sql)
{
    ck_assert_int_eq(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* The file that SQLite keeps next to the database, with this END. */
static const char *beside(const char *end)
{
    static char name[sizeof path + 16];

    snprintf(name, sizeof name, "%s%s", path, end);
    return name;
}

/* The account NAME in IN must have the password hash HASH; NULL: no account. */
static void check_account(struct store *in, const char *name, const char *hash)
{
    ck_assert_int_eq(accounts_find(phc, in, name), hash == NULL);
    ck_assert_str_eq(phc, hash != NULL ? hash : "");
}

START_TEST(kept)
{
    reopen();
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    reopen();
    check_account(store, "alice", "$a");
    check_account(store, "bob", NULL);
}
END_TEST

START_TEST(private_files)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    mode_t before = umask(0);
    struct stat status;

    reopen();
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    for (size_t i = 0; i < COUNT(ends); i++) {
        ck_assert_int_eq(stat(beside(ends[i]), &status), 0);
        ck_assert_int_eq(status.st_mode & 0777, 0600);
    }
    umask(before);
}
END_TEST

START_TEST(settings)
{
    static const struct {
        const char *sql;
        long long value;
    } pragmas[] = {{"PRAGMA synchronous", 2}, /* FULL */
                   {"PRAGMA foreign_keys", 1},
                   {"PRAGMA busy_timeout", 1500},
                   {"PRAGMA application_id", STORE_APPLICATION},
                   {"PRAGMA user_version", STORE_SCHEMA}};
    sqlite3_stmt *statement;

    reopen();
    for (size_t i = 0; i < COUNT(pragmas); i++) {
        ck_assert_int_eq(
            sqlite3_prepare_v2(store->db, pragmas[i].sql, -1, &statement, NULL),
            SQLITE_OK);
        ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
        ck_assert_msg(sqlite3_column_int64(statement, 0) == pragmas[i].value,
                      "%s is not %lld", pragmas[i].sql, pragmas[i].value);
        sqlite3_finalize(statement);
    }
}
END_TEST

static long long synchronous(void)
{
    sqlite3_stmt *statement;
    long long value;

    ck_assert_int_eq(sqlite3_prepare_v2(store->db, "PRAGMA synchronous", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* After store_defer_sync a commit does not wait for the disk: 1 is NORMAL. */
START_TEST(deferred_sync)
{
    int null = open("/dev/null", O_RDONLY);

    reopen();
    ck_assert_int_eq(wal_sync(&store->wal), 0);
    ck_assert_int_eq(store_defer_sync(store), 0);
    ck_assert_int_eq(synchronous(), 1);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(wal_sync(&store->wal), 0);
    ck_assert_str_eq(captured(), "");

    /* This device has no disk. */
    ck_assert_int_eq(dup2(null, store->wal.fd), store->wal.fd);
    close(null);
    ck_assert_int_eq(wal_sync(&store->wal), -1);
    captured_one_line("cannot write the database to its disk");
}
END_TEST

/* While another program reads, the log cannot be emptied. */
static void renew_while_read(void)
{
    other = open_path();
    ck_assert_int_eq(sqlite3_exec(other->db, "BEGIN; SELECT 1 FROM accounts",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_busy_timeout(store->db, 0);
    ck_assert_int_eq(store_begin(store), -1);
    store_close(other);
    other = NULL;
}

/* If a sync loses bytes, the next one can succeed without them. So after a
   failure every sync fails until store_begin has emptied the log. */
START_TEST(failed_sync)
{
    int log, null = open("/dev/null", O_RDONLY);
    struct stat status;

    reopen();
    ck_assert_int_eq(store_defer_sync(store), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    log = dup(store->wal.fd);
    ck_assert_int_eq(dup2(null, store->wal.fd), store->wal.fd);
    ck_assert_int_eq(wal_sync(&store->wal), -1);
    ck_assert_int_eq(dup2(log, store->wal.fd), store->wal.fd);
    ck_assert_int_eq(wal_sync(&store->wal), -1);
    ck_assert_int_eq(captured_lines(), 2);
    renew_while_read();
    ck_assert_int_eq(captured_lines(), 3);
    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(fstat(log, &status), 0);
    ck_assert_int_eq(status.st_size, 0);
    ck_assert_int_eq(store_finish(store, 0), 0);
    ck_assert_int_eq(wal_sync(&store->wal), 0);
    ck_assert_int_eq(captured_lines(), 3);
    close(null);
    close(log);
}
END_TEST

/* A database in memory needs none. */
START_TEST(no_disk)
{
    ck_assert_int_eq(store_open(&store, NULL, STORE_CREATE), EX_OK);
    ck_assert_int_eq(store_defer_sync(store), 0);
    ck_assert_int_eq(store->wal.fd, -1);
    ck_assert_int_eq(wal_sync(&store->wal), 0);
}
END_TEST

/* Values larger than the server writes are not even read. */
START_TEST(huge_values)
{
    struct password_hash_costs costs;

    reopen();
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, 1 << 20);
    execute("UPDATE accounts SET phc = zeroblob(1000000)");
    reopen();
    sqlite3_memory_highwater(1);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), -1);
    ck_assert_int_eq(accounts_costs(&costs, store), 0);
    ck_assert_str_eq(phc, "");
    ck_assert_int_lt(sqlite3_memory_highwater(0), 1000000);
    check_account(store, "bob", NULL);
}
END_TEST

START_TEST(two_programs)
{
    reopen();
    other = open_path();
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    check_account(other, "alice", "$a");
    ck_assert_int_eq(accounts_add(other, "bob", "$b"), 0);
    check_account(store, "bob", "$b");
    ck_assert_int_eq(accounts_add(store, "bob", "$c"), 1);
    check_account(other, "bob", "$b");
}
END_TEST

START_TEST(rolled_back)
{
    reopen();
    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(store_finish(store, 1), 1);
    check_account(store, "alice", NULL);

    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(store_finish(store, 0), 0);
    check_account(store, "alice", "$a");
}
END_TEST

/* --- Files that are rejected -----------------------------------------------*/

/*
 * Opening fails with CODE and one line that contains PART. The file does not
 * change and no other file appears.
 */
static void check_unchanged(int code, const char *part)
{
    static char before[FILE_SIZE];
    size_t len, len_after;
    const char *after = file_read(path, &len);

    ck_assert_uint_le(len, sizeof before);
    memcpy(before, after, len);
    check_rejected(code, STORE_CREATE);
    ck_assert_msg(captured_has(part), "printed: %s", captured());
    ck_assert_int_eq(captured_lines(), 1);
    after = file_read(path, &len_after);
    ck_assert_uint_eq(len_after, len);
    ck_assert_mem_eq(before, after, len);
    ck_assert_int_ne(access(beside("-wal"), F_OK), 0);
}

START_TEST(readable_by_others)
{
    store_close(open_path());
    ck_assert_int_eq(chmod(path, 0640), 0);
    check_unchanged(EX_CONFIG, "chmod 600");
    ck_assert_int_eq(chmod(path, 0600), 0);
    store_close(open_path());
}
END_TEST

/* SQLite keeps the newest rows in these files for a while. */
START_TEST(journals_readable_by_others)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    int fd;

    reopen();
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    for (size_t i = 0; i < COUNT(ends); i++) {
        fd = open(beside(ends[i]), O_RDWR | O_CREAT, 0600);
        ck_assert_int_eq(fchmod(fd, 0604), 0);
        check_rejected(EX_CONFIG, STORE_CREATE);
        ck_assert_int_eq(captured_lines(), (int)i + 1);
        ck_assert(captured_has(beside(ends[i])));
        ck_assert_int_eq(fchmod(fd, 0600), 0);
        close(fd);
    }
    other = open_path();
}
END_TEST

START_TEST(not_a_database)
{
    char text[200];

    memset(text, 'x', sizeof text);
    file_write(path, text, sizeof text);
    check_unchanged(EX_DATAERR, "not a database");
}
END_TEST

START_TEST(short_file)
{
    file_write(path, "SQLite format 3", 16);
    check_unchanged(EX_DATAERR, "not a database");
}
END_TEST

START_TEST(of_another_program)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(db, "CREATE TABLE accounts(name)", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    ck_assert_int_eq(chmod(path, 0600), 0);
    check_unchanged(EX_DATAERR, "another program");
}
END_TEST

START_TEST(of_a_newer_version)
{
    reopen();
    execute("PRAGMA user_version = 2");
    store_close(store);
    store = NULL;
    check_unchanged(EX_CONFIG, "version");
}
END_TEST

START_TEST(absent)
{
    check_rejected(EX_NOINPUT, STORE_EXISTING);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert(captured_has("adduser"));
}
END_TEST

START_TEST(path_is_a_folder)
{
    struct store *rejected;

    ck_assert_int_ne(store_open(&rejected, folder, STORE_CREATE), EX_OK);
    ck_assert_ptr_null(rejected);
    ck_assert(captured_has("--db"));
}
END_TEST

/* The error says what to do, besides SQLite's own message. */
START_TEST(used_by_another_program)
{
    reopen();
    execute("PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE;"
            "BEGIN EXCLUSIVE");
    check_rejected(EX_UNAVAILABLE, STORE_EXISTING);
    ck_assert(captured_has("end that program"));
}
END_TEST

START_TEST(advice)
{
    char name[16];

    reopen();
    ck_assert_str_eq(store_advice(store->db), "");
    ck_assert_str_eq(store_advice(NULL), ": close other programs");
    execute("PRAGMA query_only = ON");
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), -1);
    ck_assert(captured_has("write access"));

    reopen();
    execute("PRAGMA max_page_count = 1");
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "a%d", i);
        if (accounts_add(store, name, "$a") != 0)
            break;
    }
    ck_assert(captured_has("delete files"));

    reopen();
    execute("DROP TABLE sessions");
    check_rejected(EX_UNAVAILABLE, STORE_EXISTING);
    ck_assert(captured_has("the file is damaged"));
}
END_TEST

TEST_SUITE(store, 60, setup, teardown)
{
    tcase_add_tests(tcase, kept, private_files, settings, deferred_sync,
                    failed_sync, no_disk, huge_values, two_programs,
                    rolled_back, readable_by_others,
                    journals_readable_by_others, not_a_database, short_file,
                    of_another_program, of_a_newer_version, absent,
                    path_is_a_folder, used_by_another_program, advice);
}
