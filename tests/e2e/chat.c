/* SPDX-License-Identifier: MIT */
#include "tests/e2e/chat.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "tests/support/http_client.h"
#include "tests/support/tcp.h"

struct fixture chat;

void chat_begin(void)
{
    fixture_open(&chat);
}

void chat_end(void)
{
    fixture_close(&chat);
}

void chat_log_in_again(const struct process *receiver, const char *user)
{
    char m1[128];
    struct http http;

    snprintf(m1, sizeof m1,
             "{\"username\":\"%s\",\"password\":\"%s-pw\",\"port\":%d}", user,
             user, ntohs(tcp_address(receiver->where).sin_port));
    http_open(&http, chat.url, NULL);
    ck_assert_int_eq(http_post(&http, "/login", m1), 200);
    http_close(&http);
}
