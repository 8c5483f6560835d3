/* SPDX-License-Identifier: MIT */
/* Sessions in the database. */
#include "server/sessions.h"

#include <string.h>

#include "lib/hkdf.h"

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

/* Reads the row that SELECT stands on, with columns as both queries have. */
static int read_session(struct session *session, sqlite3_stmt *select)
{
    struct kit_key *key = &session->ticket_key;

    session->port = (uint16_t)sqlite3_column_int(select, 2);
    session->expires = sqlite3_column_int64(select, 4);
    if (store_copy_text(session->user, sizeof session->user, select, 0) != 0 ||
        store_copy_text(session->ip, sizeof session->ip, select, 1) != 0)
        return -1;
    /* What is in no shape to stand in an answer was not written by us. */
    if (!kit_is_name(session->user) || !kit_is_address(session->ip))
        return -1;
    return store_copy_bytes(key->bytes, sizeof key->bytes, select, 3);
}

int sessions_find(struct session *session, struct store *store,
                  const char *token, long long now)
{
    sqlite3_stmt *find = store_query(store, STORE_SESSION_FIND);
    struct kit_digest hash;
    int row;

    memset(session, 0, sizeof *session);
    if (kit_sha256(&hash, token, strlen(token)) != 0)
        return -1;
    store_bytes(find, 1, hash.bytes, sizeof hash.bytes);
    row = store_row(store, find);
    if (row == 1 && read_session(session, find) != 0)
        row = -1;
    store_end(find);
    if (row != 1)
        return row < 0 ? -1 : 1;
    if (session->expires > now)
        return 0;

    /* It has ended, and nobody shall find it any more. */
    kit_wipe(session, sizeof *session);
    return drop_ended(store, now) == 0 ? 1 : -1;
}

int sessions_newest(struct session *session, struct store *store,
                    const char *user, long long now)
{
    sqlite3_stmt *newest = store_query(store, STORE_SESSION_NEWEST);
    int row, rc = 1;

    memset(session, 0, sizeof *session);
    store_text(newest, 1, user);
    store_number(newest, 2, now);

    /* The newest; and on to the first that listens, where it does not. */
    while ((row = store_row(store, newest)) == 1) {
        if (rc == 1 || sqlite3_column_int(newest, 2) != 0)
            rc = read_session(session, newest);
        if (rc != 0 || session->port != 0)
            break;
    }
    store_end(newest);
    return row < 0 ? -1 : rc;
}
