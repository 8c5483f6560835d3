/* SPDX-License-Identifier: MIT */
/* The database file: ours alone, private, and whole. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/accounts.h"
#include "server/store.h"
#include "tests/unit/capture.h"

enum { FILE_SIZE = 65536 };

static char folder[256], path[300];

static void setup(void)
{
    const char *temp = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/kit-XXXXXX",
             temp != NULL ? temp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/db", folder);
    capture(STDERR_FILENO);
}

static void teardown(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[320];

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
    rmdir(folder);
}

static struct store *open_store(void)
{
    struct store *store;

    ck_assert_int_eq(store_open(&store, path, STORE_CREATE), EX_OK);
    return store;
}

static void execute(struct store *store, const char *sql)
{
    ck_assert_int_eq(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Makes the file with LEN bytes of TEXT. */
static void write_file(const void *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    close(fd);
}

static size_t read_file(char *out)
{
    int fd = open(path, O_RDONLY);
    ssize_t len = read(fd, out, FILE_SIZE);

    ck_assert_int_ge(len, 0);
    close(fd);
    return (size_t)len;
}

/*
 * Opening is refused with CODE and one line that has WORD in it; no byte of
 * the file changes and no other file appears.
 */
static void check_refused(int code, const char *word)
{
    static char before[FILE_SIZE], after[FILE_SIZE];
    struct store *store = (struct store *)before;
    size_t len = read_file(before);
    char wal[320];

    ck_assert_int_eq(store_open(&store, path, STORE_CREATE), code);
    ck_assert_ptr_null(store);
    ck_assert_msg(captured_has(word), "said: %s", captured());
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_uint_eq(read_file(after), len);
    ck_assert_mem_eq(before, after, len);
    snprintf(wal, sizeof wal, "%s-wal", path);
    ck_assert_int_ne(access(wal, F_OK), 0);
}

START_TEST(kept)
{
    struct store *store = open_store();
    char phc[PHC_SIZE];

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    store_close(store);
    store = open_store();
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    ck_assert_str_eq(phc, "$a");
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 1);
    ck_assert_str_eq(phc, "");
    store_close(store);
}
END_TEST

START_TEST(private_files)
{
    mode_t before = umask(0);
    struct store *store = open_store();
    char name[320];
    struct stat status;

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    snprintf(name, sizeof name, "%s-wal", path);
    ck_assert_int_eq(stat(name, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    snprintf(name, sizeof name, "%s-shm", path);
    ck_assert_int_eq(stat(name, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    umask(before);
    store_close(store);
}
END_TEST

/* The value of a PRAGMA of the open database. */
static long long pragma(struct store *store, const char *sql)
{
    sqlite3_stmt *statement;
    long long value;

    ck_assert_int_eq(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

START_TEST(settings)
{
    struct store *store = open_store();

    ck_assert_int_eq(pragma(store, "PRAGMA synchronous"), 2); /* FULL */
    ck_assert_int_eq(pragma(store, "PRAGMA foreign_keys"), 1);
    ck_assert_int_eq(pragma(store, "PRAGMA busy_timeout"), 1500);
    ck_assert_int_eq(pragma(store, "PRAGMA application_id"), STORE_APPLICATION);
    ck_assert_int_eq(pragma(store, "PRAGMA user_version"), STORE_SCHEMA);
    store_close(store);
}
END_TEST

START_TEST(readable_by_others)
{
    store_close(open_store());
    ck_assert_int_eq(chmod(path, 0640), 0);
    check_refused(EX_CONFIG, "chmod 600");
    ck_assert_int_eq(chmod(path, 0600), 0);
    store_close(open_store());
}
END_TEST

/* The newest rows stand beside the file until SQLite has moved them. */
START_TEST(rest_readable_by_others)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    struct store *store = open_store(), *other;
    char name[320];
    int fd;

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        fd = open(name, O_RDWR | O_CREAT, 0600);
        ck_assert_int_eq(fchmod(fd, 0604), 0);
        ck_assert_int_eq(store_open(&other, path, STORE_CREATE), EX_CONFIG);
        ck_assert_ptr_null(other);
        ck_assert_int_eq(captured_lines(), (int)i + 1);
        ck_assert(captured_has(name));
        ck_assert_int_eq(fchmod(fd, 0600), 0);
        close(fd);
    }
    store_close(open_store());
    store_close(store);
}
END_TEST

/* Somebody has put in what nobody could have: it is not even read. */
START_TEST(huge_values)
{
    struct store *store = open_store();
    char phc[PHC_SIZE];

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, 1 << 20);
    execute(store, "UPDATE accounts SET phc = zeroblob(1000000)");
    store_close(store);
    store = open_store();
    sqlite3_memory_highwater(1);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), -1);
    ck_assert_int_eq(accounts_newest(phc, store), -1);
    ck_assert_str_eq(phc, "");
    ck_assert_int_lt(sqlite3_memory_highwater(0), 1000000);
    ck_assert_int_eq(accounts_find(phc, store, "bob"), 1);
    store_close(store);
}
END_TEST

START_TEST(no_database)
{
    char text[200];

    memset(text, 'x', sizeof text);
    write_file(text, sizeof text);
    check_refused(EX_DATAERR, "no database");
}
END_TEST

START_TEST(short_file)
{
    write_file("SQLite format 3", 16);
    check_refused(EX_DATAERR, "no database");
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
    check_refused(EX_DATAERR, "another program");
}
END_TEST

START_TEST(of_a_newer_version)
{
    struct store *store = open_store();

    execute(store, "PRAGMA user_version = 2");
    store_close(store);
    check_refused(EX_CONFIG, "version");
}
END_TEST

START_TEST(absent)
{
    struct store *store;

    ck_assert_int_eq(store_open(&store, path, STORE_EXISTING), EX_NOINPUT);
    ck_assert_ptr_null(store);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert(captured_has("adduser"));
}
END_TEST

START_TEST(no_file_but_a_folder)
{
    struct store *store;

    snprintf(path, sizeof path, "%s", folder);
    ck_assert_int_ne(store_open(&store, path, STORE_CREATE), EX_OK);
    ck_assert_ptr_null(store);
    snprintf(path, sizeof path, "%s/db", folder);
}
END_TEST

START_TEST(two_programs)
{
    struct store *one = open_store(), *two = open_store();
    char phc[PHC_SIZE];

    ck_assert_int_eq(accounts_add(one, "alice", "$a"), 0);
    ck_assert_int_eq(accounts_find(phc, two, "alice"), 0);
    ck_assert_int_eq(accounts_add(two, "bob", "$b"), 0);
    ck_assert_int_eq(accounts_find(phc, one, "bob"), 0);
    ck_assert_int_eq(accounts_add(one, "bob", "$c"), 1);
    ck_assert_int_eq(accounts_find(phc, two, "bob"), 0);
    ck_assert_str_eq(phc, "$b");
    store_close(one);
    store_close(two);
}
END_TEST

START_TEST(undone)
{
    struct store *store = open_store();
    char phc[PHC_SIZE];

    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(store_finish(store, 1), 1);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 1);

    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(store_finish(store, 0), 0);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), 0);
    store_close(store);
}
END_TEST

Suite *store_suite(void);

Suite *store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *tc = tcase_create("store");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, kept);
    tcase_add_test(tc, private_files);
    tcase_add_test(tc, settings);
    tcase_add_test(tc, readable_by_others);
    tcase_add_test(tc, rest_readable_by_others);
    tcase_add_test(tc, huge_values);
    tcase_add_test(tc, no_database);
    tcase_add_test(tc, short_file);
    tcase_add_test(tc, of_another_program);
    tcase_add_test(tc, of_a_newer_version);
    tcase_add_test(tc, absent);
    tcase_add_test(tc, no_file_but_a_folder);
    tcase_add_test(tc, two_programs);
    tcase_add_test(tc, undone);
    suite_add_tcase(suite, tc);
    return suite;
}
