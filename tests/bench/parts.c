/* SPDX-License-Identifier: MIT */
/*
 * bench-parts does work that make bench compares with. It is a separate
 * process, so that its processor time is known. Each line of its input is a
 * command. When the work is done, it prints the number of units:
 *
 *     seal 1024 200        seals 1024 bytes through crypto.h for 200 ms
 *     open 1024 200        the same, but opens them
 *     direct-seal 1024 200, direct-open 1024 200
 *                          the same with the library alone
 *     ticket 200           draws the random bytes of a ticket, and seals it
 *     scrypt 2 16          hashes 16 passwords with 2 threads
 *     look-up 200 FILE     finds the sessions of two users in the database FILE
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/streams.h"
#include "lib/wire.h"
#include "server/store/password_hash.h"
#include "server/store/store.h"
#include "tests/bench/direct/direct.h"
#include "tests/bench/fail.h"
#include "tests/support/stopwatch.h"

enum {
    TEXT_MAX = 65536,
    /* Between two looks at the clock: */
    BATCH_BYTES = 1 << 18, /* sealed or opened */
    OVERHEAD = 1024,       /* the cost of a call, in bytes */
    TICKETS = 100,
    LOOK_UPS = 64,
    SESSIONS_MAX = 200000,
    THREADS_MAX = 256,
    LINE_SIZE = 1024,
};

/* Their addresses differ by whole pages and a half. Without the half, a load
   from one would seem to depend on the last store to the other, and the
   processor would wait for that (4K aliasing). */
static _Alignas(4096) uint8_t text[TEXT_MAX + 2048], box[TEXT_MAX + 2048];
static struct direct_work work = {
    .ad = "alice>bob#1", .text = text, .box = box};

/* A unit of work. Returns 0 or -1. */
typedef int unit_function(struct direct_work *);

/* Does UNIT for MS milliseconds, BATCH times between two looks at the clock.
   Returns how often. */
static long repeat(unit_function *unit, long batch, double ms)
{
    double end = stopwatch_now() + ms;
    long units = 0;

    while (stopwatch_now() < end) {
        for (long i = 0; i < batch; i++) {
            if (unit(&work) != 0)
                fail("do a unit of work");
        }
        units += batch;
    }
    return units;
}

/* --- Sealing and opening -------------------------------------------------- */

static int seal(struct direct_work *w)
{
    return kit_seal(w->box, w->len + KIT_TAG_LEN, &w->key, &w->nonce, w->ad,
                    w->ad_len, w->text, w->len);
}

static int open(struct direct_work *w)
{
    return kit_open(w->text, w->len, &w->key, &w->nonce, w->ad, w->ad_len,
                    w->box, w->len + KIT_TAG_LEN);
}

static long seal_or_open(unit_function *unit, size_t len, double ms)
{
    if (len > TEXT_MAX)
        fail("seal so many bytes");
    work.len = len;
    work.ad_len = strlen(work.ad);
    if (seal(&work) != 0)
        fail("seal");
    return repeat(unit, BATCH_BYTES / (OVERHEAD + (long)len), ms);
}

/* --- The parts of /userinfo ----------------------------------------------- */

/* Draws and seals as many bytes as ticket_make does for a name of five
   letters. */
static int make_ticket(struct direct_work *w)
{
    static const char ad[] = "senderinfo>p1234";
    static const char json[] =
        "{'username':'p1234','ip_addr':'127.0.0.1','secret':'"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',"
        "'exp':1234567890}";
    struct {
        uint8_t secret[KIT_TOKEN_BYTES];
        struct kit_nonce nonce;
    } drawn;

    w->len = sizeof json - 1;
    if (kit_random(&drawn, sizeof drawn) != 0)
        return -1;
    return kit_seal(w->box, w->len + KIT_TAG_LEN, &w->key, &drawn.nonce, ad,
                    sizeof ad - 1, w->text, w->len);
}

/* All sessions of the database, to be looked up in turn. */
static struct {
    struct kit_digest hash;
    char user[KIT_NAME_MAX + 1];
} sessions[SESSIONS_MAX];
static int session_count;
static struct store *store;

/* Opens the database FILE, and reads all its sessions. */
static void read_sessions(const char *file)
{
    sqlite3_stmt *all;

    if (store_open(&store, file, STORE_EXISTING) != EX_OK ||
        sqlite3_prepare_v2(store->db, "SELECT token_hash, user FROM sessions",
                           -1, &all, NULL) != SQLITE_OK)
        fail("read the database");
    while (session_count < SESSIONS_MAX && sqlite3_step(all) == SQLITE_ROW) {
        if (store_copy_bytes(sessions[session_count].hash.bytes, KIT_DIGEST_LEN,
                             all, 0) != 0 ||
            store_copy_text(sessions[session_count].user,
                            sizeof sessions[0].user, all, 1) != 0)
            fail("read a session");
        session_count++;
    }
    sqlite3_finalize(all);
    if (session_count == 0)
        fail("find a session");
}

/* The query of /userinfo for session I and the user of the next one. */
static void find_pair(int i)
{
    sqlite3_stmt *rows = store_statement(store, STORE_SESSION_LOOKUP);
    const char *receiver = sessions[(i + 1) % session_count].user;
    int found = 0;

    sqlite3_bind_blob(rows, 1, sessions[i].hash.bytes, KIT_DIGEST_LEN,
                      SQLITE_STATIC);
    sqlite3_bind_text(rows, 2, receiver, -1, SQLITE_STATIC);
    sqlite3_bind_int64(rows, 3, kit_now());
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(rows); column++)
            found += sqlite3_column_bytes(rows, column);
    }
    sqlite3_reset(rows);
    if (found == 0)
        fail("find a session");
}

static long look_up(double ms, const char *file)
{
    double end = stopwatch_now() + ms;
    long units = 0;

    if (store == NULL)
        read_sessions(file);
    while (stopwatch_now() < end) {
        read_lock_renew(&store->lock);
        for (int i = 0; i < LOOK_UPS; i++)
            find_pair((int)(units++ % session_count));
    }
    read_lock_release(&store->lock);
    return units;
}

/* --- Hashing -------------------------------------------------------------- */

static atomic_int hashes_left;

/* Hashes passwords at the cost of new ones until there are none left. */
static void *hash_all(void *unused)
{
    static const char password[] = "correct horse";
    uint8_t salt[PASSWORD_HASH_SALT_LEN] = {0};
    uint8_t digest[PASSWORD_HASH_DIGEST_LEN];

    while (atomic_fetch_sub(&hashes_left, 1) > 0) {
        if (kit_scrypt(digest, sizeof digest, password, sizeof password - 1,
                       salt, sizeof salt, PASSWORD_HASH_LN, PASSWORD_HASH_R,
                       PASSWORD_HASH_P) != 0)
            fail("hash");
    }
    return NULL;
}

static long scrypt(int threads, int count)
{
    pthread_t all[THREADS_MAX];

    if (threads > THREADS_MAX)
        fail("start so many threads");
    atomic_store(&hashes_left, count);
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&all[i], NULL, hash_all, NULL) != 0)
            fail("start a thread");
    }
    for (int i = 0; i < threads; i++)
        pthread_join(all[i], NULL);
    return count;
}

/* --- Commands ------------------------------------------------------------- */

static const struct {
    const char *name;
    unit_function *unit;
} boxes[] = {
    {"seal", seal},
    {"open", open},
    {"direct-seal", direct_seal},
    {"direct-open", direct_open},
};

/* Returns the units of work, or -1 if there is no such command. */
static long run(const char *line)
{
    char name[32];
    size_t len;
    double ms;
    int at = 0, threads, count;

    if (sscanf(line, "scrypt %d %d", &threads, &count) == 2)
        return scrypt(threads, count);
    if (sscanf(line, "ticket %lf", &ms) == 1)
        return repeat(make_ticket, TICKETS, ms);
    if (sscanf(line, "look-up %lf %n", &ms, &at) == 1 && at > 0)
        return look_up(ms, line + at);
    if (sscanf(line, "%31s %zu %lf", name, &len, &ms) != 3)
        return -1;
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        if (strcmp(name, boxes[i].name) == 0)
            return seal_or_open(boxes[i].unit, len, ms);
    }
    return -1;
}

int main(void)
{
    char line[LINE_SIZE];

    kit_streams_open();
    if (kit_random(&work.key, sizeof work.key) != 0 || direct_prepare() != 0)
        fail("prepare the library");
    while (fgets(line, sizeof line, stdin) != NULL) {
        long units;

        line[strcspn(line, "\n")] = '\0';
        units = run(line);
        if (units < 0)
            fail("understand the command");
        printf("%ld\n", units);
        fflush(stdout);
    }
    return EX_OK;
}
