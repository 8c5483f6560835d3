/* SPDX-License-Identifier: MIT */
/* Sessions in the database. */
#include "server/store/sessions.h"

#include <string.h>

#include "lib/hkdf.h"
#include "lib/say.h"

/* Where the columns of each begin in a row of STORE_SESSION_PAIR. */
enum { SENDER = 0, RECEIVER = 5 };

/* Notes the login; 1 when USER has no longer the password PHC. */
static int note_login(struct store *store, const char *user, const char *phc,
                      long long now)
{
    sqlite3_stmt *login = store_query(store, STORE_ACCOUNT_LOGIN);

    store_text(login, 1, user);
    store_text(login, 2, phc);
    store_number(login, 3, now);
    if (store_run(store, login) != 0)
        return -1;
    return sqlite3_changes(store->db) == 1 ? 0 : 1;
}

/* Removes all that have ended. */
static int drop_ended(struct store *store, long long now)
{
    sqlite3_stmt *expire = store_query(store, STORE_SESSION_EXPIRE);

    store_number(expire, 1, now);
    return store_run(store, expire);
}

/* The same, by itself. */
static int drop_ended_now(struct store *store, long long now)
{
    if (store_begin(store) != 0)
        return -1;
    return store_finish(store, drop_ended(store, now));
}

/* Makes room: all that have ended, and of USER's own what is too many. */
static int make_room(struct store *store, const char *user, long long now)
{
    sqlite3_stmt *trim = store_query(store, STORE_SESSION_TRIM);

    store_text(trim, 1, user);
    store_number(trim, 2, SESSIONS_MAX - 1);
    return drop_ended(store, now) == 0 ? store_run(store, trim) : -1;
}

/* The row itself; the token's hash and key in place of the token. */
static int insert(struct store *store, const char *user, const char *ip,
                  uint16_t port, const char *token, long long now)
{
    sqlite3_stmt *add = store_query(store, STORE_SESSION_ADD);
    struct kit_digest hash;
    struct kit_key key = {0};
    int rc = -1;

    if (kit_sha256(&hash, token, strlen(token)) != 0 ||
        kit_derive(&key, token, KIT_LABEL_TICKET) != 0)
        goto done;
    store_bytes(add, 1, hash.bytes, sizeof hash.bytes);
    store_bytes(add, 2, key.bytes, sizeof key.bytes);
    store_text(add, 3, user);
    store_text(add, 4, ip);
    store_number(add, 5, port);
    store_number(add, 6, now + KIT_TOKEN_LIFE);
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
    rc = note_login(store, user, phc, now);
    if (rc == 0)
        rc = make_room(store, user, now);
    if (rc == 0)
        rc = insert(store, user, ip, port, token, now);
    return store_finish(store, rc);
}

/* Whether what SESSION got from the database has the shape of an answer. */
static bool is_sound(const struct session *session, sqlite3_int64 port)
{
    return kit_is_name(session->user) && kit_is_address(session->ip) &&
           port >= 0 && port <= UINT16_MAX;
}

/* Reads the five columns from COLUMN on of the row that ROWS stands on. */
static int read_session(struct session *session, sqlite3_stmt *rows, int column)
{
    struct kit_key *key = &session->ticket_key;
    sqlite3_int64 port = sqlite3_column_int64(rows, column + 2);

    session->port = (uint16_t)port;
    session->expires = sqlite3_column_int64(rows, column + 4);
    if (store_copy_text(session->user, sizeof session->user, rows, column) ==
            0 &&
        store_copy_text(session->ip, sizeof session->ip, rows, column + 1) ==
            0 &&
        store_copy_bytes(key->bytes, sizeof key->bytes, rows, column + 3) ==
            0 &&
        is_sound(session, port))
        return 0;
    kit_error("the database: a session is damaged");
    return -1;
}

/* Of the rows from here on: the first one that listens, or the newest. */
static int read_receiver(struct session *receiver, struct store *store,
                         sqlite3_stmt *rows)
{
    int row = 1;

    if (sqlite3_column_type(rows, RECEIVER) == SQLITE_NULL)
        return SESSIONS_NO_RECEIVER;
    if (read_session(receiver, rows, RECEIVER) != 0)
        return SESSIONS_LOST_RECEIVER;
    while (receiver->port == 0 && (row = store_row(store, rows)) == 1)
        if (sqlite3_column_int(rows, RECEIVER + 2) != 0 &&
            read_session(receiver, rows, RECEIVER) != 0)
            return SESSIONS_LOST_RECEIVER;
    return row < 0 ? SESSIONS_LOST_RECEIVER : 0;
}

/* All that the ROWS of an answer say, for who asks at NOW. */
static int read_pair(struct sessions_pair *pair, struct store *store,
                     sqlite3_stmt *rows, long long now)
{
    int row = store_row(store, rows);

    if (row != 1)
        return row < 0 ? -1 : SESSIONS_NO_SENDER;
    if (read_session(&pair->sender, rows, SENDER) != 0)
        return -1;
    if (pair->sender.expires <= now)
        return SESSIONS_NO_SENDER;
    return read_receiver(&pair->receiver, store, rows);
}

int sessions_pair(struct sessions_pair *pair, struct store *store,
                  const struct sessions_question *question)
{
    sqlite3_stmt *rows = store_query(store, STORE_SESSION_PAIR);
    struct kit_digest hash;
    int rc;

    memset(pair, 0, sizeof *pair);
    store_read_lock_renew(store);
    if (kit_sha256(&hash, question->token, strlen(question->token)) != 0)
        return -1;
    store_bytes(rows, 1, hash.bytes, sizeof hash.bytes);
    store_text(rows, 2, question->receiver);
    store_number(rows, 3, question->now);
    rc = read_pair(pair, store, rows, question->now);
    store_end(rows);

    /* One that has ended nobody shall find any more. */
    if (rc == SESSIONS_NO_SENDER && pair->sender.user[0] != '\0')
        return drop_ended_now(store, question->now) == 0 ? rc : -1;
    return rc;
}
