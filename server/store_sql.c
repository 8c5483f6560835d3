/* SPDX-License-Identifier: MIT */
/* Every word of SQL: the tables and what is asked of them. */
#include "server/store.h"

/*
 * The id of a session says how new it is: ids only grow while older sessions
 * exist. There is no column for the token, only for its SHA-256.
 */
const char *const store_schema =
    "CREATE TABLE accounts ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE,"
    "  phc TEXT NOT NULL,"
    "  last_login INTEGER);"
    "CREATE TABLE sessions ("
    "  id INTEGER PRIMARY KEY,"
    "  token_hash BLOB NOT NULL UNIQUE,"
    "  ticket_key BLOB NOT NULL,"
    "  user TEXT NOT NULL REFERENCES accounts(name) ON DELETE CASCADE,"
    "  ip TEXT NOT NULL,"
    "  port INTEGER,"
    "  expires INTEGER NOT NULL);"
    "CREATE INDEX sessions_by_user ON sessions(user);"
    "CREATE INDEX sessions_by_end ON sessions(expires);";

/* The salt in a stored password: it changes with the password alone, not when
   the same password is hashed at another cost. */
#define SALT(phc) "substr(" phc ", -66, 22)"

const char *const store_sql[STORE_QUERIES] = {
    /* IMMEDIATE: who writes waits here for other programs, or not at all. */
    [STORE_BEGIN] = "BEGIN IMMEDIATE",
    [STORE_COMMIT] = "COMMIT",
    [STORE_ROLLBACK] = "ROLLBACK",
    [STORE_ACCOUNT_ADD] = "INSERT INTO accounts(name, phc) VALUES(?1, ?2)"
                          " ON CONFLICT(name) DO NOTHING",
    [STORE_ACCOUNT_SET] = "UPDATE accounts SET phc = ?2 WHERE name = ?1",
    [STORE_ACCOUNT_REMOVE] = "DELETE FROM accounts WHERE name = ?1",
    [STORE_ACCOUNT_FIND] = "SELECT phc FROM accounts WHERE name = ?1",
    /* Each set of parameters once, with a salt and a hash of zeros. substr of
       an empty blob is NULL. */
    [STORE_ACCOUNT_COSTS] =
        "SELECT DISTINCT ifnull(substr(phc, 1, length(phc) - 66), '') || "
        "'AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'"
        " FROM accounts",
    [STORE_ACCOUNT_UPGRADE] =
        "UPDATE accounts SET phc = ?3 WHERE name = ?1 AND phc = ?2",
    [STORE_ACCOUNT_LIST] =
        "SELECT name, last_login, (SELECT count(*) FROM sessions"
        "  WHERE user = name AND expires > ?1) FROM accounts ORDER BY name",
    [STORE_ACCOUNT_LOGIN] =
        "UPDATE accounts SET last_login = ?3 WHERE name = ?1"
        " AND " SALT("phc") " = " SALT("?2"),
    [STORE_SESSION_EXPIRE] = "DELETE FROM sessions WHERE expires <= ?1",
    [STORE_SESSION_ADD] =
        "INSERT INTO sessions(token_hash, ticket_key, user, ip, port, expires)"
        " VALUES(?1, ?2, ?3, ?4, nullif(?5, 0), ?6)",
    [STORE_SESSION_TRIM] =
        "DELETE FROM sessions WHERE user = ?1 AND id NOT IN (SELECT id FROM"
        " sessions WHERE user = ?1 ORDER BY id DESC LIMIT ?2)",
    [STORE_SESSION_DROP] = "DELETE FROM sessions WHERE user = ?1",
    /* The newest first, as they stand in the index: nothing is sorted. */
    [STORE_SESSION_PAIR] =
        "SELECT s.user, s.ip, ifnull(s.port, 0), s.ticket_key, s.expires,"
        " r.user, r.ip, ifnull(r.port, 0), r.ticket_key, r.expires"
        " FROM sessions AS s LEFT JOIN sessions AS r"
        " ON r.user = ?2 AND r.expires > ?3"
        " WHERE s.token_hash = ?1 ORDER BY r.id DESC",
};
