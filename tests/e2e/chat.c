/* SPDX-License-Identifier: MIT */
#include "tests/e2e/chat.h"

struct fixture chat;

void chat_begin(void)
{
    fixture_open(&chat);
}

void chat_end(void)
{
    fixture_close(&chat);
}

TCase *chat_case(Suite *suite, const char *name, SFun setup)
{
    TCase *tcase = suite_add_case(suite, name);

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, chat_end);
    return tcase;
}
