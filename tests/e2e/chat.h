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

/* chat_case: a test case NAME of SUITE, with SETUP before each test and
   chat_end after it. */
TCase *chat_case(Suite *suite, const char *name, SFun setup);

#endif
