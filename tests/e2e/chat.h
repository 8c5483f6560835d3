/* SPDX-License-Identifier: MIT */
/* The fixture of the suites that need nothing else. */
#ifndef TESTS_E2E_CHAT_H
#define TESTS_E2E_CHAT_H

#include "tests/support/fixture.h"

extern struct fixture chat;

/* chat_begin, chat_end: for tcase_add_checked_fixture. */
void chat_begin(void);
void chat_end(void);

#endif
