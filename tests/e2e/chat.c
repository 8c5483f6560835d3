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
