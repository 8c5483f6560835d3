/* SPDX-License-Identifier: MIT */
/* Sessions in the database. */
#include "server/store/sessions.h"

#include <string.h>

#include "lib/hkdf.h"
#include "lib/say.h"

/*
 * The columns of a session in a row of STORE_SESSION_LOOKUP. A row has these
 * for the sender's session, and again for one of the receiver's sessions.
 */
enum { USER, IP, PORT, TICKET_KEY, EXPIRES, SESSION_COLUMNS };
enum { SENDER = 0, RECEIVER = SESSION_COLUMNS };

/* Records the time of the login. 1: USER's password is no longer PHC. */
static int record_login(struct store *store, const char *user, const char *phc,
                        long long now)
{
    sqlite3_stmt *login = store_statement(store, STORE_ACCOUNT_LOGIN);

    store_bind_text(login, 1, user);
    store_bind_text(login, 2, phc);
    store_bind_number(login, 3, now);
    if (store_run(store, login) != 0)
        return -1;
    return sqlite3_changes(store->db) == 1 ? 0 : 1;
}

/* Removes all sessions that have ended. */
static int remove_ended(struct store *store, long long now)
{
    sqlite3_stmt *expire = store_statement(store, STORE_SESSION_REMOVE_ENDED);

    store_bind_number(expire, 1, now);
    return store_run(store, expire);
}

/* The same in its own transaction. */
static int remove_ended_and_commit(struct store *store, long long now)
{
    if (store_begin(store) != 0)
        return -1;
    return store_finish(store, remove_ended(store, now));
}

/* Removes ended sessions, and the oldest of USER until a new one fits. */
static int make_room(struct store *store, const char *user, long long now)
{
    sqlite3_stmt *trim = store_statement(store, STORE_SESSION_REMOVE_OLDEST);

    store_bind_text(trim, 1, user);
    store_bind_number(trim, 2, SESSIONS_MAX - 1);
    return remove_ended(store, now) == 0 ? store_run(store, trim) : -1;
}

/* Prints why kit_sha256 or kit_derive has failed. Returns -1. */
static int cannot_hash(void)
{
    return kit_fail(-1, "cannot hash a token: close other programs to free "
                        "memory");
}

/* Inserts the session. Stores a hash and a key of TOKEN, not TOKEN itself. */
static int insert(struct store *store, const char *user, const char *ip,
                  uint16_t port, const char *token, long long now)
{
    sqlite3_stmt *add = store_statement(store, STORE_SESSION_ADD);
    struct kit_digest hash;
    struct kit_key key = {0};
    int rc = -1;

    if (kit_sha256(&hash, token, strlen(token)) != 0 ||
        kit_derive(&key, token, KIT_LABEL_TICKET) != 0) {
        rc = cannot_hash();
        goto done;
    }
    store_bind_bytes(add, 1, hash.bytes, sizeof hash.bytes);
    store_bind_bytes(add, 2, key.bytes, sizeof key.bytes);
    store_bind_text(add, 3, user);
    store_bind_text(add, 4, ip);
    store_bind_number(add, 5, port);
    store_bind_number(add, 6, now + KIT_TOKEN_LIFE);
    rc = store_run(store, add);
done:
    kit_wipe(&key, sizeof key);
    return rc;
}

int sessions_add(struct store *store, const char *user, const char *phc,
                 const char *ip, uint16_t port, const char *token,
                 long long now)
{
    int rc;

    if (store_begin(store) != 0)
        return -1;
    rc = record_login(store, user, phc, now);
    if (rc == 0)
        rc = make_room(store, user, now);
    if (rc == 0)
        rc = insert(store, user, ip, port, token, now);
    return store_finish(store, rc);
}

/* Reads a port from column I. Returns 0, or -1 if it is out of range. */
static int read_port(uint16_t *port, sqlite3_stmt *row, int i)
{
    sqlite3_int64 value = sqlite3_column_int64(row, i);

    *port = 0;
    if (value < 0 || value > UINT16_MAX)
        return -1;
    *port = (uint16_t)value;
    return 0;
}

/* Reads the session whose columns begin at FIRST. Returns 0 or -1. */
static int read_session(struct session *session, sqlite3_stmt *row, int first)
{
    struct kit_key *key = &session->ticket_key;
    bool has_name = store_copy_text(session->user, sizeof session->user, row,
                                    first + USER) == 0 &&
                    kit_is_name(session->user);

    session->expires = sqlite3_column_int64(row, first + EXPIRES);
    if (has_name &&
        store_copy_text(session->ip, sizeof session->ip, row, first + IP) ==
            0 &&
        read_port(&session->port, row, first + PORT) == 0 &&
        store_copy_bytes(key->bytes, sizeof key->bytes, row,
                         first + TICKET_KEY) == 0 &&
        kit_is_address(session->ip))
        return 0;
    kit_error("the database has a damaged session of %s: if this persists, ask "
              "%s to log in again",
              has_name ? session->user : "an unknown user",
              has_name ? "this user" : "all users");
    return -1;
}

/*
 * Reads the receiver from this row and those that follow, newest first: the
 * first session that has a port or, if none has, the newest.
 */
static int read_receiver(struct session *receiver, struct store *store,
                         sqlite3_stmt *rows)
{
    int row = 1;

    if (sqlite3_column_type(rows, RECEIVER) == SQLITE_NULL)
        return SESSIONS_NO_RECEIVER;
    if (read_session(receiver, rows, RECEIVER) != 0)
        return SESSIONS_DAMAGED_RECEIVER;
    while (receiver->port == 0 && (row = store_step(store, rows)) == 1)
        if (sqlite3_column_int64(rows, RECEIVER + PORT) != 0 &&
            read_session(receiver, rows, RECEIVER) != 0)
            return SESSIONS_DAMAGED_RECEIVER;
    return row < 0 ? SESSIONS_DAMAGED_RECEIVER : 0;
}

/* Reads sender and receiver from the rows of the query. */
static int read_pair(struct sessions_pair *pair, struct store *store,
                     sqlite3_stmt *rows, long long now)
{
    int row = store_step(store, rows);

    if (row != 1)
        return row < 0 ? -1 : SESSIONS_NO_SENDER;
    if (read_session(&pair->sender, rows, SENDER) != 0)
        return -1;
    if (pair->sender.expires <= now)
        return SESSIONS_NO_SENDER;
    return read_receiver(&pair->receiver, store, rows);
}

int sessions_lookup(struct sessions_pair *pair, struct store *store,
                    const char *token, const char *receiver, long long now)
{
    sqlite3_stmt *rows = store_statement(store, STORE_SESSION_LOOKUP);
    struct kit_digest hash;
    int rc;

    memset(pair, 0, sizeof *pair);
    read_lock_renew(&store->lock);
    if (kit_sha256(&hash, token, strlen(token)) != 0)
        return cannot_hash();
    store_bind_bytes(rows, 1, hash.bytes, sizeof hash.bytes);
    store_bind_text(rows, 2, receiver);
    store_bind_number(rows, 3, now);
    rc = read_pair(pair, store, rows, now);
    store_reset(rows);

    /* There is such a session, but it has ended: remove it for good. */
    if (rc == SESSIONS_NO_SENDER && pair->sender.user[0] != '\0')
        return remove_ended_and_commit(store, now) == 0 ? rc : -1;
    return rc;
}
