/* SPDX-License-Identifier: MIT */
/* Message 5: the line, the ticket in it, the box, the numbers, the nonces. */
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "tests/grade/chance.h"
#include "tests/grade/chat.h"
#include "tests/grade/checks.h"
#include "tests/grade/forge.h"
#include "tests/grade/transcript.h"

static struct chat chat;

void m5_line(void)
{
    /* With and without padding, and with every character of base64. */
    static const size_t lengths[] = {20, 21, 22, 400};
    char text[401];
    struct m5 m5;

    chat_begin(&chat);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        chance_fill(text, lengths[i]);
        chat_type(&chat, text, lengths[i]);
        chat_read(&m5, &chat);
    }
}

/* --- The ticket ----------------------------------------------------------- */

static void expect_ticket(void)
{
    struct m5 m5;

    chat_type(&chat, "hello", 5);
    chat_read(&m5, &chat);
    if (strcmp(m5.senderinfo, chat.senderinfo) == 0)
        return;
    detail_differ(chat.senderinfo, strlen(chat.senderinfo), m5.senderinfo,
                  strlen(m5.senderinfo));
    expected("senderinfo of %zu characters, as in message 4",
             strlen(chat.senderinfo));
    got("%zu characters: %s", strlen(m5.senderinfo),
        shown(m5.senderinfo, strlen(m5.senderinfo)));
    fail("Send senderinfo exactly as the server gave it.");
}

void m5_ticket(void)
{
    char text[741];

    chat_begin(&chat);
    expect_ticket();
    chat_exits(&chat, true);
    /* Only its length is the protocol's; what is in it is the receiver's. */
    step("Another run, with the longest ticket there may be.");
    chat_renew(&chat);
    chance_fill(text, sizeof text - 1);
    forge_sealed(chat.senderinfo, chat.secret, "x", "", text, sizeof text - 1);
    snprintf(chat.m4.senderinfo, sizeof chat.m4.senderinfo, "\"%s\"",
             chat.senderinfo);
    chat_serve(&chat);
    chat_start(&chat);
    expect_ticket();
}

/* --- The box -------------------------------------------------------------- */

void m5_box(void)
{
    static const char blocks[] =
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct m5 m5;
    char text[64];

    chat_begin(&chat);
    /* Equal blocks show what hides no pattern; see the opener's last words. */
    chat_say(&m5, &chat, blocks, sizeof blocks - 1);
    /* Up to a number that is another one in hex, and has two digits. */
    for (int i = 2; i <= 17; i++) {
        chance_text(text);
        chat_say(&m5, &chat, text, strlen(text));
    }
}

void m5_seq(void)
{
    enum { LINES = 300 }; /* more than a byte counts */
    struct m5 m5;
    long long last = 0;

    chat_begin(&chat);
    for (int i = 0; i < LINES; i++) {
        char text[64];

        chance_text(text);
        chat_type(&chat, text, strlen(text));
        chat_read(&m5, &chat);
        expected(i == 0 ? "seq 1" : "a seq greater than %lld", last);
        got("seq %lld", m5.seq);
        if (i == 0 && m5.seq != 1)
            fail("seq is %lld, expected 1.", m5.seq);
        if (m5.seq == last)
            fail("seq is %lld twice: the receiver will refuse the second.",
                 m5.seq);
        if (m5.seq < last)
            fail("seq goes back, from %lld to %lld: the receiver will refuse "
                 "it.",
                 last, m5.seq);
        last = m5.seq;
    }
}

/* --- Other secrets -------------------------------------------------------- */

void m5_secrets(void)
{
    static const size_t lengths[] = {16, 65, 128};
    struct m5 m5;

    chat_prepare(&chat);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        program_while("secret and token have %zu characters", lengths[i]);
        step("Secret and token have %zu characters of any kind.", lengths[i]);
        if (lengths[i] == KIT_TOKEN_MAX) {
            step("And the names have %d.", KIT_NAME_MAX);
            chance_fill(chat.names[0], KIT_NAME_MAX);
            chance_fill(chat.names[1], KIT_NAME_MAX);
            chat.names[1][0] = '9'; /* another one, surely */
        }
        chat_renew(&chat);
        chance_str16(chat.token, lengths[i]);
        chance_str16(chat.secret, lengths[i]);
        snprintf(chat.m4.secret, sizeof chat.m4.secret, "\"%s\"", chat.secret);
        chat_serve(&chat);
        chat_start(&chat);
        chat_say(&m5, &chat, "any secret", 10);
        chat_exits(&chat, true);
    }
}
