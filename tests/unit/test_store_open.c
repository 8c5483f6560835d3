/* SPDX-License-Identifier: MIT */
/* Files that are no database of ours, or not for our eyes alone. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/store/accounts.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/unit/store_file.h"

enum { FILE_SIZE = 65536 };

/* Makes the file with LEN bytes of TEXT. */
static void write_file(const void *text, size_t len)
{
    int fd = open(store_file_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    close(fd);
}

static size_t read_file(char *out)
{
    int fd = open(store_file_path, O_RDONLY);
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

    ck_assert_int_eq(store_open(&store, store_file_path, STORE_CREATE), code);
    ck_assert_ptr_null(store);
    ck_assert_msg(captured_has(word), "said: %s", captured());
    ck_assert_int_eq(captured_lines(), 1);
    ck_assert_uint_eq(read_file(after), len);
    ck_assert_mem_eq(before, after, len);
    snprintf(wal, sizeof wal, "%s-wal", store_file_path);
    ck_assert_int_ne(access(wal, F_OK), 0);
}

START_TEST(readable_by_others)
{
    store_close(store_file_open());
    ck_assert_int_eq(chmod(store_file_path, 0640), 0);
    check_refused(EX_CONFIG, "chmod 600");
    ck_assert_int_eq(chmod(store_file_path, 0600), 0);
    store_close(store_file_open());
}
END_TEST

/* The newest rows stand beside the file until SQLite has moved them. */
START_TEST(rest_readable_by_others)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    struct store *store = store_file_open(), *other;
    char name[320];
    int fd;

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(name, sizeof name, "%s%s", store_file_path, ends[i]);
        fd = open(name, O_RDWR | O_CREAT, 0600);
        ck_assert_int_eq(fchmod(fd, 0604), 0);
        ck_assert_int_eq(store_open(&other, store_file_path, STORE_CREATE),
                         EX_CONFIG);
        ck_assert_ptr_null(other);
        ck_assert_int_eq(captured_lines(), (int)i + 1);
        ck_assert(captured_has(name));
        ck_assert_int_eq(fchmod(fd, 0600), 0);
        close(fd);
    }
    store_close(store_file_open());
    store_close(store);
}
END_TEST

START_TEST(no_database)
{
    char text[200];

    memset(text, 'x', sizeof text);
    write_file(text, sizeof text);
    check_refused(EX_DATAERR, "not a database");
}
END_TEST

START_TEST(short_file)
{
    write_file("SQLite format 3", 16);
    check_refused(EX_DATAERR, "not a database");
}
END_TEST

START_TEST(of_another_program)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(store_file_path, &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(db, "CREATE TABLE accounts(name)", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    ck_assert_int_eq(chmod(store_file_path, 0600), 0);
    check_refused(EX_DATAERR, "another program");
}
END_TEST

START_TEST(of_a_newer_version)
{
    struct store *store = store_file_open();

    store_file_execute(store, "PRAGMA user_version = 2");
    store_close(store);
    check_refused(EX_CONFIG, "version");
}
END_TEST

START_TEST(absent)
{
    struct store *store;

    ck_assert_int_eq(store_open(&store, store_file_path, STORE_EXISTING),
                     EX_NOINPUT);
    ck_assert_ptr_null(store);
    ck_assert_int_ne(access(store_file_path, F_OK), 0);
    ck_assert(captured_has("adduser"));
}
END_TEST

START_TEST(no_file_but_a_folder)
{
    struct store *store;

    snprintf(store_file_path, sizeof store_file_path, "%s", store_file_folder);
    ck_assert_int_ne(store_open(&store, store_file_path, STORE_CREATE), EX_OK);
    ck_assert_ptr_null(store);
    ck_assert(captured_has("--db"));
    snprintf(store_file_path, sizeof store_file_path, "%s/db",
             store_file_folder);
}
END_TEST

/* The user reads what to do, not only what SQLite calls the error. */
START_TEST(used_by_another_program)
{
    struct store *store = store_file_open(), *other;

    store_file_execute(store, "PRAGMA journal_mode = DELETE;"
                              "PRAGMA locking_mode = EXCLUSIVE;"
                              "BEGIN EXCLUSIVE");
    ck_assert_int_eq(store_open(&other, store_file_path, STORE_EXISTING),
                     EX_UNAVAILABLE);
    ck_assert_ptr_null(other);
    ck_assert(captured_has("end that program"));
    store_close(store);
}
END_TEST

START_TEST(advice)
{
    struct store *store = store_file_open();

    ck_assert_str_eq(store_advice(store->db), "");
    store_file_execute(store, "PRAGMA query_only = ON");
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), -1);
    ck_assert(captured_has("write access"));
    store_close(store);

    store = store_file_open();
    store_file_execute(store, "PRAGMA max_page_count = 1");
    for (int i = 0; i < 1000; i++) {
        char name[16];

        snprintf(name, sizeof name, "a%d", i);
        if (accounts_add(store, name, "$a") != 0)
            break;
    }
    ck_assert(captured_has("delete files"));
    store_close(store);
}
END_TEST

TEST_SUITE(store_open)
{
    Suite *suite = suite_create("store_open");
    TCase *tc = suite_add_case(suite, "store_open");

    tcase_add_checked_fixture(tc, store_file_begin, store_file_end);
    tcase_add_tests(tc, readable_by_others, rest_readable_by_others,
                    no_database, short_file, of_another_program,
                    of_a_newer_version, absent, no_file_but_a_folder,
                    used_by_another_program, advice);
    return suite;
}
