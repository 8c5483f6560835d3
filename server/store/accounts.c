/* SPDX-License-Identifier: MIT */
/* Accounts in the database. */
#include "server/store/accounts.h"

#include "lib/program.h"
#include "lib/say.h"

/* Runs a statement that changes one row. Returns 1 if it changed none. */
static int change_row(struct store *store, sqlite3_stmt *statement)
{
    if (store_run(store, statement) != 0)
        return -1;
    return sqlite3_changes(store->db) > 0 ? 0 : 1;
}

int accounts_add(struct store *store, const char *name, const char *phc)
{
    sqlite3_stmt *add = store_statement(store, STORE_ACCOUNT_ADD);

    store_bind_text(add, 1, name);
    store_bind_text(add, 2, phc);
    return change_row(store, add);
}

int accounts_set_password(struct store *store, const char *name,
                          const char *phc)
{
    sqlite3_stmt *set = store_statement(store, STORE_ACCOUNT_SET_PASSWORD);
    sqlite3_stmt *drop = store_statement(store, STORE_SESSION_REMOVE);
    int rc;

    store_bind_text(set, 1, name);
    store_bind_text(set, 2, phc);
    rc = change_row(store, set);
    store_bind_text(drop, 1, name);
    return store_run(store, drop) == 0 ? rc : -1;
}

int accounts_remove(struct store *store, const char *name)
{
    sqlite3_stmt *remove = store_statement(store, STORE_ACCOUNT_REMOVE);

    store_bind_text(remove, 1, name);
    return change_row(store, remove);
}

int accounts_upgrade(struct store *store, const char *name, const char *before,
                     const char *after)
{
    sqlite3_stmt *upgrade = store_statement(store, STORE_ACCOUNT_UPGRADE);

    store_bind_text(upgrade, 1, name);
    store_bind_text(upgrade, 2, before);
    store_bind_text(upgrade, 3, after);
    return change_row(store, upgrade);
}

int accounts_find(char *phc, struct store *store, const char *name)
{
    sqlite3_stmt *find = store_statement(store, STORE_ACCOUNT_FIND);
    int row;

    store_bind_text(find, 1, name);
    row = store_step(store, find);
    phc[0] = '\0';
    if (row == 1 && store_copy_text(phc, PASSWORD_HASH_SIZE, find, 0) != 0)
        row = accounts_unreadable(name);
    store_reset(find);
    return row < 0 ? -1 : !row;
}

int accounts_unreadable(const char *name)
{
    return kit_fail(-1,
                    "cannot read the stored password of %s: if this persists, "
                    "set a new one with: %s --db FILE %s",
                    name, kit_program_command("chat-server passwd"), name);
}

int accounts_costs(struct password_hash_costs *costs, struct store *store)
{
    sqlite3_stmt *list = store_statement(store, STORE_ACCOUNT_COSTS);
    struct password_hash phc;
    int row;

    costs->count = 0;
    while ((row = store_step(store, list)) == 1) {
        const char *text = (const char *)sqlite3_column_text(list, 0);

        /* The query never returns NULL: this is a lack of memory. */
        if (text == NULL) {
            row = kit_fail(-1, "no memory to read the accounts: close other "
                               "programs");
            break;
        }
        if (password_hash_parse(&phc, text) == 0)
            password_hash_costs_add(costs,
                                    (struct password_hash_cost){phc.ln, phc.p});
    }
    /* We never write a row that is too large: treat it as damaged. */
    if (row < 0 && sqlite3_errcode(store->db) == SQLITE_TOOBIG)
        row = 0;
    store_reset(list);
    return row;
}

int accounts_each(struct store *store, long long now,
                  void (*function)(void *context,
                                   const struct account *account),
                  void *context)
{
    sqlite3_stmt *list = store_statement(store, STORE_ACCOUNT_LIST);
    struct account account;
    int row;

    store_bind_number(list, 1, now);
    while ((row = store_step(store, list)) == 1) {
        if (store_copy_text(account.name, sizeof account.name, list, 0) != 0)
            continue;
        account.last_login = sqlite3_column_int64(list, 1);
        account.sessions = sqlite3_column_int64(list, 2);
        function(context, &account);
    }
    store_reset(list);
    return row;
}
