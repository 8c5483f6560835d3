/* SPDX-License-Identifier: MIT */
/* The accounts of --demo, whose passwords are public. */
#ifndef SERVER_COMMANDS_DEMO_H
#define SERVER_COMMANDS_DEMO_H

#include "server/store/store.h"

/*
 * demo_add_accounts: adds the accounts to STORE, hashing the passwords at cost
 * LN, and prints names and passwords on standard output. Returns 0 or -1.
 */
int demo_add_accounts(struct store *store, unsigned ln) KIT_MUST_CHECK;

#endif
