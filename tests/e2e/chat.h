/* SPDX-License-Identifier: MIT */
/* The fixture of all suites here: accounts, a server, senders and receivers. */
#ifndef TESTS_E2E_CHAT_H
#define TESTS_E2E_CHAT_H

#include "tests/support/fixture.h"
#include "tests/support/suites.h"

extern struct fixture chat;

/* chat_begin, chat_end: for tcase_add_checked_fixture. */
void chat_begin(void);
void chat_end(void);

/*
 * chat_log_in_again: logs USER in with the port of RECEIVER. From now on the
 * server seals tickets for this session, and RECEIVER cannot open them.
 */
void chat_log_in_again(const struct process *receiver, const char *user);

#endif
