/* SPDX-License-Identifier: MIT */
/* The SQL of the database. */
#ifndef SERVER_STORE_QUERIES_H
#define SERVER_STORE_QUERIES_H

/* Makes the tables and their indexes. */
extern const char store_schema[];

/* The index into store_queries. store_statement prepares each of them once. */
enum store_query {
    STORE_BEGIN,
    STORE_COMMIT,
    STORE_ROLLBACK,
    STORE_ACCOUNT_ADD,
    STORE_ACCOUNT_SET_PASSWORD,
    STORE_ACCOUNT_REMOVE,
    STORE_ACCOUNT_FIND,
    STORE_ACCOUNT_COSTS,
    STORE_ACCOUNT_UPGRADE,
    STORE_ACCOUNT_LIST,
    STORE_ACCOUNT_LOGIN,
    STORE_SESSION_ADD,
    STORE_SESSION_REMOVE,
    STORE_SESSION_REMOVE_ENDED,
    STORE_SESSION_REMOVE_OLDEST,
    STORE_SESSION_LOOKUP,
    STORE_QUERIES,
};

extern const char *const store_queries[STORE_QUERIES];

#endif
