/* SPDX-License-Identifier: MIT */
/* The read lock on a database file: when it is held, and what queries find. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/support/tree.h"

/* Where the locks of readers are in the -shm file (sqlite.org/walformat). */
enum { READERS = 123, READERS_LEN = 5 };

static char folder[256], path[300];
static struct store *store, *other;

static struct store *open_path(void)
{
    struct store *new;

    ck_assert_int_eq(store_open(&new, path, STORE_CREATE), EX_OK);
    return new;
}

/* STORE has the read lock. OTHER acts as a program that does not wait. */
static void setup(void)
{
    ck_assert_int_eq(temp_folder(folder, sizeof folder, "lock"), 0);
    snprintf(path, sizeof path, "%s/db", folder);
    capture(STDERR_FILENO);
    store = open_path();
    other = open_path();
    sqlite3_busy_timeout(other->db, 0);
    ck_assert_int_eq(read_lock_open(&store->lock, path), 0);
}

static void teardown(void)
{
    store_close(store);
    store_close(other);
    ck_assert_int_eq(tree_remove(folder), 0);
}

/* Whether this process has a reader's lock. F_GETLK ignores the caller's own
   locks, so a child asks. */
static bool is_locked(void)
{
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = READERS,
                         .l_len = READERS_LEN};
    char name[sizeof path + 4];
    int status, fd;
    pid_t pid = fork();

    if (pid == 0) {
        snprintf(name, sizeof name, "%s-shm", path);
        fd = open(name, O_RDWR);
        _exit(fd < 0 || fcntl(fd, F_GETLK, &lock) != 0
                  ? 2
                  : lock.l_type != F_UNLCK);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    return WEXITSTATUS(status) == 1;
}

/* Renews the lock as if the last time had been MILLISECONDS ago. */
static void renew_after(int milliseconds)
{
    store->lock.since = kit_ticks() - milliseconds;
    read_lock_renew(&store->lock);
}

static void renew(void)
{
    renew_after(50);
}

/* The account alice must have the password hash HASH; NULL: no account. */
static void renew_and_check_alice(const char *hash)
{
    char phc[PASSWORD_HASH_SIZE];

    read_lock_renew(&store->lock);
    ck_assert_int_eq(accounts_find(phc, store, "alice"), hash == NULL);
    ck_assert_str_eq(phc, hash != NULL ? hash : "");
}

START_TEST(locked_between_queries)
{
    ck_assert(!is_locked());
    renew();
    ck_assert(is_locked());
    renew_and_check_alice(NULL);
    ck_assert(is_locked());
    read_lock_release(&store->lock);
    ck_assert(!is_locked());
    renew();
    ck_assert(is_locked());
    read_lock_close(&store->lock);
    ck_assert(!is_locked());
    renew();
    ck_assert(!is_locked());
}
END_TEST

START_TEST(finds_new_rows)
{
    renew();
    ck_assert_int_eq(accounts_add(other, "alice", "$a"), 0);
    renew_and_check_alice("$a");
    ck_assert_int_eq(accounts_set_password(other, "alice", "$b"), 0);
    renew_and_check_alice("$b");
    ck_assert_int_eq(accounts_set_password(store, "alice", "$c"), 0);
    renew_and_check_alice("$c");
}
END_TEST

/* Copies all changes to the file; TRUNCATE also empties their log. */
static int checkpoint(int mode)
{
    return sqlite3_wal_checkpoint_v2(other->db, NULL, mode, NULL, NULL);
}

/* A lock kept after a commit would block the next checkpoint. */
START_TEST(commit_releases)
{
    renew();
    ck_assert_int_eq(accounts_add(other, "alice", "$a"), 0);
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_TRUNCATE), SQLITE_BUSY);
    ck_assert_int_eq(store_begin(store), 0);
    ck_assert_int_eq(store_finish(store, accounts_add(store, "bob", "$b")), 0);
    ck_assert(!is_locked());
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_TRUNCATE), SQLITE_OK);
}
END_TEST

/* Removing an ended session is a commit, too. */
START_TEST(ended_session_releases)
{
    static const char token[] = "0123456789abcdef";
    struct sessions_pair pair;

    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(
        sessions_add(store, "alice", "$a", "127.0.0.1", 0, token, 1), 0);
    renew();
    ck_assert_int_eq(
        sessions_lookup(&pair, store, token, "bob", KIT_TOKEN_LIFE),
        SESSIONS_NO_RECEIVER);
    ck_assert(is_locked());
    ck_assert_int_eq(
        sessions_lookup(&pair, store, token, "bob", KIT_TOKEN_LIFE + 1),
        SESSIONS_NO_SENDER);
    ck_assert(!is_locked());
}
END_TEST

START_TEST(renewed_in_time)
{
    renew_after(-1000);
    ck_assert(!is_locked());
    renew();
    ck_assert(is_locked());
    ck_assert_int_eq(accounts_add(other, "alice", "$a"), 0);
    renew_after(-1000);
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_FULL), SQLITE_BUSY);
    renew();
    ck_assert_int_eq(checkpoint(SQLITE_CHECKPOINT_FULL), SQLITE_OK);
}
END_TEST

START_TEST(no_second_connection)
{
    read_lock_close(&store->lock);
    ck_assert_int_eq(read_lock_open(&store->lock, "/nowhere/at/all"), -1);
    ck_assert(captured_has("cannot read the database /nowhere/at/all"));
    renew_and_check_alice(NULL);
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    renew_and_check_alice("$a");
}
END_TEST

static int renew_and_find(void)
{
    char phc[PASSWORD_HASH_SIZE];

    renew();
    read_lock_renew(&store->lock);
    return accounts_find(phc, store, "alice");
}

/* Without the lock, queries are still answered. */
START_TEST(renewing_fails)
{
    ck_assert_int_eq(accounts_add(store, "alice", "$a"), 0);
    ck_assert_int_eq(fault_each("sqlite3_step", renew_and_find, false), 2);
    ck_assert(is_locked());
}
END_TEST

static int open_lock_again(void)
{
    read_lock_close(&store->lock);
    return read_lock_open(&store->lock, path);
}

START_TEST(opening_lock_fails)
{
    ck_assert_int_eq(
        fault_each("sqlite3_open_v2 sqlite3_prepare_v3", open_lock_again, true),
        2);
}
END_TEST

TEST_SUITE(read_lock, 60, setup, teardown)
{
    tcase_add_tests(tcase, locked_between_queries, finds_new_rows,
                    commit_releases, ended_session_releases, renewed_in_time,
                    no_second_connection);
    if (faults_possible("read_lock"))
        tcase_add_tests(tcase, renewing_fails, opening_lock_fails);
}
