/* SPDX-License-Identifier: MIT */
/* The server that a suite attacks, for tcase_add_checked_fixture. */
#ifndef TESTS_ATTACK_SETUP_H
#define TESTS_ATTACK_SETUP_H

#include "tests/support/target.h"

extern struct target target;

/*
 * setup_accounts: target_open at the lowest cost. setup_cheap: setup_accounts,
 * then database_cheapen. setup_server: setup_accounts, then starts the server.
 * setup_users: setup_server, then logs the users in. setup_costly: target_begin
 * at target_ln. teardown_target: target_close.
 */
void setup_accounts(void);
void setup_cheap(void);
void setup_server(void);
void setup_users(void);
void setup_costly(void);
void teardown_target(void);

#endif
