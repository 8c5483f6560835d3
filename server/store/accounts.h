/* SPDX-License-Identifier: MIT */
/*
 * Accounts: who may log in.
 *
 * PHC is a stored password in the PHC string format (password_hash.h). All
 * functions return 0 on success and -1 on error.
 */
#ifndef SERVER_STORE_ACCOUNTS_H
#define SERVER_STORE_ACCOUNTS_H

#include "lib/wire.h"
#include "server/store/password_hash.h"
#include "server/store/store.h"

/* accounts_add: adds an account. Returns 1 if NAME exists already. */
int accounts_add(struct store *store, const char *name,
                 const char *phc) KIT_MUST_CHECK;

/*
 * accounts_set_password: changes the password of NAME to PHC and ends all its
 * sessions. Call it within a transaction. Returns 1 if there is no account
 * NAME.
 */
int accounts_set_password(struct store *store, const char *name,
                          const char *phc) KIT_MUST_CHECK;

/*
 * accounts_remove: removes the account NAME and its sessions. Returns 1 if
 * there is no such account.
 */
int accounts_remove(struct store *store, const char *name) KIT_MUST_CHECK;

/*
 * accounts_find: writes the stored password of NAME to PHC,
 * PASSWORD_HASH_SIZE bytes. Returns 1, with PHC empty, if there is no account
 * NAME.
 */
int accounts_find(char *phc, struct store *store,
                  const char *name) KIT_MUST_CHECK;

/*
 * accounts_unreadable: prints that the stored password of NAME cannot be read,
 * and how to replace it. Returns -1.
 */
int accounts_unreadable(const char *name);

/*
 * accounts_upgrade: replaces BEFORE, the stored password of NAME, by AFTER,
 * the same password hashed at another cost. Returns 1 if the stored password
 * of NAME is no longer BEFORE.
 */
int accounts_upgrade(struct store *store, const char *name, const char *before,
                     const char *after) KIT_MUST_CHECK;

/*
 * accounts_costs: sets COSTS to the costs of all stored passwords. Damaged
 * rows are ignored. A row that is too large to read ends the list.
 */
int accounts_costs(struct password_hash_costs *costs,
                   struct store *store) KIT_MUST_CHECK;

/* What accounts_each passes on. */
struct account {
    char name[KIT_NAME_MAX + 1]; /* as stored, perhaps by another program */
    long long sessions;          /* the number of live ones */
    long long last_login;        /* Unix seconds; 0: never */
};

/*
 * accounts_each: calls FUNCTION with CONTEXT for every account, sorted by
 * name. Counts the sessions that are live at NOW (Unix seconds).
 */
int accounts_each(struct store *store, long long now,
                  void (*function)(void *context,
                                   const struct account *account),
                  void *context) KIT_MUST_CHECK;

#endif
