/* SPDX-License-Identifier: MIT */
/* The tables of the database, and every statement that uses them. */
#include "server/store/queries.h"

/*
 * The cost in the stored password of a row, "$scrypt$ln=...$": all but salt and
 * hash, which have 66 characters. ifnull because substr of an empty blob is
 * NULL; min so that the index stays small if a row is damaged.
 */
#define COST "ifnull(substr(phc, 1, min(length(phc) - 66, 40)), '')"

/*
 * A newer session has a higher id: SQLite gives a new row an id above all
 * existing ones. The token itself is not stored, only its SHA-256.
 */
const char store_schema[] =
    "CREATE TABLE accounts ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE,"
    "  phc TEXT NOT NULL,"
    "  last_login INTEGER);"
    "CREATE INDEX accounts_by_cost ON accounts(" COST ");"
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

/*
 * The salt in a stored password. Every new password gets a new salt; hashing
 * the same password at another cost keeps it. After the salt come "$" and the
 * 43 characters of the hash.
 */
#define SALT(phc) "substr(" phc ", -66, 22)"

const char *const store_queries[STORE_QUERIES] = {
    /* IMMEDIATE waits for other writers here, so later statements need not. */
    [STORE_BEGIN] = "BEGIN IMMEDIATE",
    [STORE_COMMIT] = "COMMIT",
    [STORE_ROLLBACK] = "ROLLBACK",
    [STORE_ACCOUNT_ADD] = "INSERT INTO accounts(name, phc) VALUES(?1, ?2)"
                          " ON CONFLICT(name) DO NOTHING",
    [STORE_ACCOUNT_SET_PASSWORD] =
        "UPDATE accounts SET phc = ?2 WHERE name = ?1",
    [STORE_ACCOUNT_REMOVE] = "DELETE FROM accounts WHERE name = ?1",
    [STORE_ACCOUNT_FIND] = "SELECT phc FROM accounts WHERE name = ?1",
    /* Each cost once: the lowest, then always the next one. The index finds
       these without a look at every account. A salt and a hash of zeros
       complete a cost to a PHC string, which password_hash_parse accepts. */
    [STORE_ACCOUNT_COSTS] =
        "WITH RECURSIVE costs(cost) AS ("
        " SELECT min(" COST ") FROM accounts"
        " UNION ALL"
        " SELECT (SELECT min(" COST ") FROM accounts WHERE " COST " > cost)"
        "  FROM costs WHERE cost IS NOT NULL) "
        "SELECT cost || "
        "'AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'"
        " FROM costs WHERE cost IS NOT NULL",
    [STORE_ACCOUNT_UPGRADE] =
        "UPDATE accounts SET phc = ?3 WHERE name = ?1 AND phc = ?2",
    [STORE_ACCOUNT_LIST] =
        "SELECT name, last_login, (SELECT count(*) FROM sessions"
        "  WHERE user = name AND expires > ?1) FROM accounts ORDER BY name",
    [STORE_ACCOUNT_LOGIN] =
        "UPDATE accounts SET last_login = ?3 WHERE name = ?1"
        " AND " SALT("phc") " = " SALT("?2"),
    [STORE_SESSION_REMOVE_ENDED] = "DELETE FROM sessions WHERE expires <= ?1",
    [STORE_SESSION_ADD] =
        "INSERT INTO sessions(token_hash, ticket_key, user, ip, port, expires)"
        " VALUES(?1, ?2, ?3, ?4, nullif(?5, 0), ?6)",
    [STORE_SESSION_REMOVE_OLDEST] =
        "DELETE FROM sessions WHERE user = ?1 AND id NOT IN (SELECT id FROM"
        " sessions WHERE user = ?1 ORDER BY id DESC LIMIT ?2)",
    [STORE_SESSION_REMOVE] = "DELETE FROM sessions WHERE user = ?1",
    /* The newest first. The index on user has the ids in order, so SQLite does
       not sort. */
    [STORE_SESSION_LOOKUP] =
        "SELECT s.user, s.ip, ifnull(s.port, 0), s.ticket_key, s.expires,"
        " r.user, r.ip, ifnull(r.port, 0), r.ticket_key, r.expires"
        " FROM sessions AS s LEFT JOIN sessions AS r"
        " ON r.user = ?2 AND r.expires > ?3"
        " WHERE s.token_hash = ?1 ORDER BY r.id DESC",
};
