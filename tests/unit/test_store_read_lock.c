/* SPDX-License-Identifier: MIT */
/* The reader that stands still: it has the lock, and keeps nobody back. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/store_file.h"

/* Where the locks of readers are in the -shm file (sqlite.org/walformat). */
enum { READERS = 123, READERS_LEN = 5 };

static struct store *store, *other;

static void setup(void)
{
    store_file_begin();
    store = store_file_open();
    other = store_file_open();
    sqlite3_busy_timeout(other->db, 0);
    ck_assert_int_eq(store_read_lock_open(store, store_file_path), 0);
}

static void teardown(void)
{
    store_close(store);
    store_close(other);
    store_file_end();
}

/* Whether this process has the lock of a reader: only another is told. */
static bool is_locked(void)
{
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = READERS,
                         .l_len = READERS_LEN};
    char name[320];
    int status, fd;
    pid_t pid = fork();

    if (pid == 0) {
        snprintf(name, sizeof name, "%s-shm", store_file_path);
        fd = open(name, O_RDWR);
        _exit(fd < 0 || fcntl(fd, F_GETLK, &lock) != 0
                  ? 2
                  : lock.l_type != F_UNLCK);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    return WEXITSTATUS(status) == 1;
}

/* As if the last time had been MILLISECONDS ago. */
static void renew_after(int milliseconds)
{
    store->lock.since = kit_ticks() - milliseconds;
    store_read_lock_renew(store);
}

static void hold_again(void)
{
    renew_after(50);
}

static const char *find(const char *name)
{
    static char phc[PASSWORD_HASH_SIZE];

    store_read_lock_renew(store);
    return accounts_find(phc, store, name) == 0 ? phc : NULL;
}

START_TEST(locked_between_questions)
{
    ck_assert(!is_locked());
    hold_again();
    ck_assert(is_locked());
    ck_assert_ptr_null(find("alice"));
    ck_assert(is_locked());
    store_read_lock_release(store);
    ck_assert(!is_locked());
    hold_again();
    ck_assert(is_locked());
    store_read_lock_close(store);
    ck_assert(!is_locked());
    hold_again();
    ck_assert(!is_locked());
}
END_TEST

START_TEST(answers_are_new)
{
    hold_again();
    ck_assert_int_eq(accounts_add(other, "alice", "$a"), 0);
    ck_assert_str_eq(find("alice"), "$a");
    ck_assert_int_eq(accounts_set_password(other, "alice", "$b"), 0);
    ck_assert_str_eq(find("alice"), "$b");
    ck_assert_int_eq(accounts_set_password(store, "alice", "$c"), 0);
    ck_assert_str_eq(find("alice"), "$c");
}
END_TEST

/* Copies all changes to the file, or with TRUNCATE empties their log too. */
static int checkpoint(int mode)
{
    return sqlite3_wal_checkpoint_v2(other->db, NULL, mode, NULL, NULL);
}

/* Also where others have written behind it, and it would keep that back. */
START_TEST(lets_go_for_a_commit)
{
    hold_again();
    ck_assert_int_eq(accounts_add(other, "alice", "$a"), 0);
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_TRUNCATE), SQLITE_BUSY);
    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(store_finish(store, accounts_add(store, "bob", "$b")), 0);
    ck_assert(!is_locked());
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_TRUNCATE), SQLITE_OK);
}
END_TEST

/* An ended session is dropped by a commit too. */
START_TEST(lets_go_for_an_ended_session)
{
    static const char token[] = "0123456789abcdef";
    long long now = KIT_TOKEN_LIFE;
    struct sessions_pair pair;

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(
        sessions_add(store, "alice", "$a", "127.0.0.1", 0, token, 1), 0);
    hold_again();
    ck_assert_int_eq(sessions_lookup(&pair, store, token, "bob", now),
                     SESSIONS_NO_RECEIVER);
    ck_assert(is_locked());
    now++;
    ck_assert_int_eq(sessions_lookup(&pair, store, token, "bob", now),
                     SESSIONS_NO_SENDER);
    ck_assert(!is_locked());
}
END_TEST

START_TEST(renewed_in_time)
{
    renew_after(-1000);
    ck_assert(!is_locked());
    renew_after(50);
    ck_assert(is_locked());
    ck_assert_int_eq(accounts_add(other, "alice", "$a"), 0);
    renew_after(-1000);
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_FULL), SQLITE_BUSY);
    renew_after(50);
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_FULL), SQLITE_OK);
}
END_TEST

static int find_again(void)
{
    hold_again();
    return find("alice") != NULL ? 0 : -1;
}

/* Without the lock a question is answered all the same. */
START_TEST(renewing_fails)
{
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(fault_each("sqlite3_step", find_again, false), 2);
    ck_assert(is_locked());
}
END_TEST

static int open_again(void)
{
    store_read_lock_close(store);
    return store_read_lock_open(store, store_file_path);
}

START_TEST(opening_fails)
{
    ck_assert_int_eq(
        fault_each("sqlite3_open_v2 sqlite3_prepare_v3", open_again, true), 2);
}
END_TEST

START_TEST(no_file)
{
    store_read_lock_close(store);
    ck_assert_int_eq(store_read_lock_open(store, "/nowhere/at/all"), -1);
    ck_assert(captured_has("cannot read the database /nowhere/at/all"));
    ck_assert_ptr_null(find("alice"));
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_str_eq(find("alice"), "$a");
}
END_TEST

TEST_SUITE(store_read_lock)
{
    Suite *suite = suite_create("store_read_lock");
    TCase *tc = suite_add_case(suite, "store_read_lock");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_tests(tc, locked_between_questions, answers_are_new,
                    lets_go_for_a_commit, lets_go_for_an_ended_session,
                    renewed_in_time, no_file);
    if (FAULTS_POSSIBLE) {
        tcase_add_tests(tc, renewing_fails, opening_fails);
    }
    return suite;
}
