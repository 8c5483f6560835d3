/* SPDX-License-Identifier: MIT */
/* The accounts of --demo, whose passwords everybody may know. */
#ifndef SERVER_COMMANDS_DEMO_H
#define SERVER_COMMANDS_DEMO_H

#include "server/store/store.h"

/*
 * demo_fill: adds the accounts to STORE at cost LN and prints them with their
 * passwords on standard output. Returns 0 or -1.
 */
int demo_fill(struct store *store, unsigned ln) KIT_MUST_CHECK;

#endif
