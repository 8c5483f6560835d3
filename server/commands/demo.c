/* SPDX-License-Identifier: MIT */
/* The accounts of alice, bob, carol and mallory. */
#include "server/commands/demo.h"

#include <stdio.h>

#include "server/store/accounts.h"

static const struct {
    const char *name, *password;
} people[] = {
    {"alice", "apple"},
    {"bob", "banana"},
    {"carol", "cherry"},
    {"mallory", "mango"},
};

int demo_add_accounts(struct store *store, unsigned ln)
{
    char phc[PASSWORD_HASH_SIZE];

    printf("%-8s  %s\n", "user", "password");
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
        if (password_hash_make(phc, people[i].password, ln) != 0 ||
            accounts_add(store, people[i].name, phc) != 0)
            return -1;
        printf("%-8s  %s\n", people[i].name, people[i].password);
    }
    return 0;
}
