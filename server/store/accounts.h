/* SPDX-License-Identifier: MIT */
/* Who may log in: names and stored passwords. */
#ifndef SERVER_STORE_ACCOUNTS_H
#define SERVER_STORE_ACCOUNTS_H

#include "lib/wire.h"
#include "server/store/password_hash.h"
#include "server/store/store.h"

/* One line of the list. */
struct account {
    char name[KIT_NAME_MAX + 1]; /* a NAME */
    long long sessions;          /* live ones */
    long long last_login;        /* Unix seconds, or 0: never */
};

/* accounts_add: 0; 1 when there is such a name already; -1 on failure. */
int accounts_add(struct store *store, const char *name,
                 const char *phc) KIT_MUST_CHECK;

/*
 * accounts_set: gives NAME another password and ends its sessions. 0; 1 when
 * there is no such name; -1 on failure. The caller has begun a transaction.
 */
int accounts_set(struct store *store, const char *name,
                 const char *phc) KIT_MUST_CHECK;

/* accounts_remove: removes NAME with its sessions. 0; 1: none; -1. */
int accounts_remove(struct store *store, const char *name) KIT_MUST_CHECK;

/*
 * accounts_find: writes the stored password of NAME to PHC, PASSWORD_HASH_SIZE
 * bytes. 0; 1 with PHC empty when there is no such name; -1 on failure.
 */
int accounts_find(char *phc, struct store *store,
                  const char *name) KIT_MUST_CHECK;

/*
 * accounts_upgrade: stores AFTER in place of BEFORE, the same password of NAME
 * at another cost. 0; 1 when NAME has no longer BEFORE; -1 on failure.
 */
int accounts_upgrade(struct store *store, const char *name, const char *before,
                     const char *after) KIT_MUST_CHECK;

/*
 * accounts_costs: sets COSTS to what the stored passwords cost. A row that is
 * damaged does not count; one that is too large to read hides the rows behind
 * it. 0 or -1.
 */
int accounts_costs(struct password_hash_costs *costs,
                   struct store *store) KIT_MUST_CHECK;

/*
 * accounts_each: calls FUNCTION with CONTEXT for every account, by name. NOW
 * says which sessions are live. 0 or -1.
 */
int accounts_each(struct store *store, long long now,
                  void (*function)(void *context, const struct account *one),
                  void *context) KIT_MUST_CHECK;

#endif
